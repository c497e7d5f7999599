use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

struct ItemId(String);

fn main() {
    let _ = line::Row::edit().item_id(ItemId("WIDGET-001".to_owned()));
}
