use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(FieldLabel)]
#[p21(line::PricingMethod)]
struct Method {
    price: bool,
}

fn main() {}
