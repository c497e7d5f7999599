use p21_services::order::{self, header, items, lots};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    order_no: String,
}

#[derive(DataElement)]
#[p21(items, edit)]
struct Item {
    #[p21(key)]
    oe_order_item_id: String,
    #[p21(key, field = "user_line_no")]
    line: String,
    #[p21(child)]
    lots: Vec<Lot>,
}

#[derive(DataElement)]
#[p21(lots, edit)]
struct Lot {
    #[p21(key)]
    lot_cd: String,
    unit_quantity: Decimal,
}

#[derive(Transaction)]
#[p21(order)]
struct Order {
    header: Header,
    items: Vec<Item>,
}
