use p21_services::{job_contract_pricing as contract, order};

fn main() {
    let _ = contract::TransactionSet::new().push(order::Transaction::new());
}
