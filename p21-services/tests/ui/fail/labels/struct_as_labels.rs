use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

#[derive(FieldLabel)]
#[p21(line::PricingMethod)]
struct Method {
    price: bool,
}

fn main() {}
