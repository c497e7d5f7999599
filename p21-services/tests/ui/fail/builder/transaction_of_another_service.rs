use p21_services::{job_contract_pricing as contract, order};
use p21_services::prelude::*;

fn main() {
    let _ = contract::TransactionSet::new().push(order::Transaction::new());
}
