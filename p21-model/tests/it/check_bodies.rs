//! Bodies that are no plain set: a request with a callback, window commands, a set still wrapped as in a definition.
#![cfg(all(feature = "rules", feature = "xml"))]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::check::{
    CheckOptions, Code, Finding, Findings, JsonPayload, Severity, XmlPayload, check_json, check_payload, service_of,
};
use p21_model::commands::Commands;
use p21_model::payload::TransactionSet;
use p21_model::schema::ServiceSchema;
use serde_json::{Value, json};

const NAMESPACE: &str = "http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2";

fn order() -> ServiceSchema {
    support::schema("Order", "25.2")
}

/// An order's line, and in it whatever is wanted.
fn set(field: &str) -> Value {
    json!({"Name": "Order", "Transactions": [{"Status": "New", "DataElements": [
        {"Name": "TABPAGE_1.order", "Type": "Form", "Keys": ["order_no"],
         "Rows": [{"Edits": [{"Name": "order_no", "Value": "1013938"}]}]},
        {"Name": "TP_ITEMS.items", "Type": "List", "Keys": [], "Rows": [{"Edits": [
            {"Name": "oe_order_item_id", "Value": "WIDGET-001"}, {"Name": field, "Value": "5"}]}]}]}]})
}

/// As the fact sheet has it.
fn with_callback(content: &Value) -> Value {
    json!({"Content": content, "Callback": {"Url": "https://erp.example.com/done", "Method": "POST",
        "ContentType": "application/json", "Headers": [{"Name": "x-tenant", "Value": "7"}]}})
}

fn plain(findings: Findings) -> Vec<(Code, String)> {
    findings.into_iter().map(|finding: Finding| (finding.code, finding.path)).collect()
}

fn found(body: &Value) -> Vec<(Code, String)> {
    let schema = order();
    let text = JsonPayload::read(&body.to_string()).unwrap();
    let findings = text.check(Some(&schema), CheckOptions::new());
    assert_eq!(findings, check_json(Some(&schema), body, CheckOptions::new()));
    plain(findings)
}

const UNKNOWN: &str = "Transactions[0].DataElements[1].Rows[0].Edits[1]";

#[test]
fn the_set_of_a_request_with_a_callback_is_checked_at_its_place() {
    let right = with_callback(&set("unit_quantity"));
    assert_eq!(service_of(&right), Some("Order"));
    assert_eq!(found(&right), []);
    let wrong = with_callback(&set("unit_quantety"));
    assert_eq!(found(&wrong), [(Code::UnknownField, format!("Content.{UNKNOWN}"))]);
    let twice = r#"{"Content": {"Name": "Order", "Name": "RMA"}, "Callback": {"Url": "https://h"}}"#;
    let twice = plain(JsonPayload::read(twice).unwrap().check(None, CheckOptions::new()));
    assert!(twice.contains(&(Code::MemberTwice, "Content.Name".to_owned())), "{twice:?}");
}

#[test]
fn what_is_around_the_set_of_a_callback_is_checked_too() {
    let mut body = with_callback(&set("unit_quantity"));
    body["Callback"]["url"] = body["Callback"]["Url"].take();
    body["Callback"].as_object_mut().unwrap().remove("Url");
    assert_eq!(found(&body), [(Code::WrongCase, "Callback.url".to_owned())]);
    body["Callback"].as_object_mut().unwrap().remove("url");
    assert_eq!(found(&body), [(Code::MemberMissing, "Callback".to_owned())]);
    body["Callback"] = json!("https://erp.example.com/done");
    assert_eq!(found(&body), [(Code::WrongJsonType, "Callback".to_owned())]);
    body.as_object_mut().unwrap().remove("Callback");
    assert_eq!(found(&body), [(Code::MemberMissing, "$".to_owned())]);
    let without = json!({"Callback": {"Url": "https://erp.example.com/done"}});
    assert_eq!(found(&without), [(Code::MemberMissing, "$".to_owned())]);
    let mut headers = with_callback(&set("unit_quantity"));
    headers["Callback"]["Headers"] = json!({"x-tenant": "7"});
    assert_eq!(found(&headers), [(Code::NotAList, "Callback.Headers".to_owned())]);
}

