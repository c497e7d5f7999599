use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    price: Decimal,
    #[p21(field = "price")]
    unit_price: Decimal,
}

fn main() {}
