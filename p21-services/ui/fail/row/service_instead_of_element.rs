use p21_services::job_contract_pricing;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(job_contract_pricing, edit)]
struct PriceLine {
    item_id: String,
    uom: String,
}

fn main() {}
