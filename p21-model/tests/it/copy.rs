//! Records as new ones: what is copied, and what is said about the rest.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use p21_model::Version;
use p21_model::bindings::v1;
use p21_model::copy::{Copying, LeftOutBecause as Why};
use p21_model::payload;
use p21_model::record::Record;
use p21_model::row::{Element, Field, RawRow, Service};
use p21_model::schema::{ElementRule, ElementSchema, Endpoint, IgnoreDisabled, ServiceSchema, When};
use p21_model::value::Text;
use serde_json::json;

#[derive(Debug)]
struct Order;
struct Header(RawRow);
struct Line(RawRow);
struct Note(RawRow);

const ORDER_NO: Field<Header, Text> = Field::new(0, "order_no");
const PO_NO: Field<Header, Text> = Field::new(1, "po_no");
const COMPANY: Field<Header, Text> = Field::new(2, "company_id");
const PRICE: Field<Line, Text> = Field::new(1, "unit_price");
const TOTAL: Field<Line, Text> = Field::new(2, "cf_total");

const WHY: v1::Reason = v1::why("", "");

const fn disabled(fields: &'static [u16], when: When) -> ElementRule {
    v1::rule(v1::disabled(fields, when, IgnoreDisabled::Nothing, ""), WHY)
}

static HEADER_RULES: [ElementRule; 3] =
    [v1::rule(v1::numbered(0, 1), WHY), disabled(&[2], When::Always), disabled(&[1, 3], When::Saved)];
static READ: [v1::FieldsRead; 3] = [const { v1::FieldsRead::new() }; 3];
static HEADER: ElementSchema = v1::form("A.order", "m", "", 0, &READ[0])
    .fields("order_no text:\npo_no text:\ncompany_id text:\ntaker text:\n")
    .rules(&HEADER_RULES)
    .build();
static LINE: ElementSchema = v1::list("B.items", "m", "", 1, &READ[1])
    .fields("item_id text:\nunit_price text:\ncf_total text computed:\n")
    .build();
static NOTE: ElementSchema = v1::list("C.note", "m", "", 2, &READ[2]).fields("note text:\n").child_of(1, WHY).build();
static ORDER: ServiceSchema =
    v1::service("Order", Version::new(25, 2), Endpoint::Transaction, &[&HEADER, &LINE, &NOTE]).build();

impl Service for Order {
    const SCHEMA: &'static ServiceSchema = &ORDER;
}

macro_rules! elements {
    ($($row:ident $schema:ident),+) => {$(
        impl Element for $row {
            type Service = Order;

            const SCHEMA: &'static ElementSchema = &$schema;

            fn from_raw(raw: RawRow) -> Self {
                Self(raw)
            }

            fn as_raw(&self) -> &RawRow {
                &self.0
            }

            fn into_raw(self) -> RawRow {
                self.0
            }
        }
    )+};
}

elements!(Header HEADER, Line LINE, Note NOTE);

