//! The number of an order is read from what P21 echoed of a contract.

use p21_services::job_contract_pricing::JobContractPricing;
use p21_services::model::outcome::Stored;
use p21_services::order;

fn number(stored: &Stored<JobContractPricing>) -> Option<String> {
    stored.get(order::header::ORDER_NO).ok()?.map(|number| number.to_string())
}

fn main() {
    let _ = number;
}
