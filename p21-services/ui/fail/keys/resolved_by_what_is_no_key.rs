use p21_services::order::{self, header};
use p21_services::prelude::*;

async fn submit(client: Client, order: order::Transaction) {
    let _ = client.submit(order).key(header::PO_NO);
}

fn main() {}
