use p21_services::job_contract_pricing::{self as contract, breaks};
use p21_services::prelude::*;

fn main() {
    let _ = contract::Transaction::new().push(breaks::Row::edit().break1(10));
}
