use p21_services::job_contract_pricing as contract;
use p21_services::order::header;

fn price(record: &contract::Record) {
    let _ = record.first::<header::Row>();
}

fn main() {}
