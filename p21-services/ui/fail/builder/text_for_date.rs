use p21_services::job_contract_pricing::header;
use p21_services::prelude::*;

fn main() {
    let _ = header::Row::edit().end_date("2027-12-31");
}
