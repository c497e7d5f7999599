use p21_services::order::line_note;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(line_note, edit)]
struct Note {
    topic: String,
}

fn main() {}
