use p21_services::order::items;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(items, edit)]
struct Line {
    oe_order_item_id: String,
    #[p21(key)]
    unit_quantity: Decimal,
}

fn main() {}
