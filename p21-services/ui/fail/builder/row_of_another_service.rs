use p21_services::prelude::*;
use p21_services::{job_contract_pricing as contract, order::header};

fn main() {
    let _ = contract::Transaction::new().push(header::Row::edit());
}
