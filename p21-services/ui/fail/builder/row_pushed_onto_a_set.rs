use p21_services::job_contract_pricing::{self as contract, line};
use p21_services::prelude::*;

fn main() {
    let _ = contract::TransactionSet::new().push(line::Row::edit());
}
