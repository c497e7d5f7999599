use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

#[derive(DataElement)]
#[p21(line)]
struct PriceLine {
    item_id: String,
    pricing_method: line::PricingMethod,
}

fn main() {}
