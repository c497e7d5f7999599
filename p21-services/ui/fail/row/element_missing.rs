use p21_services::prelude::*;
#[derive(DataElement)]
struct PriceLine {
    item_id: String,
}

fn main() {}
