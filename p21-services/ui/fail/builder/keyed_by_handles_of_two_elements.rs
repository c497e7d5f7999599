use p21_services::order::{self, header, items};

fn main() {
    let _ = order::Transaction::new().keyed_by((items::USER_LINE_NO, header::ORDER_NO));
}
