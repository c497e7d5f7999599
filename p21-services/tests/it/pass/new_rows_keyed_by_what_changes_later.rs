use p21_services::order::items;
use p21_services::prelude::*;

// Two new lines of one item are told apart by their quantities; only stored lines would not be found by them.
#[derive(DataElement)]
#[p21(items)]
struct Line {
    oe_order_item_id: String,
    #[p21(key)]
    unit_quantity: Decimal,
}

pub fn main() {}
