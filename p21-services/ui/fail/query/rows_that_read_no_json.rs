use p21_services::prelude::*;

struct Line {
    order_no: String,
}

async fn lines(client: &Client) {
    let _ = client.table("oe_line").rows::<Line>().await;
}

fn main() {}
