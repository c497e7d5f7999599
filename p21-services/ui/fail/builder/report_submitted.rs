use p21_services::m_picktickets::{self, criteria};
use p21_services::prelude::*;

async fn print(client: &Client) {
    let report = m_picktickets::Transaction::new().push(criteria::Row::edit());
    let _ = client.submit(report).await;
}

fn main() {}
