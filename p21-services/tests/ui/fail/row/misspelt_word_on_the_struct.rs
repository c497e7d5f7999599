use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

#[derive(DataElement)]
#[p21(line, edti)]
struct PriceLine {
    item_id: String,
}

fn main() {}
