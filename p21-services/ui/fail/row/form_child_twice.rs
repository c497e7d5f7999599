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
    item_id: String,
    #[p21(child)]
    breaks: Breaks,
    #[p21(child)]
    more_breaks: Option<Breaks>,
}

fn main() {}
