use p21_services::job_contract_pricing::{self, breaks, header};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    contract_no: String,
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
    breaks: Breaks,
}

fn main() {}
