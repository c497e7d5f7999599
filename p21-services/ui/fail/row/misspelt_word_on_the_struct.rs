use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edti)]
struct PriceLine {
    item_id: String,
}

fn main() {}
