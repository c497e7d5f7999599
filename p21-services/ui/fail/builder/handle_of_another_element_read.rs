use p21_services::job_contract_pricing::{self as contract, header, line};

fn price(record: &contract::Record) {
    for row in record.rows::<line::Row>() {
        let _ = row.get(header::COMPANY_ID);
    }
}

fn main() {}
