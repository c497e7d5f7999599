use p21_services::job_contract_pricing::{self, Record, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header, edit)]
struct Header {
    contract_no: String,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract<L> {
    header: Header,
    lines: Vec<L>,
}

fn round_trip(record: &Record) {
    if let Ok(contract) = Contract::<PriceLine>::from_record(record) {
        let _ = contract.to_transaction();
    }
}
