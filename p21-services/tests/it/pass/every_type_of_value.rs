use p21_services::job_contract_pricing::{header, line};
use p21_services::model::value::Date;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    approved: bool,
    customer_id: u32,
    ship_to_id: Option<i64>,
    corp_address_id: i32,
    start_date: Date,
    end_date: DateTime,
    job_description: Box<str>,
    po_no: Text,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    pricing_method: line::PricingMethod,
    multiplier: u8,
    price: Decimal,
    qty_maximum: u64,
    line_no: u16,
}
