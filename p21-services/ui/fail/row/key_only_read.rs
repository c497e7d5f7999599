use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(read_only, key)]
    line_no: i64,
    price: Decimal,
}

fn main() {}
