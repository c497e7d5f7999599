use p21_services::prelude::*;
use p21_services::job_contract_pricing;

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {}

fn main() {}
