use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

fn main() {
    let _ = line::Row::edit().get(line::PRICES);
}
