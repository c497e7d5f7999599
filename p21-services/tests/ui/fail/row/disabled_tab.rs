use p21_services::prelude::*;
use p21_services::order::item_note;

#[derive(DataElement)]
#[p21(item_note, edit)]
struct Note {
    note: String,
}

fn main() {}
