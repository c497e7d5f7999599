use p21_services::job_contract_pricing as contract;

fn main() {
    let _ = contract::Transaction::new().push(contract::JobContractPricing);
}
