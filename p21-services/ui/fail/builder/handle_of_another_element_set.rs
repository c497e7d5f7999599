use p21_services::job_contract_pricing::{header, line};
use p21_services::prelude::*;

fn main() {
    let _ = line::Row::edit().set(header::COMPANY_ID, "ACME");
}
