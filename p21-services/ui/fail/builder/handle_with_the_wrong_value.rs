use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

fn main() {
    let _ = line::Row::edit().set(line::LINE_NO, dec!(1.5));
}
