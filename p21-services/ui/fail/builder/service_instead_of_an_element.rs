use p21_services::job_contract_pricing as contract;

fn rows(record: &contract::Record) {
    let _ = record.rows::<contract::JobContractPricing>();
}

fn main() {}
