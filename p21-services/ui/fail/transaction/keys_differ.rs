use p21_services::job_contract_pricing::{self, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    contract_no: String,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct Known {
    #[p21(key)]
    line_no: i64,
    price: Decimal,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct New {
    #[p21(key)]
    item_id: String,
    uom: String,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
    known: Vec<Known>,
    new: Vec<New>,
}

fn main() {}
