use p21_services::job_contract_pricing::{Record, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine<'a> {
    item_id: &'a str,
}

fn read(record: &Record) {
    let _ = PriceLine::all_from(record);
}

fn main() {}
