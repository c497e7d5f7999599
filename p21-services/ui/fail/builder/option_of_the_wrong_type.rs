//! Out of a file, say, where the price may be missing.
use p21_services::job_contract_pricing::line;
use p21_services::prelude::*;

fn main() {
    let price: Option<f64> = "25.00".parse().ok();
    let _ = line::Row::edit().price(price);
}
