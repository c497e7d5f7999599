//! Filters of tables by the handles of bindings: the definition names the column, the handle its type.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use p21_services::client::odata::field;
use p21_services::job_contract_pricing::{header, line};
use p21_services::prelude::*;

#[test]
fn handles_name_their_columns() {
    assert_eq!(line::PRICE.column(), Some("job_price_line.price"));
    assert_eq!(line::ITEM_ID.column(), Some("inv_mast.item_id"), "a looked-up table's");
    assert_eq!(header::CONTRACT_NO.column(), Some("job_price_hdr.contract_no"));
}

#[test]
fn filters_are_built_from_handles() {
    let filter = field(line::PRICE)
        .gt(dec!(100))
        .and(field(line::PRICING_METHOD).eq(line::PricingMethod::Price))
        .and(field(line::EXPIRATION_DATE).lt(date(2027, 1, 1)));
    assert_eq!(filter.to_string(), "price gt 100 and pricing_method eq 221 and expiration_date lt 2027-01-01");
    assert_eq!(field(header::APPROVED).eq(true).to_string(), "approved eq 'Y'");
    assert_eq!(field(header::CUSTOMER_ID).eq_any([1, 2]).to_string(), "customer_id eq 1 or customer_id eq 2");
}
