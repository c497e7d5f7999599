use p21_services::job_contract_pricing::{self, header};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header)]
struct Header {
    company_id: String,
    contract_no: String,
    end_date: DateTime,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
}

fn main() {}
