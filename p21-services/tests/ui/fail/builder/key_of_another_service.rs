use p21_services::{job_contract_pricing as contract, order::items};
use p21_services::prelude::*;

fn main() {
    let _ = contract::Transaction::new().keyed_by(items::OE_ORDER_ITEM_ID);
}
