use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    price: Option<String>,
}

fn main() {}
