use p21_services::client::windows::Window;
use p21_services::sales_price_page::SalesPricePage;

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    let closed = window.close();
    window.run_tool("cb_add").await?;
    closed.await
}

fn main() {}
