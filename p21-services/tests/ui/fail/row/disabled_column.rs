use p21_services::prelude::*;
use p21_services::order::line_note;

#[derive(DataElement)]
#[p21(line_note, edit)]
struct Note {
    topic: String,
}

fn main() {}
