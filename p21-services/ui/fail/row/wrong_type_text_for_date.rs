use p21_services::job_contract_pricing::header;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    end_date: String,
}

fn main() {}
