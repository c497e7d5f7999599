use p21_services::client::odata::col;

fn main() {
    let _ = col("cancel_flag").eq(Some("N"));
}
