use p21_services::client::windows::Window;
use p21_services::sales_price_page::{SalesPricePage, header};

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    let asked = window.run_tool("cb_add").or_ask().await?.asked()?;
    window.type_in(header::DESCRIPTION, "Widgets").await?;
    asked.answer("cb_ok").await?.done()?;
    Ok(())
}

fn main() {}
