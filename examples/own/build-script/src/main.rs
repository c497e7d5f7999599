//! A payload built with bindings that the build script generated.

/// The generated services.
pub mod p21 {
    include!(concat!(env!("OUT_DIR"), "/p21.rs"));
}

use p21::labor;
use p21_model::dec;

fn main() {
    let labor = labor::Transaction::new().push(
        labor::header::Row::new(labor::header::Required {
            service_labor_id: "WELD",
            service_labor_desc: "Welding",
            estimate_rate_level: 1,
        })
        .estimated_hours(dec!(1.5)),
    );
    let set = labor::TransactionSet::from(labor);
    print!("{}", set.check());
    println!("{}", String::from_utf8_lossy(&set.to_json()));
}
