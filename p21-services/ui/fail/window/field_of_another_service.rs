use p21_services::client::windows::Window;
use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;
use p21_services::sales_price_page::SalesPricePage;

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    window.type_in(line::PRICE, dec!(25)).await?;
    Ok(())
}

fn main() {}
