use p21_services::client::windows::Window;
use p21_services::order::header;
use p21_services::sales_price_page::SalesPricePage;

async fn read(mut window: Window<SalesPricePage>) {
    let _ = window.read(header::ORDER_NO).await;
}

fn main() {}
