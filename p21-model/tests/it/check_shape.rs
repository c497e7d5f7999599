//! The shape of JSON payloads and read requests.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::check::{CheckOptions, Code, check_json, service_of};
use serde_json::{Value, json};

fn found(body: Value) -> Vec<(Code, String)> {
    let schema = support::schema("Order", "25.2");
    check_json(Some(&schema), &body, CheckOptions::new())
        .into_iter()
        .map(|finding| (finding.code, finding.path))
        .collect()
}

fn places(expected: &[(Code, &str)]) -> Vec<(Code, String)> {
    expected.iter().map(|(code, path)| (*code, (*path).to_owned())).collect()
}

/// A good set with one member changed.
fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut set = json!({"Name": "Order", "UseCodeValues": false, "IgnoreDisabled": false, "Query": null, "FieldMap": [],
        "Transactions": [{"Status": "New", "Documents": null, "DataElements": [
            {"Name": "TABPAGE_1.order", "Type": "Form", "Keys": ["order_no"], "BusinessObjectName": null,
             "Rows": [{"Edits": [{"Name": "order_no", "Value": "1013938", "IgnoreIfEmpty": true}],
                       "RelativeDateEdits": []}]}]}]});
    change(&mut set);
    set
}

const TRANSACTION: &str = "Transactions[0]";
const ELEMENT: &str = "Transactions[0].DataElements[0]";
const ROW: &str = "Transactions[0].DataElements[0].Rows[0]";
const EDIT: &str = "Transactions[0].DataElements[0].Rows[0].Edits[0]";

/// Sets a member below a path of pointers, or removes it.
fn changed(pointer: &str, member: &str, value: Option<Value>) -> Vec<(Code, String)> {
    found(with(|set| {
        let object = set.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => drop(object.insert(member.to_owned(), value)),
            None => drop(object.remove(member)),
        }
    }))
}

const AT_TRANSACTION: &str = "/Transactions/0";
const AT_ELEMENT: &str = "/Transactions/0/DataElements/0";
const AT_ROW: &str = "/Transactions/0/DataElements/0/Rows/0";
const AT_EDIT: &str = "/Transactions/0/DataElements/0/Rows/0/Edits/0";

#[test]
fn a_good_set_has_no_findings() {
    assert_eq!(found(with(|_| {})), []);
}

#[test]
fn a_body_is_an_object() {
    for body in [json!([]), json!(null), json!("Order"), json!(1)] {
        assert_eq!(found(body), places(&[(Code::NotAPayload, "$")]));
    }
}

#[test]
fn what_is_missing_is_found_once() {
    let missing = |pointer, member| changed(pointer, member, None);
    assert_eq!(missing("", "Name"), places(&[(Code::MemberMissing, "$")]));
    assert_eq!(missing("", "Transactions"), places(&[(Code::MemberMissing, "$")]));
    assert_eq!(missing(AT_TRANSACTION, "DataElements"), places(&[(Code::MemberMissing, TRANSACTION)]));
    assert_eq!(missing(AT_TRANSACTION, "Status"), places(&[(Code::MemberExpected, TRANSACTION)]));
    assert_eq!(missing(AT_ELEMENT, "Name"), places(&[(Code::MemberMissing, ELEMENT)]));
    assert_eq!(missing(AT_ELEMENT, "Type"), places(&[(Code::MemberExpected, ELEMENT)]));
    assert_eq!(missing(AT_ELEMENT, "Rows"), places(&[(Code::MemberExpected, ELEMENT)]));
    assert_eq!(missing(AT_ELEMENT, "Keys"), []);
    assert_eq!(missing(AT_ROW, "Edits")[0], (Code::MemberExpected, ROW.to_owned()));
    assert_eq!(missing(AT_EDIT, "Value")[0], (Code::MemberMissing, EDIT.to_owned()));
    assert_eq!(missing(AT_EDIT, "Name")[0], (Code::MemberMissing, EDIT.to_owned()));
}

#[test]
fn what_is_empty_is_found_at_its_place() {
    let empty = |pointer, member, value| changed(pointer, member, Some(value));
    assert_eq!(empty("", "Name", json!(" ")), places(&[(Code::MemberMissing, "Name")]));
    assert_eq!(empty("", "Transactions", json!([])), places(&[(Code::MemberMissing, "Transactions")]));
    assert_eq!(empty(AT_ELEMENT, "Name", json!(""))[0], (Code::MemberMissing, format!("{ELEMENT}.Name")));
    assert_eq!(empty(AT_EDIT, "Name", json!(""))[0], (Code::MemberMissing, format!("{EDIT}.Name")));
    // An empty value clears the field.
    assert_eq!(
        changed(
            AT_ELEMENT,
            "Rows",
            Some(json!([{"Edits": [{"Name": "order_no", "Value": "1"}, {"Name": "po_no", "Value": ""}]}]))
        ),
        []
    );
}

