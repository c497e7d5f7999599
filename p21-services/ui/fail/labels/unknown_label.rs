use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(FieldLabel)]
#[p21(line::PricingMethod)]
enum Method {
    #[p21(label = "Whatever is cheapest")]
    Cheapest,
    Source,
}

fn main() {}
