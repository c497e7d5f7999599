//! The derives at work: what structs send, and what records they read.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::borrow::Cow;

use p21_services::derive::ReadErrors;
use p21_services::job_contract_pricing::{self as contract, breaks, header, line};
use p21_services::model::payload;
use p21_services::model::value::{Date, ValueError};
use p21_services::order::{self, extended_info, items, lots};
use p21_services::prelude::*;
use proptest::prelude::*;

#[derive(DataElement, Debug, Clone, PartialEq)]
#[p21(header)]
struct Header {
    company_id: String,
    contract_no: String,
    #[p21(field = "customer_id")]
    customer: Option<u32>,
    #[p21(field = "end_date")]
    until: Date,
}

#[derive(DataElement, Debug, Clone, PartialEq)]
#[p21(line)]
struct PriceLine {
    item_id: String,
    uom: String,
    pricing_method: Method,
    source_price: Option<String>,
    multiplier: Option<Decimal>,
    #[p21(field = "price")]
    unit_price: Option<Decimal>,
    #[p21(child)]
    breaks: Option<Breaks>,
    #[p21(skip)]
    note: Option<&'static str>,
}

#[derive(FieldLabel, Debug, Clone, Copy, PartialEq)]
#[p21(line::PricingMethod)]
enum Method {
    Price,
    #[p21(label = "Source")]
    FromSource,
}

#[derive(DataElement, Debug, Clone, PartialEq)]
#[p21(breaks)]
struct Breaks {
    calculation_method_cd: Calculation,
    calculation_value1: Decimal,
    break1: i64,
    calculation_value2: Decimal,
}

#[derive(FieldLabel, Debug, Clone, PartialEq)]
#[p21(breaks::CalculationMethodCd)]
enum Calculation {
    #[p21(label = "Fixed Price")]
    Fixed,
    #[p21(other)]
    Other(String),
}

#[derive(Transaction, Debug, Clone, PartialEq)]
#[p21(contract)]
struct Contract {
    header: Header,
    lines: Vec<PriceLine>,
}

fn contract() -> Contract {
    let line = |item: &str, method, price| PriceLine {
        item_id: item.to_owned(),
        uom: "EA".to_owned(),
        pricing_method: method,
        source_price: None,
        multiplier: None,
        unit_price: price,
        breaks: None,
        note: None,
    };
    let breaks = Breaks {
        calculation_method_cd: Calculation::Fixed,
        calculation_value1: dec!(10.00),
        break1: 10,
        calculation_value2: dec!(8.50),
    };
    Contract {
        header: Header {
            company_id: "ACME".to_owned(),
            contract_no: "JOB-1001".to_owned(),
            customer: Some(100_198),
            until: Date::constant(2027, 12, 31),
        },
        lines: vec![
            line("WIDGET-001", Method::Price, Some(dec!(25.00))),
            PriceLine {
                source_price: Some("Supplier List Price".to_owned()),
                multiplier: Some(dec!(1)),
                breaks: Some(breaks),
                ..line("WIDGET-002", Method::FromSource, None)
            },
            line("WIDGET-003", Method::Price, Some(dec!(5))),
        ],
    }
}

/// The same contract with the typed builders.
fn by_hand() -> contract::Transaction {
    let line = |item, method| line::Row::new(line::Required { item_id: item, uom: "EA", pricing_method: method });
    contract::Transaction::new()
        .push(
            header::Row::new(header::Required {
                company_id: "ACME",
                contract_no: "JOB-1001",
                end_date: date(2027, 12, 31),
            })
            .customer_id(100_198),
        )
        .push(line("WIDGET-001", line::PricingMethod::Price).price(dec!(25.00)))
        .push(
            line("WIDGET-002", line::PricingMethod::Source).source_price("Supplier List Price").multiplier(1).with(
                breaks::Row::new()
                    .calculation_method_cd(breaks::CalculationMethodCd::FixedPrice)
                    .calculation_value1(dec!(10.00))
                    .break1(10)
                    .calculation_value2(dec!(8.50)),
            ),
        )
        .push(line("WIDGET-003", line::PricingMethod::Price).price(5))
}

/// A record as P21 answers it: every element once, all rows of a child one after the other, one for each parent row.
/// Rows of field and value, by element.
type Elements<'a> = [(&'a str, &'a [&'a [(&'a str, &'a str)]])];

