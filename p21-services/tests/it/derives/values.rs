//! What the fields of a struct may be: empty, borrowed, generic, and of a type of one's own.

use std::borrow::Cow;

use p21_services::job_contract_pricing::{self as contract, line};
use p21_services::model::value::ValueError;
use p21_services::prelude::*;

use super::{Breaks, LINE, record};

#[derive(DataElement, Debug, PartialEq, Default)]
#[p21(line, edit)]
struct Raise {
    item_id: String,
    #[p21(ignore_if_empty)]
    description: String,
    #[p21(ignore_if_empty, field = "price")]
    new_price: Option<Decimal>,
    multiplier: Option<Decimal>,
}

#[test]
fn an_empty_value_is_sent_to_be_skipped_only_where_the_field_says_so() {
    let edits = |raise: &Raise| -> Vec<(String, String, bool)> {
        let row = raise.to_row().as_raw().to_payload();
        row.edits.into_iter().map(|edit| (edit.name, edit.value, edit.ignore_if_empty)).collect()
    };
    let edit = |name: &str, value: &str, ignore| (name.to_owned(), value.to_owned(), ignore);
    assert_eq!(
        edits(&Raise::default()),
        [edit("item_id", "", false), edit("price", "", true), edit("description", "", true)]
    );
    let full = Raise {
        item_id: "W".to_owned(),
        description: "new".to_owned(),
        new_price: Some(dec!(2.50)),
        multiplier: Some(dec!(1)),
    };
    assert_eq!(
        edits(&full),
        [
            edit("item_id", "W", false),
            edit("multiplier", "1", false),
            edit("price", "2.50", false),
            edit("description", "new", false),
        ]
    );
    let record = contract::Record::new(record(&[(LINE, &[&[("item_id", "W"), ("description", "")]])]));
    let read = Raise::all_from(&record).unwrap();
    assert_eq!(read, [Raise { item_id: "W".to_owned(), ..Raise::default() }]);
}

#[derive(DataElement)]
#[p21(line, edit)]
struct Borrowed<'a, T: FieldType<Decimal> = Decimal> {
    item_id: &'a str,
    uom: Option<&'a str>,
    #[p21(ignore_if_empty)]
    description: &'a str,
    pricing_method: &'a line::PricingMethod,
    price: T,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(line, edit)]
struct Shared<'a> {
    item_id: Cow<'a, str>,
    uom: Option<Cow<'a, str>>,
}

#[test]
fn borrowed_and_generic_values_are_written() {
    let item = "WIDGET-001".to_owned();
    let row = Borrowed {
        item_id: &item,
        uom: Some("EA"),
        description: "",
        pricing_method: &line::PricingMethod::Price,
        price: 3_u8,
    };
    let by_hand = line::Row::edit()
        .item_id("WIDGET-001")
        .uom("EA")
        .pricing_method(line::PricingMethod::Price)
        .price(3)
        .skip(line::DESCRIPTION);
    assert_eq!(row.to_row().as_raw().to_payload(), by_hand.as_raw().to_payload());
    let shared = Shared { item_id: Cow::Borrowed(&item), uom: None };
    let stored = contract::Transaction::new().push(shared.to_row()).to_payload();
    assert_eq!(Shared::all_from(&contract::Record::new(stored)).unwrap(), [shared]);
}

/// A price that is never negative.
#[derive(Debug, PartialEq)]
struct Price(Decimal);

impl FieldType<Decimal> for Price {
    fn to_field(&self) -> Decimal {
        self.0
    }

    fn from_field(value: Decimal) -> Result<Self, ValueError> {
        if value.is_sign_negative() {
            return Err(ValueError::new(&value.to_string(), "a price"));
        }
        Ok(Self(value))
    }
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(line, edit)]
struct Generic<P: FieldType<Decimal>, C> {
    price: P,
    #[p21(child)]
    child: Option<C>,
}

impl<P: FieldType<Decimal>> FieldType<Decimal> for Wrapped<P> {
    fn to_field(&self) -> Decimal {
        self.0.to_field()
    }

    fn from_field(value: Decimal) -> Result<Self, ValueError> {
        P::from_field(value).map(Self)
    }
}

#[derive(Debug, PartialEq)]
struct Wrapped<P>(P);

#[test]
fn a_type_of_ones_own_has_its_say_when_it_is_read() {
    let read = |price| {
        Generic::<Wrapped<Price>, Breaks>::all_from(&contract::Record::new(record(&[(LINE, &[&[("price", price)]])])))
    };
    assert_eq!(read("2.5").unwrap(), [Generic { price: Wrapped(Price(dec!(2.5))), child: None }]);
    assert_eq!(
        read("-2.5").unwrap_err().to_string(),
        "`JOBPRICELINE.jobpriceline` row 0, field `price`: `-2.5` is not a price"
    );
}
