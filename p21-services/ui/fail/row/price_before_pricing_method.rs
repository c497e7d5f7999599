use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line)]
struct PriceLine {
    item_id: String,
    uom: String,
    price: Decimal,
    pricing_method: line::PricingMethod,
}

fn main() {}
