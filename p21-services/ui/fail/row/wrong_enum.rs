use p21_services::job_contract_pricing::{breaks, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    pricing_method: breaks::CalculationMethodCd,
}

fn main() {}
