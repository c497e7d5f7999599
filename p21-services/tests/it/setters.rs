//! Setters, `Required` and handles take the same values, and an `Option` of them.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::borrow::Cow;

use p21_services::job_contract_pricing::{header, line};
use p21_services::model::row::{Edit, Element};
use p21_services::model::value::{Date, FieldType, ValueError};
use p21_services::prelude::*;

/// What a row sends for its first field that is set.
fn sent<E: Element>(row: &E) -> &str {
    row.as_raw().edits().first().map(Edit::value).unwrap()
}

/// Every value in the four places that take values for a field: its setter, the setter by handle, and both with `Some`.
macro_rules! same {
    ($setter:ident, $handle:expr, $wire:literal: $($value:expr),+ $(,)?) => {$(
        assert_eq!(sent(&line::Row::edit().$setter($value)), $wire);
        assert_eq!(sent(&line::Row::edit().set($handle, $value)), $wire);
        assert_eq!(sent(&line::Row::edit().$setter(Some($value))), $wire);
        assert_eq!(sent(&line::Row::edit().set($handle, Some($value))), $wire);
    )+};
}

/// An item id of the program's own.
struct ItemId(&'static str);

impl FieldType<Text> for ItemId {
    fn to_field(&self) -> Text {
        self.0.into()
    }

    fn from_field(_: Text) -> Result<Self, ValueError> {
        Ok(Self("W-1"))
    }
}

#[derive(FieldLabel)]
#[p21(line::PricingMethod)]
enum Method {
    Price,
}

#[test]
fn setters_and_handles_take_every_value_of_their_kind() {
    let owned = "W-1".to_owned();
    let text = Text::from_static("W-1");
    same!(item_id, line::ITEM_ID, "W-1": "W-1", &owned, owned.clone(), &text, text.clone(), &"W-1", Cow::from("W-1"),
        Box::<str>::from("W-1"), ItemId("W-1"));
    same!(price, line::PRICE, "25": dec!(25), 25, 25_i8, 25_i16, 25_i64, 25_u8, 25_u16, 25_u32, 25_u64, 25_usize,
        25_isize);
    same!(line_no, line::LINE_NO, "3": 3, 3_i8, 3_i16, 3_i64, 3_u8, 3_u16, 3_u32);
    same!(copy_contract_line_flag, line::COPY_CONTRACT_LINE_FLAG, "ON": true);
    same!(expiration_date, line::EXPIRATION_DATE, "2027-12-31": date(2027, 12, 31), Date::constant(2027, 12, 31));
    same!(pricing_method, line::PRICING_METHOD, "Price": line::PricingMethod::Price, Method::Price);
}

#[test]
fn none_leaves_the_field_alone() {
    let row = line::Row::edit()
        .item_id("W-1")
        .price(None::<Decimal>)
        .item_id(None::<&str>)
        .line_no(None::<i64>)
        .copy_contract_line_flag(None::<bool>)
        .expiration_date(None::<Date>)
        .pricing_method(None::<line::PricingMethod>)
        .set(line::MULTIPLIER, None::<u32>)
        .set_unchecked("ufc_color", None::<&str>);
    assert_eq!(row.as_raw().edits().len(), 1, "{row:?}");
    assert!(row.as_raw().extras().is_empty(), "{row:?}");
    assert_eq!(sent(&row), "W-1");
}

#[test]
fn required_takes_what_the_setters_take() {
    let uom: Option<String> = Some("EA".to_owned());
    let row = line::Row::new(line::Required { item_id: ItemId("W-1"), uom, pricing_method: Method::Price });
    let sent: Vec<&str> = row.as_raw().edits().iter().map(Edit::value).collect();
    assert_eq!(sent, ["W-1", "EA", "Price"]);

    let end_date = Date::constant(2027, 12, 31);
    let row = header::Row::new(header::Required { company_id: "ACME".to_owned(), contract_no: "JOB-1001", end_date });
    assert_eq!(row.get(header::END_DATE), Ok(Some(date(2027, 12, 31))));
}

/// A value that isn't there compiles, since files have such rows: the check finds it before anything is sent.
#[test]
fn a_required_field_that_is_none_is_found_by_the_check() {
    use p21_services::job_contract_pricing::{Transaction, TransactionSet};

    let header = header::Required { company_id: "ACME", contract_no: "JOB-1001", end_date: date(2027, 12, 31) };
    let line = line::Required { item_id: "W-1", uom: None::<&str>, pricing_method: line::PricingMethod::Price };
    let contract = Transaction::new().push(header::Row::new(header)).push(line::Row::new(line).price(dec!(25.00)));
    let findings = TransactionSet::from(contract).check();
    let text = format!("{findings:?}");
    assert!(text.contains("uom"), "{text}");
}

#[test]
fn codes_become_labels_and_back() {
    for (label, code) in line::PricingMethod::CODES {
        assert_eq!(line::PricingMethod::from_code(code).unwrap().as_label(), *label);
        assert_eq!(line::PricingMethod::from_label(label).code(), Some(*code));
    }
    assert_eq!(line::PricingMethod::from_code("221"), Some(line::PricingMethod::Price));
    assert_eq!(line::PricingMethod::from_code("0"), None);
    assert_eq!(line::PricingMethod::Other("Fixpreis".into()).code(), None);
}
