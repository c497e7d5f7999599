use p21_services::client::windows::Window;
use p21_services::order::{Order, header};

async fn prove(mut window: Window<Order>) {
    let _ = window.prove(header::ORDER_NO, 1013938).await;
}

fn main() {}
