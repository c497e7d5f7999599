use p21_services::order::header;
use p21_services::prelude::*;

async fn copy(client: Client) {
    let _ = client.copy_record(header::ORDER_NO, |header: header::Row| header).await;
}

fn main() {}
