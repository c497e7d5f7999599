use p21_services::order::{self, extended_info, items, lots, prices};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(items, edit)]
struct Item {
    oe_order_item_id: String,
    #[p21(child)]
    info: Info,
    #[p21(child)]
    price: Option<Price>,
    #[p21(child)]
    lots: Vec<Lot>,
}

#[derive(DataElement)]
#[p21(extended_info, edit)]
struct Info {
    #[p21(read_only)]
    cf_dfflag: Option<String>,
}

#[derive(DataElement)]
#[p21(prices, edit)]
struct Price {
    #[p21(skip)]
    note: String,
}

#[derive(DataElement)]
#[p21(lots, edit)]
struct Lot {
    lot_cd: String,
}

#[derive(Transaction)]
#[p21(order)]
struct Order {
    items: Vec<Item>,
}