fn record(elements: &Elements<'_>) -> payload::Transaction {
    let row = |edits: &&[(&str, &str)]| {
        payload::Row::new(edits.iter().map(|(name, value)| payload::Edit::new(*name, *value)))
    };
    let element = |(name, rows): &(&str, &[&[(&str, &str)]])| {
        let mut element = payload::DataElement::default();
        element.name = (*name).to_owned();
        element.rows = rows.iter().map(row).collect();
        element
    };
    let mut record = payload::Transaction::default();
    record.data_elements = elements.iter().map(element).collect();
    record
}

const HEADER: &str = "FORM.d_dw_job_price_hdr";
const LINE: &str = "JOBPRICELINE.jobpriceline";
const VALUES: &str = "VALUES.values";
const STORED_HEADER: &[(&str, &str)] =
    &[("company_id", "ACME"), ("contract_no", "JOB-1001"), ("customer_id", ""), ("end_date", "2027-12-31T00:00:00")];

fn read(elements: &Elements<'_>) -> Result<Contract, ReadErrors> {
    Contract::from_record(&contract::Record::new(record(elements)))
}

#[test]
fn a_struct_sends_what_the_builders_send() {
    assert_eq!(contract().to_transaction().to_payload(), by_hand().to_payload());
    let set: contract::TransactionSet = contract().to_transaction().into();
    assert_eq!(set.check().to_string(), "");
    assert_eq!(set.to_json(), contract::TransactionSet::from(by_hand()).to_json());
}

#[test]
fn a_row_can_be_taken_alone_and_added_to() {
    let row = contract().header.to_row().approved(true);
    assert_eq!(row.get(header::APPROVED), Ok(Some(true)));
    assert_eq!(row.get(header::CONTRACT_NO), Ok(Some("JOB-1001".into())));
}

#[test]
fn a_record_is_read_into_the_struct() {
    let found = read(&[
        (HEADER, &[STORED_HEADER]),
        (
            LINE,
            &[
                &[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "25.0000")],
                &[("item_id", "WIDGET-002"), ("uom", "EA"), ("pricing_method", "Source"), ("price", "")],
            ],
        ),
        (
            VALUES,
            &[
                &[("calculation_method_cd", ""), ("calculation_value1", "")],
                &[
                    ("calculation_method_cd", "Site's own"),
                    ("calculation_value1", "10"),
                    ("break1", "10.0000"),
                    ("calculation_value2", "8.5"),
                ],
            ],
        ),
    ])
    .unwrap();
    assert_eq!(found.header.customer, None);
    assert_eq!(found.header.until, Date::constant(2027, 12, 31));
    assert_eq!(found.lines[0].unit_price, Some(dec!(25.0000)));
    assert_eq!(found.lines[0].breaks, None);
    assert_eq!(found.lines[1].unit_price, None);
    let breaks = found.lines[1].breaks.as_ref().unwrap();
    assert_eq!(breaks.calculation_method_cd, Calculation::Other("Site's own".to_owned()));
    assert_eq!(breaks.break1, 10);
}

