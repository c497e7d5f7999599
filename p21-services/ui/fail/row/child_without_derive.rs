use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

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
