use p21_services::order::{self, lots};
use p21_services::prelude::*;

fn main() {
    let lots = ["LOT-1", "LOT-2"].map(|lot| lots::Row::edit().lot_cd(lot));
    let _ = order::Transaction::new().push_all(lots);
}
