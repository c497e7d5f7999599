use p21_services::order::item_note;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(item_note, edit)]
struct Note {
    note: String,
}

fn main() {}
