use std::borrow::Cow;

use p21_services::job_contract_pricing::{Record, line};
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine<'a> {
    item_id: Cow<'a, str>,
    description: Option<Cow<'a, str>>,
}

fn read(record: &Record) -> Option<Vec<PriceLine<'static>>> {
    PriceLine::all_from(record).ok()
}
