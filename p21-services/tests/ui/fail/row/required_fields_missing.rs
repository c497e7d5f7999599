use p21_services::prelude::*;
use p21_services::job_contract_pricing;

#[derive(DataElement)]
#[p21(job_contract_pricing::header)]
struct Header {
    job_description: String,
}

fn main() {}
