//! Rows of a report are criteria; rows of a contract aren't.
use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

async fn print(client: Client) {
    let _ = client.print(line::Row::edit()).await;
}

fn main() {}
