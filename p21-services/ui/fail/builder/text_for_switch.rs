use p21_services::job_contract_pricing::header;
use p21_services::prelude::*;

fn main() {
    let _ = header::Row::edit().approved("Y");
}
