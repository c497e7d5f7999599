use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(ignore_empty)]
    item_id: String,
}

fn main() {}
