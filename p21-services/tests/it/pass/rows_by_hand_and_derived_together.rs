use p21_services::job_contract_pricing::{self as contract, breaks, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_value1: Decimal,
}

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    contract_no: String,
}

fn build(header: &Header, breaks: &Breaks) -> contract::Transaction {
    contract::Transaction::new()
        .push(header.to_row().approved(true))
        .push(line::Row::edit().item_id("WIDGET-001").with(breaks.to_row()))
}
