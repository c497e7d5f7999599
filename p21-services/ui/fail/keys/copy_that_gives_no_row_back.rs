use p21_services::order;
use p21_services::prelude::*;

async fn copy(client: Client) {
    let _ = client.copy_record(order::Key::new("1013938"), |header| drop(header.po_no("PO-2"))).await;
}

fn main() {}
