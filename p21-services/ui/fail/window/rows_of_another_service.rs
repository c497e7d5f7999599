use p21_services::client::windows::Window;
use p21_services::order::items;
use p21_services::sales_price_page::SalesPricePage;

async fn list(mut window: Window<SalesPricePage>) {
    let _ = window.rows::<items::Row>().await;
}

fn main() {}
