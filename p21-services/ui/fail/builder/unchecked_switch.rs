use p21_services::prelude::*;
use p21_services::time_entry::labor;

fn main() {
    let _ = labor::Row::edit().set_unchecked("ufc_urgent", true);
}
