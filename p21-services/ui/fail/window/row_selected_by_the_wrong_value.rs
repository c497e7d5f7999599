use p21_services::client::windows::Window;
use p21_services::order::{Order, items};

async fn select(mut window: Window<Order>) {
    let _ = window.select_where(items::OE_ORDER_ITEM_ID, 198).await;
}

fn main() {}