#[test]
fn a_set_still_wrapped_as_in_a_template_says_so_and_is_checked() {
    for (path, body) in [
        ("TransactionSet", json!({"TransactionSet": set("unit_quantety")})),
        ("Template.TransactionSet", json!({"Template": {"TransactionSet": set("unit_quantety")}})),
        ("Template.TransactionSet", json!({"Name": "Order", "Template": {"TransactionSet": set("unit_quantety")}})),
    ] {
        assert_eq!(service_of(&body), Some("Order"));
        let expected = [(Code::WrappedSet, "$".to_owned()), (Code::UnknownField, format!("{path}.{UNKNOWN}"))];
        assert_eq!(found(&body), expected);
    }
    let both = with_callback(&json!({"TransactionSet": set("unit_quantity")}));
    assert_eq!(found(&both), [(Code::WrappedSet, "Content".to_owned())]);
}

#[test]
fn the_example_of_the_definitions_sheet_is_known_for_what_it_is() {
    // A whole definition is no payload; its template is a set that is wrapped.
    let template = json!({"TransactionSet": {
        "Name": "DemoService", "Description": null, "UseCodeValues": false, "IgnoreDisabled": false,
        "TransactionSplitMethod": 0, "FieldMap": [], "Parameters": null, "Query": null,
        "Transactions": [{"Status": "New", "Documents": null, "DataElements": [
            {"Name": "FORM.form", "Type": "Form", "BusinessObjectName": null, "Keys": ["demo_id"],
             "Rows": [{"Edits": [{"Name": "demo_id", "Value": "", "IgnoreIfEmpty": true}], "RelativeDateEdits": []}]}]}]}});
    let findings = check_json(None, &template, CheckOptions::new());
    assert_eq!(plain(findings), [(Code::WrappedSet, "$".to_owned())]);
    let definition = json!({"Name": "DemoService", "TransactionDefinition": {}, "Template": template});
    let findings = check_json(None, &definition, CheckOptions::new());
    assert_eq!(plain(findings), [(Code::NotAPayload, "$".to_owned())]);
    let answer = json!({"RequestId": "0f0e", "RequestType": "V2 Transaction", "Status": 3, "Messages": null});
    assert_eq!(plain(check_json(None, &answer, CheckOptions::new())), [(Code::NotAPayload, "$".to_owned())]);
}

/// As the fact sheet has it.
fn notepad() -> Value {
    json!({"Requests": [{"Action": 0, "DetailLevel": 0, "Args": {"ServiceName": "ItemNotepad"}},
        {"Action": 2, "DetailLevel": 0, "Args": {"List": [
            {"DatawindowName": "tp_1_dw_1", "FieldName": "topic", "Value": "t"}]}},
        {"Action": 6, "DetailLevel": 0}, {"Action": 1, "DetailLevel": 0}]})
}

#[test]
fn window_commands_are_checked_as_steps() {
    assert_eq!(service_of(&notepad()), Some("ItemNotepad"));
    assert_eq!(found_in_steps(None, &notepad(), CheckOptions::new()), []);
    let built = Commands::of("ItemNotepad").set_named("tp_1_dw_1", "topic", "t");
    let built = built.select_row_named("tp_17_dw_dragdrop", 1).run_tool("cb_select", 1).save();
    let built: Value = serde_json::from_slice(&built.to_json()).unwrap();
    assert_eq!(found_in_steps(None, &built, CheckOptions::new()), []);
}

