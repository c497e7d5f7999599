//! Sets in XML, read as their JSON.

use serde_json::json;

use super::*;
use crate::serve::transaction::request::TransactionSet;
use crate::serve::wire::Contract as _;

const NAMESPACE: &str = "xmlns=\"http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\"";

fn set(inner: &str) -> Result<Value, Unreadable> {
    read(format!("<TransactionSet {NAMESPACE}>{inner}</TransactionSet>").as_bytes(), TransactionSet::CLASS)
}

fn transaction(inner: &str) -> Value {
    set(&format!("<Transactions><Transaction>{inner}</Transaction></Transactions>")).unwrap()["Transactions"][0].clone()
}

#[test]
fn a_whole_set_reads_as_its_json() {
    let elements = "<DataElements><DataElement><Keys xmlns:a=\"http://schemas.microsoft.com/2003/10/Serialization/\
        Arrays\"><a:string>id</a:string><string>other</string></Keys><Name>A.b</Name><Rows><Row><Edits><Edit>\
        <IgnoreIfEmpty>true</IgnoreIfEmpty><Name>id</Name><Value>a &amp; <![CDATA[<b>]]>&#x21;</Value></Edit></Edits>\
        <RelativeDateEdits/></Row></Rows><Type>Form</Type></DataElement></DataElements><Status>New</Status>";
    let read = transaction(elements);
    let row = json!({"Edits": [{"IgnoreIfEmpty": true, "Name": "id", "Value": "a & <b>!"}]});
    assert_eq!(
        read,
        json!({"DataElements": [{"Keys": ["id"], "Name": "A.b", "Rows": [row], "Type": "Form"}], "Status": "New"})
    );
}

#[test]
fn prefixes_declarations_and_comments_make_no_difference() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- a set -->\n<p:TransactionSet xmlns:p=\"http://\
        schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\" xmlns:x=\"http://www.w3.org/2001/XMLSchema-\
        instance\"><p:Description x:nil=\"true\"/><p:Name>Or<!-- -->der</p:Name><p:Transactions x:nil=\"true\"/>\
        </p:TransactionSet>\n";
    assert_eq!(read(text.as_bytes(), TransactionSet::CLASS), Ok(json!({"Name": "Order", "Transactions": []})));
}

#[test]
fn a_late_child_of_the_root_is_the_end_and_a_deeper_one_of_its_transaction() {
    assert_eq!(set("<UseCodeValues>true</UseCodeValues><Name>Order</Name>"), Err(Unreadable::OutOfOrder));
    let edit = |inner: &str| format!("<Rows><Row><Edits><Edit>{inner}</Edit></Edits></Row></Rows>");
    let element = |inner: &str| format!("<DataElements><DataElement>{inner}</DataElement></DataElements>");
    for late in [
        "<Status>New</Status><DataElements/>".to_owned(),
        element("<Name>A.b</Name><Keys/>"),
        element("<Rows><Row><RelativeDateEdits/><Edits/></Row></Rows>"),
        element(&edit("<Value>1</Value><Name>id</Name>")),
    ] {
        assert_eq!(transaction(&late), Value::Null, "{late}");
    }
    assert!(transaction(&element(&edit("<Name>id</Name><Name>again</Name>"))).is_object(), "a second one is skipped");
}

#[test]
fn other_namespaces_are_not_read() {
    let read = |text: &str| read(text.as_bytes(), TransactionSet::CLASS);
    assert_eq!(read("<TransactionSet><Name>Order</Name></TransactionSet>"), Err(Unreadable::Foreign));
    assert_eq!(read(&format!("<Other {NAMESPACE}/>")), Err(Unreadable::Foreign));
    assert_eq!(set("<Name xmlns=\"urn:other\">Order</Name>"), Ok(json!({})));
}

#[test]
fn what_expands_or_never_ends_is_refused() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    for text in [
        "",
        "<",
        "text",
        "<a></b>",
        "<a/><b/>",
        "<a>",
        "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
        "<a>&c;</a>",
        "<a>&#x110000;</a>",
        &deep,
    ] {
        assert!(matches!(read(text.as_bytes(), TransactionSet::CLASS), Err(Unreadable::Malformed(_))), "{text:.40}");
    }
    assert!(matches!(set("<IgnoreDisabled>True</IgnoreDisabled>"), Err(Unreadable::Malformed(_))));
    assert!(matches!(set("<Name><b/></Name>"), Err(Unreadable::Malformed(_))));
}
