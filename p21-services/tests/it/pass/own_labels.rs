use p21_services::job_contract_pricing::{breaks, line};
use p21_services::prelude::*;

#[derive(FieldLabel, Clone, Copy, PartialEq)]
#[p21(line::PricingMethod)]
enum Method {
    Price,
    #[p21(label = "Pricing Libraries")]
    Libraries,
}

#[derive(FieldLabel)]
#[p21(breaks::CalculationMethodCd)]
enum Calculation {
    Multiplier,
    #[p21(label = "Fixed Price")]
    Fixed,
    #[p21(other)]
    Unlisted(String),
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    pricing_method: Option<Method>,
    #[p21(child)]
    breaks: Breaks,
}

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_method_cd: Calculation,
}
