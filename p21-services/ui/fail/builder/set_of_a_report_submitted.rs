use p21_services::m_picktickets;
use p21_services::prelude::*;

async fn print(client: &Client, set: &m_picktickets::TransactionSet) {
    let _ = client.submit(set).await;
}

fn main() {}
