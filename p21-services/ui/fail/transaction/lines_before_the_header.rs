use p21_services::job_contract_pricing::{self, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    contract_no: String,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    lines: Vec<PriceLine>,
    header: Header,
}

fn main() {}
