//! XML says what JSON says.
#![cfg(feature = "xml")]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use p21_model::bindings::v1;
use p21_model::check::{CheckOptions, Code, XmlPayload};
use p21_model::definition::{ElementKind, ServiceDefinition};
use p21_model::outcome::TransactionSetResult;
use p21_model::payload::{self, KeyValue, TransactionState, TransactionStateRequest};
use p21_model::row::{ChildOf, Element, Field, RawRow, Service, TopLevel, Transaction, TransactionSet};
use p21_model::schema::{ElementSchema, Endpoint, ServiceSchema};
use p21_model::value::Text;
use p21_model::xml::{Root, XmlReadError, to_json};
use proptest::prelude::*;

struct Order;
struct Header(RawRow);
#[derive(Debug)]
struct Line(RawRow);
struct Note(RawRow);

const PO_NO: Field<Header, Text> = Field::new(0, "po_no");
const APPROVED: Field<Header, bool> = Field::new(1, "approved");
const ITEM_ID: Field<Line, Text> = Field::new(0, "item_id");
const PRICE: Field<Line, Text> = Field::new(1, "unit <price> & \"co\"");
const NOTE: Field<Note, Text> = Field::new(0, "note");

static READ: [v1::FieldsRead; 3] = [const { v1::FieldsRead::new() }; 3];
static HEADER: ElementSchema =
    v1::form("TABPAGE_1.order", "m", "", 0, &READ[0]).fields("po_no text:\napproved switch:\n").build();
static LINE: ElementSchema = v1::list("TP ITEMS.items", "m", "", 1, &READ[1])
    .fields("item_id text:\nunit\\s<price>\\s&\\s\"co\" text odd:\n")
    .build();
static NOTES: ElementSchema = v1::list("A&B.<note>", "m", "", 2, &READ[2]).fields("note text:\n").build();
static ORDER: ServiceSchema =
    v1::service("Order", p21_model::Version::new(25, 2), Endpoint::Transaction, &[&HEADER, &LINE, &NOTES]).build();

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

elements!(Header HEADER, Line LINE, Note NOTES);

impl TopLevel<Order> for Header {}
impl TopLevel<Order> for Line {}
impl ChildOf<Line> for Note {}

/// Values with everything that XML could contaminate.
fn value() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        '<', '>', '&', '"', '\'', '\r', '\n', '\t', ' ', ']', 'a', 'ä', '\u{85}', '\u{2028}', '\u{feff}', '\u{7f}',
        '😀',
    ]);
    prop::collection::vec(odd, 0..12).prop_map(|characters| characters.into_iter().collect())
}

fn line() -> impl Strategy<Value = Line> {
    (value(), prop::option::of(value()), prop::collection::vec(value(), 0..3)).prop_map(|(item, price, notes)| {
        let line = Line::edit().set(ITEM_ID, item);
        let line = match price {
            Some(price) => line.set(PRICE, price),
            None => line.skip(PRICE),
        };
        line.with_all(notes.into_iter().map(|note| Note::edit().set(NOTE, note)))
    })
}

fn transaction() -> impl Strategy<Value = Transaction<Order>> {
    (value(), any::<bool>(), value(), prop::collection::vec(line(), 0..5), any::<bool>()).prop_map(
        |(po_no, approved, extra, lines, keyed)| {
            let header = Header::edit().set(PO_NO, po_no).set(APPROVED, approved).set_unchecked("ufc_x", extra);
            let transaction = Transaction::new().push(header).push_all(lines);
            if keyed { transaction.keyed_by(ITEM_ID) } else { transaction }
        },
    )
}

