use p21_services::job_contract_pricing::{self, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    lines: Vec<PriceLine>,
}

fn read(record: &p21_services::order::Record) {
    let _ = Contract::from_record(record);
}

fn main() {}
