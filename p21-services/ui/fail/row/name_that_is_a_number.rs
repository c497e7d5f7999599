use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(field = 6)]
    unit_price: Decimal,
}

fn main() {}
