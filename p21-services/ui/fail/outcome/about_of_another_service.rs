//! A refused contract is asked about a field of an order.

use p21_services::job_contract_pricing::JobContractPricing;
use p21_services::model::outcome::Failure;
use p21_services::order;

fn is_about_number(failure: &Failure<JobContractPricing>) -> bool {
    failure.is_about(order::header::ORDER_NO)
}

fn main() {
    let _ = is_about_number;
}
