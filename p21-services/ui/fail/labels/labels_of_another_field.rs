use p21_services::job_contract_pricing::{breaks, line};
use p21_services::prelude::*;

#[derive(FieldLabel)]
#[p21(breaks::CalculationMethodCd)]
enum Method {
    Multiplier,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    pricing_method: Method,
}

fn main() {}
