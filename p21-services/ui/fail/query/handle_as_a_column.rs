use p21_services::client::odata::col;
use p21_services::order::items;

fn main() {
    let _ = col(items::UNIT_QUANTITY);
}
