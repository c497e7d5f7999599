//! A refused contract is asked about an element of an order.

use p21_services::job_contract_pricing::JobContractPricing;
use p21_services::model::outcome::Failure;
use p21_services::order;

fn is_about_lines(failure: &Failure<JobContractPricing>) -> bool {
    failure.is_about_element::<order::items::Row>()
}

fn main() {
    let _ = is_about_lines;
}
