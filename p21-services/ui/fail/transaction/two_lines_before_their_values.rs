use p21_services::job_contract_pricing::{self, breaks, header, line};
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

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_value1: Decimal,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
    lines: Vec<PriceLine>,
    breaks: Vec<Breaks>,
}

fn main() {}
