use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    #[p21(field = PRICE)]
    unit_price: Decimal,
    #[p21(field = "line_no")]
    number: i64,
}
