use p21_services::job_contract_pricing;
use p21_services::prelude::*;

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {}

fn main() {}
