use p21_services::job_contract_pricing::{self as contract, header, line};

fn main() {
    let _ = contract::Transaction::new().keyed_by([line::ITEM_ID, header::COMPANY_ID]);
}
