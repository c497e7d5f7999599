use p21_services::prelude::*;
use p21_services::{job_contract_pricing as contract, order};

async fn submit(client: Client, order: order::Transaction) {
    let _ = client.submit(order).key(contract::Key::new("100001"));
}

fn main() {}
