use p21_services::prelude::*;
use p21_services::order::{self, header, items, remittances};

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
    payments: Vec<Payment>,
    items: Vec<Item>,
}

fn main() {}
