use p21_services::job_contract_pricing::{breaks, header};
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
    #[p21(child)]
    breaks: Option<Breaks>,
}

fn main() {}
