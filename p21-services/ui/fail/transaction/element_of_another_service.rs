use p21_services::job_contract_pricing;
use p21_services::order::header;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    order_no: String,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
}

fn main() {}
