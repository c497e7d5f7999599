use p21_services::job_contract_pricing::{header, line};
use p21_services::prelude::*;

fn main() {
    let required = header::Required { company_id: "ACME", contract_no: "JOB-1001", end_date: date(2027, 12, 31) };
    let _ = line::Row::new(required);
}
