//! What a site has changed. The check is that of the sheet `definitions`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

const ORDER: &str = "TABPAGE_1.order";

const SITE: &str = r#"
[[field]]
service = "Order"
element = "TABPAGE_1.order"
field = "ufc_oe_hdr_route"
label = "Route"
column = "oe_hdr_ud.route"
required = true
values = ["North", "South"]

[[field]]
service = "Order"
element = "TABPAGE_1.order"
field = "ufc_oe_hdr_weight"
type = "Decimal"
column = "oe_hdr_ud.weight"

[[field]]
service = "SalesPricePage"
element = "FORM.form"
field = "calculator_type"
add_values = ["Neither"]

[[field]]
service = "Customer"
element = "TABPAGE_1.tp_1_dw_1"
field = "terms_id"
values = ["Net 30", "Net 60"]
"#;

async fn site() -> P21 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("site.toml");
    std::fs::write(&file, SITE).unwrap();
    p21_with(|builder| builder.overlay(&file)).await
}

async fn fetch(p21: &P21, path: &str) -> Value {
    let (status, text) = text_of(p21.get(path).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    serde_json::from_str(&text).unwrap()
}

fn defined(definition: &Value, element: &str, field: &str) -> Value {
    let elements = definition["TransactionDefinition"]["DataElementDefinitions"].as_array().unwrap();
    let element = elements.iter().find(|found| found["Name"] == element).unwrap();
    let fields = element["FieldDefinitions"].as_array().unwrap();
    fields.iter().find(|found| found["Name"] == field).unwrap_or(&Value::Null).clone()
}

fn order(edits: &[(&str, &str)]) -> Value {
    set(
        "Order",
        [vec![
            order_header_with(&[], edits),
            items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]),
        ]],
    )
}

#[tokio::test]
async fn definitions_check_4_fields_of_the_site_are_served_and_required() {
    let p21 = site().await;
    let definition = fetch(&p21, "/api/v2/definition/Order").await;
    let route = defined(&definition, ORDER, "ufc_oe_hdr_route");
    assert_eq!((&route["Label"], &route["DbColumnName"]), (&json!("Route"), &json!("oe_hdr_ud.route")));
    assert_eq!((&route["Required"], &route["ValidValues"]), (&json!(true), &json!(["North", "South"])));
    assert!(definition["Template"].to_string().contains("ufc_oe_hdr_route"));
    for service in fetch(&p21, "/api/v2/services").await.as_array().unwrap() {
        let name = service["Name"].as_str().unwrap();
        let served = fetch(&p21, &format!("/api/v2/definition/{name}")).await.to_string();
        assert!(!served.contains("ValidValuesRedacted"), "{name}");
    }
    for path in ["/api/v2/defaults/Order", "/api/v2/basics/Order"] {
        assert!(fetch(&p21, path).await.to_string().contains("ufc_oe_hdr_route"), "{path}");
    }
    assert!(!fetch(&p21, "/api/v2/basics/Order").await.to_string().contains("ufc_oe_hdr_weight"), "it is not required");
    let messages = p21.fails(&order(&[])).await;
    assert_eq!(messages, ["Transaction 1:: Required value missing for Route (for Order) on row 1."]);
    let messages = p21.fails(&order(&[("ufc_oe_hdr_route", "West")])).await;
    assert_eq!(messages, ["Transaction 1:: Invalid ufc_oe_hdr_route value: West"]);
    let echo = p21.passes(&order(&[("ufc_oe_hdr_route", "North"), ("ufc_oe_hdr_weight", "2.5")])).await;
    let read = p21.read_order(&value(&echo, ORDER, "order_no")).await;
    assert_eq!(value(&read, ORDER, "ufc_oe_hdr_route"), "North");
    // Without the overlay there is no such field.
    let plain = support::p21().await;
    assert_eq!(defined(&fetch(&plain, "/api/v2/definition/Order").await, ORDER, "ufc_oe_hdr_route"), Value::Null);
}

#[tokio::test]
async fn definitions_check_4_values_are_enforced_exactly_as_published() {
    let p21 = site().await;
    let definition = fetch(&p21, "/api/v2/definition/SalesPricePage").await;
    let values = &defined(&definition, "FORM.form", "calculator_type")["ValidValues"];
    assert_eq!(values, &json!(["Both", "Cost", "Neither"]));
    let page = |calculator| {
        let form = [
            ("price_page_type_cd", "Supplier / Product Group"),
            ("company_id", "ACME"),
            ("product_group_id", "FASTENERS"),
            ("supplier_id", "10"),
            ("calculator_type", calculator),
        ];
        set("SalesPricePage", [vec![element("FORM.form", &[], &[&form])]])
    };
    let said = |answer: Value| messages(&answer).join("|");
    let refusal = "Invalid calculator_type value";
    for value in values.as_array().unwrap() {
        let said = said(p21.transact(&page(value.as_str().unwrap())).await);
        assert!(!said.contains(refusal), "{value}: {said}");
    }
    assert!(said(p21.transact(&page("Other")).await).contains(refusal));
    assert!(said(support::p21().await.transact(&page("Neither")).await).contains(refusal));
}

#[tokio::test]
async fn an_extension_table_shows_the_fields_with_the_key_of_what_it_extends() {
    let p21 = site().await;
    let echo = p21.passes(&order(&[("ufc_oe_hdr_route", "South"), ("ufc_oe_hdr_weight", "2.5")])).await;
    let number = value(&echo, ORDER, "order_no");
    let url = format!("{}/odataservice/odata/table/oe_hdr_ud", p21.sandbox.url());
    let url = reqwest::Url::parse_with_params(&url, [("$filter", "weight gt 2 and route eq 'South'")]).unwrap();
    let answer: Value = p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["value"], json!([{"route": "South", "weight": 2.5, "order_no": number}]));
}

#[tokio::test]
async fn a_mistake_stops_the_start_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("site.toml");
    std::fs::write(&file, "\n[[field]]\nservice = \"Order\"\nelement = \"NO.such\"\nfield = \"ufc_x\"\n").unwrap();
    let error = p21_sandbox::Sandbox::builder().overlay(&file).start().await.unwrap_err().to_string();
    assert!(error.contains("site.toml:2: service `Order`, element `NO.such`"), "{error}");
}
