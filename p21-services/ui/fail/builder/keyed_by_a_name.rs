use p21_services::order;

fn main() {
    let _ = order::Transaction::new().keyed_by("user_line_no");
}
