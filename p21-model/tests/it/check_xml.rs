//! Payloads in XML.
#![cfg(all(feature = "rules", feature = "xml"))]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::check::{CheckOptions, Code, XmlPayload};
use p21_model::payload::TransactionSet;

const NAMESPACE: &str = r#"xmlns="http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2""#;
const ARRAYS: &str = r#"xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays""#;

fn set(inner: &str) -> String {
    format!("<TransactionSet {NAMESPACE}>{inner}</TransactionSet>")
}

/// An order by its number, with some more in its element.
fn order(keys: &str, edit: &str, more: &str) -> String {
    set(&format!(
        "<Name>Order</Name><Transactions><Transaction><DataElements><DataElement>{keys}<Name>TABPAGE_1.order</Name>\
         <Rows><Row><Edits>{edit}</Edits></Row></Rows><Type>Form</Type>{more}</DataElement></DataElements>\
         <Status>New</Status></Transaction></Transactions>"
    ))
}

const EDIT: &str = "<Edit><Name>order_no</Name><Value>1013938</Value></Edit>";

/// Codes, and the text that each finding points at.
fn found(xml: &str) -> Vec<(Code, &str)> {
    let schema = support::schema("Order", "25.2");
    let payload = XmlPayload::read(xml);
    payload
        .check(Some(&schema), CheckOptions::new())
        .into_iter()
        .map(|finding| (finding.code, &xml[payload.locate(&finding).unwrap()]))
        .collect()
}

#[test]
fn the_documented_payload_is_read() {
    let keys = format!("<Keys {ARRAYS}><a:string>order_no</a:string></Keys>");
    let xml = format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- an order -->\n{}\n", order(&keys, EDIT, ""));
    assert_eq!(found(&xml), []);
    let payload = XmlPayload::read(&xml);
    assert_eq!(payload.service(), Some("Order"));
    let set: TransactionSet = serde_json::from_value(payload.body().unwrap().clone()).unwrap();
    let element = &set.transactions[0].data_elements[0];
    assert_eq!((element.keys.as_slice(), element.value("order_no")), (&["order_no".to_owned()][..], Some("1013938")));
}

#[test]
fn prefixes_nulls_and_characters_are_understood() {
    let xml = r#"<p:TransactionSet xmlns:p="http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2"
        xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><p:Description i:nil="true"/><p:Name>Order</p:Name>
        <p:Query i:nil="true"/><p:Transactions><p:Transaction><p:DataElements><p:DataElement>
        <p:Name>TABPAGE_1.order</p:Name><p:Rows><p:Row><p:Edits><p:Edit><p:Name>order_no</p:Name>
        <p:Value>7</p:Value></p:Edit><p:Edit><p:Name>po_no</p:Name><p:Value>A&amp;B &#x41;<![CDATA[<]]></p:Value></p:Edit>
        </p:Edits></p:Row></p:Rows><p:Type>Form</p:Type></p:DataElement></p:DataElements><p:Status>New</p:Status>
        </p:Transaction></p:Transactions></p:TransactionSet>"#;
    assert_eq!(found(xml), []);
    let body = XmlPayload::read(xml).body().unwrap().clone();
    let set: TransactionSet = serde_json::from_value(body).unwrap();
    assert_eq!(set.transactions[0].data_elements[0].value("po_no"), Some("A&B A<"));
}

#[test]
fn roots_and_namespaces_are_checked() {
    assert_eq!(found("<Order/>"), [(Code::XmlRoot, "Order")]);
    let xml = order("", EDIT, "");
    let without = xml.replace(NAMESPACE, "");
    assert_eq!(found(&without), [(Code::XmlNamespace, "TransactionSet")]);
    let other = xml.replace("Model.V2", "Model.V1");
    assert_eq!(found(&other), [(Code::XmlNamespace, "TransactionSet")]);
}

#[test]
fn children_are_in_order() {
    let top = set("<UseCodeValues>false</UseCodeValues><Name>Order</Name>");
    let found_at_top = found(&top);
    assert_eq!(found_at_top[0], (Code::XmlOrder, "Name"));
    let deep = order("", "<Edit><Value>1</Value><Name>order_no</Name></Edit>", "");
    assert_eq!(found(&deep), [(Code::XmlOrder, "Name")]);
    // One that comes too early is one finding, however many it precedes.
    let early = "<Edit><Value>1</Value><IgnoreIfEmpty>false</IgnoreIfEmpty><Name>order_no</Name></Edit>";
    let early = XmlPayload::read(&order("", early, "")).check(None, CheckOptions::new());
    let early: Vec<_> = early.iter().map(|finding| (finding.code, &*finding.remedy)).collect();
    assert_eq!(early, [(Code::XmlOrder, "move `Value` behind `Name`")]);
}

