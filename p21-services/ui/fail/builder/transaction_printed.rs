//! A contract is stored, not printed.
use p21_services::job_contract_pricing::{self as contract, line};
use p21_services::prelude::*;

async fn print(client: Client) {
    let lines = contract::Transaction::new().push(line::Row::edit());
    let _ = client.print(lines).await;
}

fn main() {}
