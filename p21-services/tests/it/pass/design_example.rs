use p21_services::job_contract_pricing::{self, breaks, header, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(header)]
struct Header {
    company_id: String,
    contract_no: String,
    customer_id: i64,
    end_date: DateTime,
}

#[derive(DataElement)]
#[p21(job_contract_pricing::line)]
struct PriceLine {
    item_id: String,
    uom: String,
    pricing_method: line::PricingMethod,
    #[p21(field = "price")]
    unit_price: Option<Decimal>,
    #[p21(child)]
    breaks: Option<Breaks>,
}

#[derive(DataElement)]
#[p21(breaks)]
struct Breaks {
    calculation_value1: Decimal,
    break1: Decimal,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    header: Header,
    lines: Vec<PriceLine>,
}

async fn submit(client: &Client, contract: &Contract) {
    let _ = client.submit(contract.to_transaction()).await;
}
