use p21_services::job_contract_pricing::{breaks, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_value1: Decimal,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(child, field = "breaks")]
    tiers: Breaks,
}

fn main() {}
