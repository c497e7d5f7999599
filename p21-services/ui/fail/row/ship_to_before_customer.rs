use p21_services::order::header;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    #[p21(field = "ship_to_id")]
    destination: i64,
    customer_id: i64,
}

fn main() {}