#[test]
fn values_in_steps_are_checked_as_those_in_rows() {
    let typed = |service: &str, datawindow: &str, field: &str, value: &str| {
        let body = json!({"Requests": [
            {"Action": 0, "Args": {"ServiceName": service}},
            {"Action": 2, "Args": {"List": [{"DatawindowName": datawindow, "FieldName": field, "Value": value}]}},
            {"Action": 6}, {"Action": 1}]});
        let schema = support::schema_of(service);
        let today = p21_model::value::Date::constant(2026, 3, 2);
        found_in_steps(Some(&schema), &body, CheckOptions::new().today(today))
    };
    let found = |code: Code| vec![(code, "Requests[1].Args.List[0].Value".to_owned())];
    let pages = |field: &str, value: &str| typed("SalesPricePage", "form", field, value);
    assert_eq!(pages("price_page_type_cd", "Supplier"), []);
    assert_eq!(pages("price_page_type_cd", "214"), found(Code::CodeForLabel));
    assert_eq!(pages("price_page_type_cd", "Suplier"), found(Code::UnknownLabel));
    assert_eq!(pages("effective_date", "2026-13-01"), found(Code::WrongValue));
    assert_eq!(pages("effective_date", ""), []);
    // A list that sites fill differently takes their labels, and no number.
    assert_eq!(pages("source_price_cd", "A price of ours"), []);
    assert_eq!(pages("source_price_cd", "203"), found(Code::CodeForLabel));
    let long = "x".repeat(41);
    assert_eq!(typed("PurchaseOrder", "tp_1_dw_1", "external_po_no", &long), found(Code::TooLong));
    assert_eq!(typed("TimeEntry", "prod_order_line_comp_labor", "time_worked", "4.5"), found(Code::WrongValue));
    assert_eq!(typed("JobContractPricing", "d_dw_job_price_hdr", "end_date", "2026-03-01"), found(Code::PastDate));
    assert_eq!(typed("JobContractPricing", "jobpriceline", "cf_arrow", "x"), found(Code::ComputedColumn));
}

#[test]
fn steps_that_p21_answers_with_nothing_are_found() {
    for action in [3, 4, 7, 8, 10, -1] {
        let mut body = notepad();
        body["Requests"][1] = json!({"Action": action, "Args": {}});
        let found = found_in_steps(None, &body, CheckOptions::new());
        assert_eq!(found, [(Code::UnplayableStep, "Requests[1].Action".to_owned())], "{action}");
    }
}

#[test]
fn steps_that_lack_what_they_need_are_found() {
    let with = |step: Value| {
        let mut body = notepad();
        body["Requests"][1] = step;
        body
    };
    let change = |step: Value| found_in_steps(None, &with(step), CheckOptions::new());
    // What only JSON tells apart.
    let in_json = |step: Value| plain(check_json(None, &with(step), CheckOptions::new()));
    let args = "Requests[1].Args";
    assert_eq!(change(json!({"Args": {}})), [(Code::MemberMissing, "Requests[1]".to_owned())]);
    assert_eq!(in_json(json!({"Action": "2", "Args": {}})), [(Code::UnplayableStep, "Requests[1].Action".to_owned())]);
    assert_eq!(change(json!({"Action": 2})), [(Code::MemberMissing, "Requests[1]".to_owned())]);
    assert_eq!(in_json(json!({"Action": 2, "Args": {"List": {}}})), [(Code::NotAList, format!("{args}.List"))]);
    let typed = json!({"DatawindowName": "tp_1_dw_1", "FieldName": "topic", "Value": 5});
    let typed = in_json(json!({"Action": 2, "Args": {"List": [typed]}}));
    assert_eq!(typed, [(Code::ValueNotText, format!("{args}.List[0].Value"))]);
    let word = xml_of(&with(json!({"Action": "two", "Args": {}})));
    assert_eq!(in_xml(&word).1[1..], [(Code::UnplayableStep, "Requests[1].Action".to_owned())]);
    let row = change(json!({"Action": 5, "Args": {"DatawindowName": "tp_1_dw_1", "Row": 0}}));
    assert_eq!(row, [(Code::UnplayableStep, format!("{args}.Row"))]);
    assert_eq!(change(json!({"Action": 9, "Args": {"Row": 1}})), [(Code::MemberMissing, args.to_owned())]);
    let lower = change(json!({"Action": 9, "Args": {"toolName": "cb_select", "Row": 1}}));
    assert_eq!(lower, [(Code::WrongCase, format!("{args}.toolName"))]);
}

