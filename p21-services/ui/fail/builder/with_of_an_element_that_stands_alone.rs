use p21_services::job_contract_pricing::{header, line};
use p21_services::prelude::*;

fn main() {
    let _ = header::Row::edit().with(line::Row::edit());
}
