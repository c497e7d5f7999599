use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

struct ItemId(String);

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: ItemId,
}

fn main() {}
