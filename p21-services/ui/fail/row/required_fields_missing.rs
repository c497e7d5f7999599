use p21_services::job_contract_pricing;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(job_contract_pricing::header)]
struct Header {
    job_description: String,
}

fn main() {}