#[test]
fn lists_are_lists_of_objects() {
    let list = |pointer, member| changed(pointer, member, Some(json!({})))[0].clone();
    assert_eq!(list("", "Transactions"), (Code::NotAList, "Transactions".to_owned()));
    assert_eq!(list("", "FieldMap"), (Code::NotAList, "FieldMap".to_owned()));
    assert_eq!(list(AT_TRANSACTION, "DataElements"), (Code::NotAList, format!("{TRANSACTION}.DataElements")));
    assert_eq!(list(AT_ELEMENT, "Rows"), (Code::NotAList, format!("{ELEMENT}.Rows")));
    assert_eq!(list(AT_ROW, "Edits"), (Code::NotAList, format!("{ROW}.Edits")));
    assert_eq!(list(AT_ROW, "RelativeDateEdits"), (Code::NotAList, format!("{ROW}.RelativeDateEdits")));
    let item = |pointer, member| changed(pointer, member, Some(json!([7])))[0].clone();
    assert_eq!(item("", "Transactions"), (Code::WrongJsonType, "Transactions[0]".to_owned()));
    assert_eq!(item(AT_ELEMENT, "Rows"), (Code::WrongJsonType, ROW.to_owned()));
    assert_eq!(item(AT_ROW, "Edits"), (Code::WrongJsonType, EDIT.to_owned()));
}

#[test]
fn keys_are_names() {
    let keys = |keys| changed(AT_ELEMENT, "Keys", Some(keys));
    assert_eq!(keys(json!("order_no")), places(&[(Code::KeyShape, &format!("{ELEMENT}.Keys"))]));
    assert_eq!(
        keys(json!([{"Name": "order_no", "Value": "1"}, 5])),
        places(&[(Code::KeyShape, &format!("{ELEMENT}.Keys[0]")), (Code::KeyShape, &format!("{ELEMENT}.Keys[1]"))])
    );
    assert_eq!(keys(json!(null)), []);
}

#[test]
fn booleans_have_no_quotes_and_flags_stand_at_the_top() {
    assert_eq!(changed("", "UseCodeValues", Some(json!("false"))), places(&[(Code::QuotedBoolean, "UseCodeValues")]));
    assert_eq!(changed("", "IgnoreDisabled", Some(json!(1))), places(&[(Code::WrongJsonType, "IgnoreDisabled")]));
    let quoted = changed(AT_EDIT, "IgnoreIfEmpty", Some(json!("true")));
    assert_eq!(quoted, places(&[(Code::QuotedBoolean, &format!("{EDIT}.IgnoreIfEmpty"))]));
    for (pointer, path) in [(AT_TRANSACTION, TRANSACTION), (AT_ELEMENT, ELEMENT), (AT_ROW, ROW), (AT_EDIT, EDIT)] {
        for flag in ["IgnoreDisabled", "UseCodeValues"] {
            let found = changed(pointer, flag, Some(json!(true)));
            assert_eq!(found, places(&[(Code::FlagBelowRoot, &format!("{path}.{flag}"))]));
        }
    }
}

#[test]
fn names_are_spelt_as_p21_spells_them() {
    let body = json!({"Name": "Order", "transactions": [{"Status": "New"}]});
    assert_eq!(found(body), places(&[(Code::WrongCase, "transactions")]));
    assert_eq!(changed(AT_EDIT, "value", Some(json!(""))), places(&[(Code::WrongCase, &format!("{EDIT}.value"))]));
    assert_eq!(changed("", "Filter.x", Some(json!(1))), places(&[(Code::UnknownMember, "$[\"Filter.x\"]")]));
    assert_eq!(changed(AT_ROW, "Edit", Some(json!([]))), places(&[(Code::UnknownMember, &format!("{ROW}.Edit"))]));
}

#[test]
fn values_are_text() {
    for value in [json!(5), json!(true), json!(null)] {
        let found = changed(AT_EDIT, "Value", Some(value));
        assert_eq!(found[0], (Code::ValueNotText, format!("{EDIT}.Value")));
    }
    let found = changed(AT_EDIT, "Value", Some(json!([])));
    assert_eq!(found[0], (Code::WrongJsonType, format!("{EDIT}.Value")));
}

