use p21_services::order::{self, header, items, remittances};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    customer_id: i64,
}

#[derive(DataElement)]
#[p21(items, edit)]
struct Item {
    oe_order_item_id: String,
}

#[derive(DataElement)]
#[p21(remittances, edit)]
struct Payment {
    payment_amount: Decimal,
}

#[derive(Transaction)]
#[p21(order)]
struct Order {
    header: Header,
    payment: Payment,
    items: Vec<Item>,
}

fn main() {}
