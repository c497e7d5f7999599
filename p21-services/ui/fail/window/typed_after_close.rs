use p21_services::client::windows::Window;
use p21_services::sales_price_page::{SalesPricePage, header};

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    window.close().await?;
    window.type_in(header::DESCRIPTION, "Widgets").await?;
    Ok(())
}

fn main() {}