#[test]
fn statuses_are_told_apart() {
    let status = |status| changed(AT_TRANSACTION, "Status", Some(status));
    let path = format!("{TRANSACTION}.Status");
    for bad in [json!("Existing"), json!("Passed"), json!("Failed"), json!("existing"), json!(1), json!(3), json!("1")]
    {
        assert_eq!(status(bad.clone()), places(&[(Code::BadStatus, &path)]), "{bad}");
    }
    for odd in [json!("new"), json!("NEW"), json!("0")] {
        assert_eq!(status(odd.clone()), places(&[(Code::OddStatus, &path)]), "{odd}");
    }
    assert_eq!(status(json!(null)), places(&[(Code::MemberExpected, &path)]));
    assert_eq!(status(json!(0)), places(&[(Code::ReportShape, &path)]));
    assert_eq!(status(json!([])), places(&[(Code::WrongJsonType, &path)]));
}

#[test]
fn reports_go_to_their_endpoint_in_their_shape() {
    let schema = support::schema("m_reprintpurchaseorders", "25.2");
    let report = |status: Value| -> Vec<Code> {
        let body = json!({"Name": "m_reprintpurchaseorders", "Transactions": [{"Status": status, "DataElements": [
            {"Name": "TABPAGE_1.poreportcriteriadw", "Type": 0, "Keys": [], "Rows": [{"Edits": [
                {"Name": "company_id", "Value": "ACME"}, {"Name": "beg_po_no", "Value": "7001"},
                {"Name": "end_po_no", "Value": "7001"}]}]}]}]});
        check_json(Some(&schema), &body, CheckOptions::new()).into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(report(json!(0)), []);
    assert_eq!(report(json!("New")), [Code::WrongEndpoint]);
}

#[test]
fn one_mistake_in_the_shape_hides_nothing_else() {
    let body = json!({"Name": "Order", "UseCodeValues": "false", "Transactions": [7, {"Status": "New", "DataElements": [
        {"Name": "TABPAGE_1.order", "Type": "Form", "Keys": "order_no", "Rows": [
            {"Edits": [{"Name": "order_no", "Value": 5}, {"Name": "custmer_id", "Value": "1"}]}]}]}]});
    let found: Vec<Code> = found(body).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        found,
        [Code::QuotedBoolean, Code::WrongJsonType, Code::KeyShape, Code::ValueNotText, Code::UnknownField]
    );
}

fn state(element: &str, keys: Value) -> Value {
    json!({"ServiceName": "Order", "TransactionStates": [{"DataElementName": element, "Keys": keys}]})
}

#[test]
fn read_requests_are_checked() {
    let key = json!([{"Name": "order_no", "Value": "1013938"}]);
    let good = state("TABPAGE_1.order", key.clone());
    assert_eq!(service_of(&good), Some("Order"));
    assert_eq!(found(good), []);
    let at = "TransactionStates[0]";
    let element = format!("{at}.DataElementName");
    assert_eq!(found(json!({"ServiceName": "Order"})), places(&[(Code::ReadMissing, "$")]));
    assert_eq!(
        found(json!({"ServiceName": "Order", "TransactionStates": []})),
        places(&[(Code::ReadMissing, "TransactionStates")])
    );
    assert_eq!(
        found(json!({"TransactionStates": [{"Keys": key}]})),
        places(&[(Code::ReadMissing, "$"), (Code::ReadMissing, at)])
    );
    assert_eq!(found(state("TABPAGE_1.ordr", key.clone())), places(&[(Code::UnknownElement, &element)]));
    let items = json!([{"Name": "oe_order_item_id", "Value": "A"}]);
    assert_eq!(found(state("TP_ITEMS.items", items)), places(&[(Code::ReadOfList, &element)]));
    let first = format!("{at}.Keys[0]");
    assert_eq!(found(state("TABPAGE_1.order", json!(["order_no"]))), places(&[(Code::ReadKeyShape, &first)]));
    assert_eq!(found(state("TABPAGE_1.order", json!([{"Name": "order_no"}]))), places(&[(Code::ReadKeyShape, &first)]));
    assert_eq!(
        found(state("TABPAGE_1.order", json!([{"Name": "order_no", "value": "1"}]))),
        places(&[(Code::WrongCase, &format!("{first}.value"))])
    );
    assert_eq!(
        found(state("TABPAGE_1.order", json!([{"Name": "order_nr", "Value": "1"}]))),
        places(&[(Code::ReadKeyUnknown, &format!("{first}.Name"))])
    );
    assert_eq!(
        found(json!({"ServiceName": "Order", "DataElementName": "TABPAGE_1.order", "Keys": key})),
        places(&[(Code::ReadKeysAtTop, "Keys")])
    );
}