#[test]
fn a_window_is_open_before_its_steps_and_saved_before_it_is_left() {
    let mut body = notepad();
    body["Requests"].as_array_mut().unwrap().remove(0);
    let found: Vec<Code> =
        check_json(None, &body, CheckOptions::new()).into_iter().map(|finding| finding.code).collect();
    assert_eq!(found, [Code::UnplayableStep], "said once");
    let mut body = notepad();
    body["Requests"].as_array_mut().unwrap().remove(2);
    let found = found_in_steps(None, &body, CheckOptions::new());
    assert_eq!(found, [(Code::NeverSaved, "Requests[1]".to_owned())]);
}

#[test]
fn steps_are_checked_by_the_definition_of_their_service() {
    let steps_of_order = |body: &Value| found_in_steps(Some(&order()), body, CheckOptions::new());
    let steps = |datawindow: &str, field: &str| {
        json!({"Requests": [{"Action": 0, "Args": {"ServiceName": "Order"}},
            {"Action": 2, "Args": {"List": [{"DatawindowName": datawindow, "FieldName": field, "Value": "5"}]}},
            {"Action": 6}, {"Action": 1}]})
    };
    let at = |member: &str| format!("Requests[1].Args.List[0].{member}");
    assert_eq!(steps_of_order(&steps("items", "unit_quantity")), []);
    assert_eq!(steps_of_order(&steps("items", "unit_quantety")), [(Code::UnknownField, at("FieldName"))]);
    assert_eq!(
        steps_of_order(&steps("TP_ITEMS.items", "unit_quantity")),
        [(Code::UnknownElement, at("DatawindowName"))]
    );
    let findings = check_json(Some(&order()), &steps("TP_ITEMS.items", "unit_quantity"), CheckOptions::new());
    assert_eq!(findings.iter().next().unwrap().remedy, "did you mean `items`?");
    // Of another service's window the definition says nothing.
    let mut two = steps("items", "unit_quantity");
    let others = notepad()["Requests"].as_array().unwrap().clone();
    two["Requests"].as_array_mut().unwrap().extend(others);
    assert_eq!(steps_of_order(&two), []);
}

/// A body as DataContract XML would have it: members in alphabetical order, whatever items are called.
fn xml_of(body: &Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Object(members) => {
                let sorted: std::collections::BTreeMap<_, _> = members.iter().collect();
                for (name, value) in sorted {
                    out.push_str(&format!("<{name}>"));
                    write(value, out);
                    out.push_str(&format!("</{name}>"));
                }
            }
            Value::Array(items) => {
                for item in items {
                    out.push_str("<Item>");
                    write(item, out);
                    out.push_str("</Item>");
                }
            }
            Value::String(text) => out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
            other => out.push_str(&other.to_string()),
        }
    }
    let mut inner = String::new();
    write(body, &mut inner);
    format!("<CommandRequest xmlns=\"{NAMESPACE}\">{inner}</CommandRequest>")
}

/// What is wrong with steps, in JSON; in XML it is the same, behind what is said of XML itself.
fn found_in_steps(schema: Option<&ServiceSchema>, body: &Value, options: CheckOptions) -> Vec<(Code, String)> {
    let found = plain(check_json(schema, body, options));
    let xml = xml_of(body);
    let payload = XmlPayload::read(&xml);
    assert_eq!(payload.service(), service_of(body), "{xml}");
    let findings = payload.check(schema, options);
    for finding in findings.iter() {
        assert!(payload.locate(finding).is_some(), "{finding}");
    }
    let undocumented = vec![(Code::XmlRoot, "$".to_owned())];
    assert_eq!(plain(findings), [undocumented, found.clone()].concat(), "{xml}");
    found
}

fn in_xml(text: &str) -> (Option<String>, Vec<(Code, String)>) {
    let payload = XmlPayload::read(text);
    let schema = order();
    let findings = payload.check(Some(&schema), CheckOptions::new());
    for finding in findings.iter() {
        assert!(payload.locate(finding).is_some(), "{finding}");
    }
    (payload.service().map(str::to_owned), plain(findings))
}

