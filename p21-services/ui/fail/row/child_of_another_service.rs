use p21_services::prelude::*;
use p21_services::{job_contract_pricing::line, order::lots};

#[derive(DataElement)]
#[p21(lots, edit)]
struct Lot {
    lot_cd: String,
}

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(child)]
    lots: Vec<Lot>,
}

fn main() {}
