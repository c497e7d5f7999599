use p21_services::client::odata::col;

fn main() {
    let _ = col("qty_ordered").eq(col("qty_invoiced"));
}
