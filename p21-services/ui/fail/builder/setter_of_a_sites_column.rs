//! A column that only the site has: `set_unchecked("ufc_color", ..)`, or bindings of its own.
use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

fn main() {
    let _ = line::Row::edit().ufc_color("red");
}
