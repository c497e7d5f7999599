use p21_services::client::Lookup;
use p21_services::client::odata::col;
use p21_services::time_entry::TimeEntry;

fn main() {
    let _ = Lookup::<TimeEntry>::by(col("technician_id").eq("1001"));
}