#[test]
fn what_is_missing_or_malformed_is_named_all_of_it() {
    let errors = read(&[
        (HEADER, &[&[("company_id", "ACME"), ("contract_no", ""), ("end_date", "2027-12-31T08:30:00")]]),
        (
            LINE,
            &[
                &[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1,000")],
                &[("item_id", "")],
                &[("item_id", "WIDGET-002"), ("pricing_method", "Pricing Libraries")],
            ],
        ),
        (VALUES, &[&[], &[], &[("calculation_method_cd", "Fixed Price"), ("break1", "2.5")]]),
    ])
    .unwrap_err();
    assert_eq!(
        errors.to_string(),
        "\
`FORM.d_dw_job_price_hdr` row 0, field `contract_no`: no value
`FORM.d_dw_job_price_hdr` row 0, field `end_date`: `2027-12-31T08:30:00` is not a date without a time of day
`JOBPRICELINE.jobpriceline` row 0, field `price`: `1,000` is not a number
`JOBPRICELINE.jobpriceline` row 2, field `uom`: no value
`JOBPRICELINE.jobpriceline` row 2, field `pricing_method`: `Pricing Libraries` is not one of the labels of `Method`
`VALUES.values` row 2, field `calculation_value1`: no value
`VALUES.values` row 2, field `break1`: `2.5` is not a whole number of 64 bits
`VALUES.values` row 2, field `calculation_value2`: no value"
    );
    assert_eq!(errors.iter().count(), 8);
    assert_eq!(errors.iter().next().unwrap().field.as_deref(), Some("contract_no"));
}

#[test]
fn a_record_without_a_row_or_with_too_many_is_an_error() {
    assert_eq!(read(&[(LINE, &[])]).unwrap_err().to_string(), "`FORM.d_dw_job_price_hdr`: no row with data");
    assert_eq!(
        read(&[(HEADER, &[STORED_HEADER, STORED_HEADER])]).unwrap_err().to_string(),
        "`FORM.d_dw_job_price_hdr`: 2 rows with data where one is expected"
    );
    assert_eq!(read(&[(HEADER, &[STORED_HEADER])]).unwrap().lines, []);
}

#[test]
fn rows_of_a_child_form_that_are_fewer_than_its_parents_are_never_guessed() {
    let line = &[("item_id", "W"), ("uom", "EA"), ("pricing_method", "Price")][..];
    let values = &[
        ("calculation_method_cd", "Fixed Price"),
        ("calculation_value1", "1"),
        ("break1", "1"),
        ("calculation_value2", "1"),
    ][..];
    let errors = read(&[(HEADER, &[STORED_HEADER]), (LINE, &[line, line]), (VALUES, &[values])]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "`VALUES.values`: 1 rows for 2 parent rows, and nothing says which belongs to which"
    );
    let empty = read(&[(HEADER, &[STORED_HEADER]), (LINE, &[line, line]), (VALUES, &[&[]])]).unwrap();
    assert!(empty.lines.iter().all(|line| line.breaks.is_none()));
    let single = read(&[(HEADER, &[STORED_HEADER]), (LINE, &[line, &[]]), (VALUES, &[values])]).unwrap();
    assert!(single.lines[0].breaks.is_some(), "one line with data has all there are");
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(items, edit)]
struct Item {
    #[p21(key)]
    oe_order_item_id: String,
    #[p21(key)]
    user_line_no: String,
    #[p21(child)]
    info: Info,
    #[p21(child)]
    lots: Vec<Lot>,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(extended_info, edit)]
struct Info {
    #[p21(read_only)]
    cf_dfflag: String,
}

#[derive(DataElement, Debug, PartialEq)]
#[p21(lots, edit)]
struct Lot {
    #[p21(key)]
    lot_cd: String,
    unit_quantity: Decimal,
}

#[derive(Transaction, Debug, PartialEq)]
#[p21(order)]
struct Order {
    items: Vec<Item>,
    #[p21(skip)]
    attempts: u8,
}

fn item(line: &str, lots: &[&str]) -> Item {
    Item {
        oe_order_item_id: "WIDGET-001".to_owned(),
        user_line_no: line.to_owned(),
        info: Info { cf_dfflag: "never sent".to_owned() },
        lots: lots.iter().map(|lot| Lot { lot_cd: (*lot).to_owned(), unit_quantity: dec!(1) }).collect(),
    }
}

#[test]
fn keys_of_rows_and_of_their_children_are_those_of_the_transaction() {
    let order = Order { items: vec![item("001", &["A", "B"]), item("002", &[])], attempts: 3 };
    let payload = order.to_transaction().to_payload();
    let keys: Vec<(&str, Vec<&str>)> = payload
        .data_elements
        .iter()
        .map(|element| (element.name.as_str(), element.keys.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        keys,
        [
            ("TP_ITEMS.items", vec!["oe_order_item_id", "user_line_no"]),
            ("TP_EXTDINFO.extd_info", vec![]),
            ("TABPAGE_LOT.tabpage_lot", vec!["lot_cd"]),
            ("TP_ITEMS.items", vec!["oe_order_item_id", "user_line_no"]),
            ("TP_EXTDINFO.extd_info", vec![]),
        ]
    );
    assert!(payload.data_elements[1].rows[0].edits.is_empty(), "a field that is only read is not sent");
    assert_eq!(payload.data_elements[2].rows.len(), 2);
}

#[test]
fn rows_of_a_child_list_are_read_when_one_parent_can_have_them() {
    const ITEMS: &str = "TP_ITEMS.items";
    const INFO: &str = "TP_EXTDINFO.extd_info";
    const LOTS: &str = "TABPAGE_LOT.tabpage_lot";
    let first = &[("oe_order_item_id", "W"), ("user_line_no", "001")][..];
    let info = &[("cf_dfflag", "N")][..];
    let lots: &[&[(&str, &str)]] =
        &[&[("lot_cd", "A"), ("unit_quantity", "1")], &[("lot_cd", "")], &[("lot_cd", "B"), ("unit_quantity", "2")]];
    let read = |elements: &Elements<'_>| Order::from_record(&order::Record::new(record(elements)));
    let order = read(&[(ITEMS, &[first]), (INFO, &[info]), (LOTS, lots)]).unwrap();
    let codes: Vec<&str> = order.items[0].lots.iter().map(|lot| lot.lot_cd.as_str()).collect();
    assert_eq!(codes, ["A", "B"]);
    assert_eq!(order.items[0].info.cf_dfflag, "N");
    assert_eq!(order.attempts, 0);
    let errors = read(&[(ITEMS, &[first, first]), (INFO, &[info, &[]]), (LOTS, lots)]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "\
`TABPAGE_LOT.tabpage_lot`: 3 rows for 2 parent rows, and nothing says which belongs to which
`TP_EXTDINFO.extd_info` row 1: no row with data"
    );
    assert_eq!(read(&[(ITEMS, &[first, first]), (INFO, &[info, info])]).unwrap().items[1].lots, []);
}

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

/// The fields of a line, declared in the definition's order, backwards as far as rules let them, and at random.
macro_rules! orders {
    ($($name:ident { $($field:ident: $type:ty),+ })+) => {$(
        #[derive(DataElement, Debug, Clone)]
        #[p21(line, edit)]
        struct $name {
            $($field: $type),+
        }

        impl From<&First> for $name {
            fn from(line: &First) -> Self {
                Self { $($field: line.$field.clone()),+ }
            }
        }
    )+};
}

orders! {
    First {
        item_id: String, uom: String, pricing_method: line::PricingMethod, price: Option<Decimal>,
        customer_part_no: Option<String>, line_start_date: Option<Date>, copy_contract_line_flag: bool, line_no: Option<i64>
    }
    Backwards {
        line_no: Option<i64>, copy_contract_line_flag: bool, line_start_date: Option<Date>,
        customer_part_no: Option<String>, item_id: String, uom: String, pricing_method: line::PricingMethod,
        price: Option<Decimal>
    }
    Mixed {
        item_id: String, line_start_date: Option<Date>, uom: String, line_no: Option<i64>,
        pricing_method: line::PricingMethod, customer_part_no: Option<String>, price: Option<Decimal>,
        copy_contract_line_flag: bool
    }
}

fn lines() -> impl Strategy<Value = First> {
    let label = prop_oneof![
        Just(line::PricingMethod::Price),
        Just(line::PricingMethod::Source),
        "[A-Za-z ]{1,12}".prop_map(|label| line::PricingMethod::from_label(&label)),
    ];
    let day = proptest::option::of((1990_i16..2100, 1_i8..=12, 1_i8..=28));
    let price = proptest::option::of((any::<i32>(), 0_u32..9).prop_map(|(n, scale)| Decimal::new(n.into(), scale)));
    let texts = (".{1,40}", ".{1,40}", proptest::option::of(".{1,40}"));
    (texts, label, price, day, any::<bool>(), proptest::option::of(any::<i64>())).prop_map(
        |((item_id, uom, customer_part_no), pricing_method, price, day, copy_contract_line_flag, line_no)| First {
            item_id,
            uom,
            pricing_method,
            price,
            customer_part_no,
            line_start_date: day.map(|(year, month, day)| Date::constant(year, month, day)),
            copy_contract_line_flag,
            line_no,
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_declaration_changes_nothing_that_is_sent(line in lines()) {
        let first = line.to_row().as_raw().to_payload();
        prop_assert_eq!(&Backwards::from(&line).to_row().as_raw().to_payload(), &first);
        prop_assert_eq!(&Mixed::from(&line).to_row().as_raw().to_payload(), &first);
    }

    #[test]
    fn what_is_sent_is_read_back_unchanged(line in lines()) {
        let stored = contract::Transaction::new().push(line.to_row()).to_payload();
        let read = First::all_from(&contract::Record::new(stored)).unwrap();
        prop_assert_eq!(format!("{read:?}"), format!("{:?}", [&line]));
    }
}
