use p21_services::client::odata::col;

fn main() {
    let _ = col("unit_price").gt(2.5);
}
