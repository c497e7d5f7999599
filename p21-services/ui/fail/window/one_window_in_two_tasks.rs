use p21_services::client::windows::Window;
use p21_services::sales_price_page::{SalesPricePage, header};

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    let first = window.type_in(header::DESCRIPTION, "Widgets");
    let second = window.type_in(header::SUPPLIER_ID, 10050);
    first.await?;
    second.await?;
    Ok(())
}

fn main() {}
