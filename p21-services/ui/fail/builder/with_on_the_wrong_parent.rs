use p21_services::job_contract_pricing::{breaks, header};
use p21_services::prelude::*;

fn main() {
    let _ = header::Row::edit().with(breaks::Row::edit().break1(10));
}
