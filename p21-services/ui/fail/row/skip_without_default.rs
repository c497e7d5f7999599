use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

struct Note;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(skip)]
    note: Note,
}

fn main() {}
