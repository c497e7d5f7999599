use p21_services::order::items;
use p21_services::prelude::*;

async fn send(client: Client) {
    let _ = client.submit(items::Row::edit()).await;
}

fn main() {}