#[test]
fn keys_are_strings_of_the_arrays_namespace() {
    assert_eq!(found(&order("<Keys><string>order_no</string></Keys>", EDIT, "")), [(Code::XmlKey, "order_no")]);
    let key = format!("<Keys {ARRAYS}><a:Key>order_no</a:Key></Keys>");
    assert_eq!(found(&order(&key, EDIT, "")), [(Code::XmlKey, "order_no")]);
    let unknown = format!("<Keys {ARRAYS}><a:string>order_nr</a:string></Keys>");
    assert_eq!(found(&order(&unknown, EDIT, "")), [(Code::UnknownKey, "order_nr")]);
}

#[test]
fn other_elements_are_found() {
    assert_eq!(found(&order("", EDIT, "<Zone/>")), [(Code::XmlUnknown, "Zone")]);
    assert_eq!(found(&order("", EDIT, "<zone xmlns=\"other\"/>")), [(Code::XmlUnknown, "zone")]);
    assert_eq!(found(&order("", &format!("{EDIT}<Edits/>"), "")), [(Code::XmlUnknown, "Edits")]);
    assert_eq!(found(&order("", &EDIT.replace("1013938", "<b>1</b>"), ""))[0], (Code::XmlUnknown, "b"));
    assert_eq!(
        found(&order("", EDIT, "<IgnoreDisabled>true</IgnoreDisabled>")),
        [(Code::FlagBelowRoot, "IgnoreDisabled")]
    );
    let second = order("", &EDIT.replace("</Edit>", "<Value>2</Value></Edit>"), "");
    assert_eq!(found(&second), [(Code::MemberTwice, "Value")]);
    assert_eq!(found(&order("", EDIT, "").replace("Status>", "status>"))[0].0, Code::WrongCase);
}

#[test]
fn content_is_checked_like_json() {
    let xml = order("", "<Edit><Name>custmer_id</Name><Value>1</Value></Edit>", "");
    assert_eq!(found(&xml)[0].0, Code::UnknownField);
    let xml = set("<Name>Order</Name><Transactions/><UseCodeValues>True</UseCodeValues>");
    assert_eq!(found(&xml), [(Code::QuotedBoolean, "True"), (Code::MemberMissing, "Transactions")]);
}

#[test]
fn read_requests_are_checked() {
    let request = |keys: &str, element: &str| {
        format!(
            "<TransactionStateRequest {NAMESPACE}><ServiceName>Order</ServiceName><TransactionStates><TransactionState>\
             <DataElementName>{element}</DataElementName><Keys>{keys}</Keys></TransactionState></TransactionStates>\
             </TransactionStateRequest>"
        )
    };
    let key = "<Key><Name>order_no</Name><Value>1</Value></Key>";
    assert_eq!(found(&request(key, "TABPAGE_1.order")), []);
    assert_eq!(found(&request(key, "TP_ITEMS.items"))[0], (Code::ReadOfList, "TP_ITEMS.items"));
    assert_eq!(found(&request("<string>order_no</string>", "TABPAGE_1.order")), [(Code::ReadKeyShape, "order_no")]);
    assert_eq!(found(&format!("<TransactionStateRequest {NAMESPACE}/>"))[0].0, Code::ReadMissing);
}

#[test]
fn what_is_no_payload_is_refused() {
    let broken = |xml: &str| {
        let payload = XmlPayload::read(xml);
        let findings = payload.check(None, CheckOptions::new());
        let finding = findings.iter().next().unwrap();
        assert_eq!((finding.code, findings.iter().count()), (Code::XmlSyntax, 1), "{xml:.80}");
        finding.problem.clone()
    };
    assert!(broken("<a>").contains("too early"));
    assert!(broken("<a></b>").contains("`</b>`"));
    assert!(broken("<a/><b/>").contains("second root"));
    assert!(broken("<a/>text").contains("outside"));
    assert!(broken("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>").contains("document type"));
    assert!(broken("<a>&x;</a>").contains("entity"));
    assert!(broken(&"<a>".repeat(100)).contains("deeper"));
}
