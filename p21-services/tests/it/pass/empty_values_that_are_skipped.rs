use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(ignore_if_empty)]
    description: String,
    #[p21(ignore_if_empty, field = "price")]
    unit_price: Option<Decimal>,
}
