use p21_services::prelude::*;
use p21_services::job_contract_pricing::line;

struct Note;

#[derive(DataElement)]
#[p21(line, edit)]
struct PriceLine {
    item_id: String,
    #[p21(skip)]
    note: Note,
}

fn main() {}
