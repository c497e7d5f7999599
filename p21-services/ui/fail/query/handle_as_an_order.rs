use p21_services::order::items;
use p21_services::prelude::*;

fn lines(client: &Client) {
    let _ = client.table("oe_line").order_by(items::UNIT_QUANTITY);
}

fn main() {}
