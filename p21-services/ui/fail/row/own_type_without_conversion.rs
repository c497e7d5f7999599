use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

struct ItemId(String);

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: ItemId,
}

fn main() {}
