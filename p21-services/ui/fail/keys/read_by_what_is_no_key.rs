use p21_services::order::header;
use p21_services::prelude::*;

async fn read(client: Client) {
    let _ = client.read(header::PO_NO).await;
}

fn main() {}
