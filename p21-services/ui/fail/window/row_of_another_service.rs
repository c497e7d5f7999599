use p21_services::client::windows::Window;
use p21_services::job_contract_pricing::line;
use p21_services::sales_price_page::SalesPricePage;

async fn page(mut window: Window<SalesPricePage>) -> Result<(), p21_services::client::Error> {
    window.add_row::<line::Row>().await?;
    Ok(())
}

fn main() {}
