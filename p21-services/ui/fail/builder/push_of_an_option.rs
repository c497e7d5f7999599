use p21_services::order::{self, items};
use p21_services::prelude::*;

fn main() {
    let _ = order::Transaction::new().push(Some(items::Row::edit()));
}