fn read(xml: &[u8]) -> payload::TransactionSet {
    let json = to_json(std::str::from_utf8(xml).unwrap(), Root::TransactionSet).unwrap();
    serde_json::from_value(json).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, fork: false, ..ProptestConfig::default() })]

    #[test]
    fn a_set_written_as_xml_is_the_set_written_as_json(
        transactions in prop::collection::vec(transaction(), 0..4),
        codes in any::<bool>(),
        ignore in any::<bool>(),
    ) {
        let set: TransactionSet<Order> = transactions.into_iter().collect();
        let set = set.use_code_values(codes).ignore_disabled(ignore);
        let by_json: payload::TransactionSet = serde_json::from_slice(&set.to_json()).unwrap();
        let xml = set.to_xml().unwrap();
        prop_assert_eq!(&read(&xml), &by_json);
        prop_assert_eq!(&read(&by_json.to_xml().unwrap()), &by_json, "the untyped writer agrees");
        let findings = XmlPayload::read(std::str::from_utf8(&xml).unwrap()).check(None, CheckOptions::new());
        let of_xml = [Code::XmlSyntax, Code::XmlRoot, Code::XmlNamespace, Code::XmlOrder, Code::XmlKey, Code::XmlUnknown];
        prop_assert!(!findings.iter().any(|finding| of_xml.contains(&finding.code)), "{}", findings);
    }

    #[test]
    fn answers_of_any_shape_are_survived(text in ".{0,200}") {
        drop(to_json(&text, Root::TransactionSet));
        drop(to_json(&format!("<TransactionSet>{text}</TransactionSet>"), Root::TransactionSet));
    }
}

#[test]
fn characters_that_xml_cannot_hold_are_refused_by_name() {
    for c in ['\0', '\u{1}', '\u{b}', '\u{1b}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
        let line = Line::edit().set(ITEM_ID, "A").set(PRICE, format!("1{c}"));
        let set = TransactionSet::from(Transaction::new().push(line));
        let error = set.to_xml().unwrap_err();
        assert_eq!(error.element.as_deref(), Some("TP ITEMS.items"));
        assert_eq!(error.field.as_deref(), Some("unit <price> & \"co\""));
        assert!(error.to_string().contains(&format!("U+{:04X}", u32::from(c))), "{error}");
        assert_eq!(set.to_payload().to_xml().unwrap_err(), error);
        let json: payload::TransactionSet = serde_json::from_slice(&set.to_json()).unwrap();
        assert!(json.transactions[0].data_elements[0].rows[0].edits[1].value.contains(c), "JSON can");
    }
    let key = KeyValue::new("order_no", "\0");
    let state = TransactionState::new("TABPAGE_1.order", [key]);
    let request = TransactionStateRequest::new("Order", vec![state]);
    let error = request.to_xml().unwrap_err();
    assert_eq!(
        error.to_string(),
        "element `TABPAGE_1.order`, field `order_no`, the character U+0000 can't be in XML; take it out, or send the \
         payload as JSON"
    );
}

#[test]
fn what_has_no_known_shape_is_refused() {
    let mut row = payload::Row::default();
    row.relative_date_edits = vec![serde_json::json!({})];
    let element = payload::DataElement::new("A.a", ElementKind::Form, vec![row]);
    let set = payload::TransactionSet::new("", vec![payload::Transaction::new(vec![element])]);
    let error = set.to_xml().unwrap_err();
    assert!(error.to_string().contains("RelativeDateEdits") && error.element.as_deref() == Some("A.a"), "{error}");
}

#[test]
fn every_member_that_has_a_place_in_xml_is_written() {
    let element = r#"{"Name":"A.a","Type":"Form","Keys":[],"Rows":[],"BusinessObjectName":"bo"}"#;
    let whole = format!(
        r#"{{"Name":"Order","UseCodeValues":true,"IgnoreDisabled":true,"Description":"d","Parameters":"p","Query":"q",
            "TransactionSplitMethod":"NoSplit","Transactions":[{{"Status":"New","DataElements":[{element}]}}]}}"#
    );
    let set: payload::TransactionSet = serde_json::from_str(&whole).unwrap();
    let xml = set.to_xml().unwrap();
    assert_eq!(read(&xml), set);
    let findings = XmlPayload::read(std::str::from_utf8(&xml).unwrap()).check(None, CheckOptions::new());
    assert!(findings.iter().all(|finding| finding.code != Code::XmlOrder), "{findings}");
    assert!(findings.iter().any(|finding| finding.code == Code::UnprovenMember), "{findings}");
}

