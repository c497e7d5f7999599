use p21_services::order::header;
use p21_services::prelude::*;

async fn defaults(client: Client) {
    let _ = client.defaults_of::<header::Row>().await;
}

fn main() {}