/// The members of a set, as its XML has them.
fn inner(field: &str) -> String {
    let set: TransactionSet = serde_json::from_value(set(field)).unwrap();
    let xml = String::from_utf8(set.to_xml().unwrap()).unwrap();
    let start = xml.find("<TransactionSet").unwrap();
    let open = start + xml[start..].find('>').unwrap() + 1;
    xml[open..xml.rfind("</TransactionSet>").unwrap()].to_owned()
}

#[test]
fn in_xml_too_each_is_what_it_is() {
    let bad = inner("unit_quantety");
    let wrapped = format!("<Template xmlns=\"{NAMESPACE}\"><TransactionSet>{bad}</TransactionSet></Template>");
    let expected = vec![(Code::WrappedSet, "$".to_owned()), (Code::UnknownField, format!("TransactionSet.{UNKNOWN}"))];
    assert_eq!(in_xml(&wrapped), (Some("Order".to_owned()), expected));
    let callback = format!(
        "<Request xmlns=\"{NAMESPACE}\"><Callback><ContentType>application/xml</ContentType><Method>POST</Method>\
         <Url>https://erp.example.com/done</Url></Callback><Content>{bad}</Content></Request>"
    );
    let expected = vec![(Code::XmlRoot, "$".to_owned()), (Code::UnknownField, format!("Content.{UNKNOWN}"))];
    assert_eq!(in_xml(&callback), (Some("Order".to_owned()), expected));
    let definition = format!("<ServiceDefinition xmlns=\"{NAMESPACE}\"><Name>Order</Name></ServiceDefinition>");
    assert_eq!(in_xml(&definition), (None, vec![(Code::NotAPayload, "$".to_owned())]));
}

#[test]
fn a_door_for_sets_says_of_any_other_body_where_it_goes() {
    let read = json!({"ServiceName": "Order", "TransactionStates": [{"DataElementName": "TABPAGE_1.order",
        "Keys": [{"Name": "order_no", "Value": "1"}]}]});
    for (body, endpoint) in [
        (with_callback(&set("unit_quantity")), "/api/v2/transaction/async/callback"),
        (notepad(), "/api/v2/commands"),
        (read, "/api/v2/transaction/get"),
    ] {
        let json = check_json(Some(&order()), &body, CheckOptions::new().only_sets());
        // What was read into a set keeps all that a set doesn't have.
        let set: TransactionSet = serde_json::from_value(body).unwrap();
        let again = check_json(Some(&order()), &json!(set), CheckOptions::new().only_sets());
        for findings in [json, again, check_payload(&order(), &set)] {
            let [finding] = &*findings.iter().collect::<Vec<_>>() else { panic!("{findings}") };
            assert_eq!(finding.code, Code::OtherBody);
            assert!(finding.remedy.contains(endpoint), "{finding}");
        }
    }
    let wrapped: TransactionSet = serde_json::from_value(json!({"TransactionSet": set("unit_quantity")})).unwrap();
    assert_eq!(plain(check_payload(&order(), &wrapped)), [(Code::WrappedSet, "$".to_owned())]);
}

/// Of a switch both codes are known, so anything else is none.
#[test]
fn a_switch_has_two_codes_and_two_labels() {
    let schema = support::schema_of("Shipping");
    let shipped = |codes: bool, value: &str| {
        let set = json!({"Name": "Shipping", "UseCodeValues": codes, "Transactions": [{"Status": "New", "DataElements": [
            {"Name": "TABPAGE_1.tp_1_dw_1", "Type": "Form", "Keys": [], "Rows": [{"Edits": [
                {"Name": "pick_ticket_no", "Value": "5000001"}, {"Name": "create_invoice", "Value": value}]}]}]}]});
        let findings = check_json(Some(&schema), &set, CheckOptions::new());
        findings
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    for value in ["Y", "N", ""] {
        assert_eq!((shipped(true, value), shipped(false, value)), (vec![], vec![]), "{value}");
    }
    for value in ["x", "y", "yes", "true", "221"] {
        assert_eq!(shipped(true, value), [Code::UnknownLabel], "{value}");
        assert_eq!(shipped(false, value), [Code::UnknownLabel], "{value}");
    }
    assert_eq!((shipped(true, "ON"), shipped(false, "ON")), (vec![Code::NoCodeForLabel], vec![]));
}
