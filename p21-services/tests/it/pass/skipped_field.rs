use std::time::SystemTime;

use p21_services::job_contract_pricing::{self, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(skip)]
    changed_at: Option<SystemTime>,
    #[p21(skip)]
    tags: Vec<String>,
}

#[derive(Transaction)]
#[p21(job_contract_pricing)]
struct Contract {
    lines: Vec<PriceLine>,
    #[p21(skip)]
    attempts: u32,
}