#[test]
fn members_without_a_place_in_xml_are_refused_by_name() {
    let refused = |member: &str, place: usize| {
        let mut at = [""; 5];
        at[place] = member;
        let [set, transaction, element, row, edit] = at;
        let json = format!(
            r#"{{{set}"Name":"Order","Transactions":[{{{transaction}"Status":"New","DataElements":[{{{element}"Name":"A.a",
                "Type":"Form","Keys":[],"Rows":[{{{row}"Edits":[{{{edit}"Name":"f","Value":"v"}}]}}]}}]}}]}}"#
        );
        serde_json::from_str::<payload::TransactionSet>(&json).unwrap().to_xml().unwrap_err().to_string()
    };
    for place in 0..5 {
        assert!(refused(r#""Mine":1,"#, place).contains("`Mine`"), "{place}");
    }
    for member in ["FieldMap", "Parameters", "Query"] {
        assert!(refused(&format!(r#""{member}":[{{"a":1}}],"#), 0).contains(&format!("`{member}`")), "{member}");
    }
    assert!(refused(r#""Documents":[1],"#, 1).contains("`Documents`"));
}

#[test]
fn a_read_request_is_written_as_documented() {
    let keys = [("order_no", "2000417"), ("b", "<&>")];
    let keys = keys.map(|(name, value)| KeyValue::new(name, value)).to_vec();
    let state = TransactionState::new("TABPAGE_1.order", keys);
    let request = TransactionStateRequest::new("Order", vec![state]);
    let xml = String::from_utf8(request.to_xml().unwrap()).unwrap();
    assert_eq!(
        xml,
        "<TransactionStateRequest xmlns=\"http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\">\
         <ServiceName>Order</ServiceName><TransactionStates><TransactionState><DataElementName>TABPAGE_1.order\
         </DataElementName><Keys><Key><Name>order_no</Name><Value>2000417</Value></Key><Key><Name>b</Name>\
         <Value>&lt;&amp;&gt;</Value></Key></Keys></TransactionState></TransactionStates></TransactionStateRequest>"
    );
    let payload = XmlPayload::read(&xml);
    assert_eq!(payload.body().unwrap(), &serde_json::to_value(&request).unwrap());
    assert!(payload.check(Some(&ORDER), CheckOptions::new()).iter().all(|finding| finding.code != Code::XmlOrder));
}

#[test]
fn a_result_reads_as_its_json() {
    let xml = r#"<TransactionSetResult xmlns="http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2"
        xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
        <Messages xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays">
            <a:string>Transaction 1:: </a:string><a:string>Transaction 2:: General Exception: A &lt; B</a:string></Messages>
        <Results><FieldMap/><Name>Order</Name><Query i:nil="true"/><Transactions>
            <Transaction><DataElements><DataElement><Keys/><Name>TABPAGE_1.order</Name><Rows><Row><Edits>
                <Edit><Name>order_no</Name><Value>2000417</Value></Edit><Edit><Name>note</Name><Value i:nil="true"/></Edit>
            </Edits></Row></Rows><Type>Form</Type></DataElement></DataElements><Documents i:nil="true"/><Status>Passed</Status>
            </Transaction><Transaction><DataElements/><Status>Failed</Status></Transaction></Transactions></Results>
        <Summary><Failed>1</Failed><Other>0</Other><Succeeded>1</Succeeded></Summary></TransactionSetResult>"#;
    let result: TransactionSetResult =
        serde_json::from_value(to_json(xml, Root::TransactionSetResult).unwrap()).unwrap();
    let json = serde_json::json!({
        "Messages": ["Transaction 1:: ", "Transaction 2:: General Exception: A < B"],
        "Results": {"Name": "Order", "Transactions": [
            {"Status": "Passed", "DataElements": [{"Name": "TABPAGE_1.order", "Type": "Form", "Keys": [], "Rows": [
                {"Edits": [{"Name": "order_no", "Value": "2000417"}, {"Name": "note", "Value": null}]}]}]},
            {"Status": "Failed", "DataElements": []}]},
        "Summary": {"Succeeded": 1, "Failed": 1, "Other": 0}});
    assert_eq!(result, serde_json::from_value(json).unwrap());
}

#[test]
fn a_definition_loads_as_its_json() {
    let xml = r#"<?xml version="1.0"?><ServiceDefinition xmlns="urn:x" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"
        xmlns:a="urn:arrays"><Name>Order</Name><Template><TransactionSet/></Template><TransactionDefinition>
        <DataElementDefinitions><DataElementDefinition><BusinessObjectName>oe_hdr</BusinessObjectName>
        <DatawindowName>d_oe_header</DatawindowName><FieldDefinitions>
            <FieldDefinition><DataType>Char</DataType><DbColumnName>oe_hdr.order_no</DbColumnName><Label>Order</Label>
                <Name>order_no</Name><Required>false</Required><ValidValues i:nil="true"/></FieldDefinition>
            <FieldDefinition><DataType>Char</DataType><DbColumnName>oe_hdr.approved</DbColumnName><Label/>
                <Name>approved</Name><Required>true</Required><ValidValues><a:string>ON</a:string><a:string>OFF</a:string>
                </ValidValues></FieldDefinition>
        </FieldDefinitions><KeyFields><a:string>order_no</a:string></KeyFields><Name>TABPAGE_1.order</Name>
        <ParentText>Order &amp; Co</ParentText><Type>Form</Type></DataElementDefinition></DataElementDefinitions>
        <KeyDefinitions><KeyDefinition><Location>order</Location><Name>order_no</Name></KeyDefinition></KeyDefinitions>
        </TransactionDefinition></ServiceDefinition>"#;
    let json = serde_json::json!({"Name": "Order", "TransactionDefinition": {
        "KeyDefinitions": [{"Location": "order", "Name": "order_no"}],
        "DataElementDefinitions": [{"Name": "TABPAGE_1.order", "Type": "Form", "DatawindowName": "d_oe_header",
            "BusinessObjectName": "oe_hdr", "ParentText": "Order & Co", "KeyFields": ["order_no"], "FieldDefinitions": [
            {"Name": "order_no", "Label": "Order", "DataType": "Char", "DbColumnName": "oe_hdr.order_no",
                "Required": false, "ValidValues": null},
            {"Name": "approved", "Label": "", "DataType": "Char", "DbColumnName": "oe_hdr.approved",
                "Required": true, "ValidValues": ["ON", "OFF"]}]}]}});
    let load = |value: serde_json::Value| ServiceDefinition::load("x", value.to_string().as_bytes()).unwrap();
    assert_eq!(load(to_json(xml, Root::ServiceDefinition).unwrap()), load(json));
}

#[test]
fn services_are_listed_with_all_that_is_said_of_them() {
    let xml = "<ArrayOfServiceInfo><ServiceInfo><Name>Order</Name><Title>Orders</Title></ServiceInfo>\
               <ServiceInfo><Name>Item</Name></ServiceInfo></ArrayOfServiceInfo>";
    let list = to_json(xml, Root::ArrayOfServiceInfo).unwrap();
    assert_eq!(list, serde_json::json!([{"Name": "Order", "Title": "Orders"}, {"Name": "Item"}]));
}

#[test]
fn what_is_no_answer_is_an_error() {
    for broken in ["", "<", "<a><b></a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><TransactionSet>&x;</TransactionSet>", "{}"] {
        assert!(matches!(to_json(broken, Root::TransactionSet), Err(XmlReadError::Broken { .. })), "{broken:?}");
    }
    let other = to_json("<Error><Message>no</Message></Error>", Root::TransactionSet).unwrap_err();
    assert_eq!(other.to_string(), "the root element is `Error`, not `TransactionSet`");
    assert!(to_json(&"<a>".repeat(100_000), Root::TransactionSet).is_err());
}
