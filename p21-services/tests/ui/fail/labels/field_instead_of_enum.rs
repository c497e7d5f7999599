use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

#[derive(FieldLabel)]
#[p21(line)]
enum Method {
    #[p21(label = "Price")]
    Fixed,
}

fn main() {}
