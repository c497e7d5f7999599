use p21_services::prelude::*;
use p21_services::order::{self, header, remittances, ship_to};

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    customer_id: i64,
}

#[derive(DataElement)]
#[p21(ship_to, edit)]
struct ShipTo {
    ship2_name: String,
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
    ship_to: Option<ShipTo>,
}

fn main() {}
