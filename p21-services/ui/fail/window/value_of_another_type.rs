use p21_services::client::windows::Window;
use p21_services::sales_price_page::{SalesPricePage, header};

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    window.type_in(header::EFFECTIVE_DATE, 20270101).await?;
    Ok(())
}

fn main() {}
