use p21_services::client::odata::Row;

fn shown(row: &Row) {
    let _ = row.get("order_no");
}

fn main() {}