/// The names and values of rows.
type Rows<'a> = &'a [&'a [(&'a str, &'a str)]];

fn rows(rows: Rows<'_>) -> serde_json::Value {
    let row = |row: &&[(&str, &str)]| -> serde_json::Value {
        let edits: Vec<_> = row.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        json!({"Edits": edits})
    };
    rows.iter().map(row).collect()
}

fn transaction(elements: &[(&str, Rows<'_>)]) -> payload::Transaction {
    let elements: Vec<_> = elements.iter().map(|(name, data)| json!({"Name": name, "Rows": rows(data)})).collect();
    serde_json::from_value(json!({"Status": "New", "DataElements": elements})).unwrap()
}

fn record(lines: Rows<'_>) -> Record<Order> {
    Record::new(transaction(&[
        (
            "A.order",
            &[&[
                ("order_no", "2000417"),
                ("po_no", "P-1"),
                ("company_id", "ACME"),
                ("taker", ""),
                ("ufc_x", "u"),
                ("ufc_y", "v"),
            ]],
        ),
        ("C.note", &[&[("note", "n")]]),
        ("B.items", lines),
        ("D.unknown", &[&[("a", "b")], &[("a", "c")]]),
        ("E.empty", &[&[("a", "")]]),
    ]))
}

fn basics() -> payload::Transaction {
    transaction(&[
        ("A.order", &[&[("order_no", ""), ("po_no", ""), ("company_id", ""), ("taker", ""), ("ufc_x", "")]]),
        ("B.items", &[&[("item_id", ""), ("cf_total", "")]]),
        ("C.note", &[&[("note", "")]]),
    ])
}

const TWO: Rows<'_> = &[
    &[("item_id", "A"), ("unit_price", "1"), ("cf_total", "5")],
    &[("item_id", "B"), ("unit_price", "2"), ("cf_total", "")],
];

fn edits(element: &payload::DataElement) -> Vec<Vec<(&str, &str)>> {
    element.rows.iter().map(|row| row.edits.iter().map(|e| (e.name.as_str(), e.value.as_str())).collect()).collect()
}

#[test]
fn basics_are_copied_less_what_rules_shut() {
    let copy = record(TWO).copy(&Copying::of(&basics()));
    let payload = copy.transaction.to_payload();
    assert_eq!(edits(&payload.data_elements[0]), [[("po_no", "P-1"), ("ufc_x", "u")]]);
    assert_eq!(edits(&payload.data_elements[1]), [[("item_id", "A")], [("item_id", "B")]]);
    assert_eq!(payload.data_elements.len(), 2);
    let left_out: Vec<_> =
        copy.left_out.iter().map(|left| (left.element.as_str(), left.field.as_deref(), left.rows, left.why)).collect();
    assert_eq!(
        left_out,
        [
            ("A.order", Some("company_id"), 1, Why::Disabled),
            ("A.order", Some("order_no"), 1, Why::Assigned),
            ("A.order", Some("ufc_y"), 1, Why::NotBasic),
            ("B.items", Some("cf_total"), 1, Why::Computed),
            ("B.items", Some("unit_price"), 2, Why::NotBasic),
            ("C.note", None, 1, Why::OfManyParents),
            ("D.unknown", None, 2, Why::UnknownElement),
        ]
    );
    assert_eq!(copy.left_out[4].to_string(), "`B.items` `unit_price` (2 rows): it is neither a key nor required");
}

#[test]
fn the_caller_has_a_say() {
    let copying = Copying::of(&basics()).keep(PRICE).keep(COMPANY).keep(TOTAL).leave_out::<Note>();
    let copy = record(TWO).copy(&copying);
    let payload = copy.transaction.to_payload();
    assert_eq!(payload.data_elements[0].value("company_id"), Some("ACME"), "the caller knows better than a rule");
    assert_eq!(edits(&payload.data_elements[1])[1], [("item_id", "B"), ("unit_price", "2")]);
    let whys: Vec<Why> = copy.left_out.iter().map(|left| left.why).collect();
    assert!(whys.contains(&Why::Computed) && whys.contains(&Why::Unwanted), "what is computed is never written");
}

#[test]
fn a_child_of_an_only_row_is_copied_with_it() {
    let copy = record(&TWO[..1]).copy(&Copying::of(&basics()));
    let payload = copy.transaction.to_payload();
    let names: Vec<&str> = payload.data_elements.iter().map(|element| element.name.as_str()).collect();
    assert_eq!(names, ["A.order", "B.items", "C.note"]);
}

#[test]
fn rows_are_changed_or_made() {
    let copy = record(TWO).copy(&Copying::of(&basics())).change(|header: Header| header.set(PO_NO, "P-2"));
    assert_eq!(copy.transaction.to_payload().data_elements[0].value("po_no"), Some("P-2"));
    let nothing = payload::Transaction::default();
    let copy = record(TWO).copy(&Copying::of(&nothing)).change(|header: Header| header.set(ORDER_NO, "1"));
    let payload = copy.transaction.to_payload();
    assert_eq!((payload.data_elements.len(), payload.data_elements[0].value("order_no")), (1, Some("1")));
}
