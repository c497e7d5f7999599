use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

struct Breaks {
    calculation_value1: Decimal,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(child)]
    breaks: Breaks,
}

fn main() {}
