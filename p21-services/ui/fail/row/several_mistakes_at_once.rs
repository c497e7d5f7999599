use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(kee)]
    item_id: String,
    #[p21(child, key)]
    breaks: String,
    price: f32,
}

fn main() {}
