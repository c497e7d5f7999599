use p21_services::{job_contract_pricing as contract, order::items};

fn main() {
    let _ = contract::Transaction::new().keyed_by(items::OE_ORDER_ITEM_ID);
}
