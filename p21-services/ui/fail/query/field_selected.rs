use p21_services::client::odata::field;
use p21_services::order::items;
use p21_services::prelude::*;

fn lines(client: &Client) {
    let _ = client.table("oe_line").select([field(items::UNIT_QUANTITY)]);
}

fn main() {}
