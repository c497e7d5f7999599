//! What a raw door answers has no service, so handles don't read it.

use p21_services::model::outcome::Stored;
use p21_services::order;

fn number(stored: &Stored) -> Option<String> {
    stored.get(order::header::ORDER_NO).ok()?.map(|number| number.to_string())
}

fn main() {
    let _ = number;
}
