use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(key)]
    #[p21(key)]
    item_id: String,
}

fn main() {}
