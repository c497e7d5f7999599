//! `CHOICES.md` says what the sandbox does where the facts are silent; here it is held to the sources, and what no other test
//! shows is shown.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::checks::{functions, named};
use crate::support;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

/// Question, choice, test.
fn rows() -> Vec<[String; 3]> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("CHOICES.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.map(|row| row.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    cells.map(|cells| <[String; 3]>::try_from(cells).unwrap()).skip(2).collect()
}

#[test]
fn every_choice_has_a_test_that_exists_or_a_reason() {
    let (functions, rows) = (functions(), rows());
    assert!(rows.len() > 90, "{}", rows.len());
    for [question, choice, shown] in &rows {
        assert!(!choice.is_empty(), "{question}");
        let tests = named(shown);
        let has_reason = shown.strip_prefix("Untested: ").is_some_and(|reason| reason.len() > 10);
        assert!(tests.is_empty() == has_reason, "{question}: {shown}");
        for (file, function) in tests {
            let exists = functions.get(file).is_some_and(|functions| functions.contains(function));
            assert!(exists, "{question}: tests/it/{file} has no `{function}`");
        }
    }
    let untested = rows.iter().filter(|[_, _, shown]| shown.starts_with("Untested")).count();
    assert!(untested == 0, "{untested} of {} are untested: there were 12, and none is left", rows.len());
}

#[test]
fn every_open_question_that_can_be_switched_is_among_them() {
    let source = include_str!("../../src/facts/unknowns.rs");
    let text = rows().concat().concat();
    let switches =
        source.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": ")).map(|(name, _)| name);
    let missing: Vec<&str> = switches.filter(|name| !text.contains(&format!("`Unknowns::{name}`"))).collect();
    assert!(missing.is_empty(), "CHOICES.md does not name {missing:?}");
}

fn empty(name: &str) -> Value {
    json!({"Name": name, "Transactions": []})
}

#[tokio::test]
async fn a_number_for_an_enum_is_taken() {
    let mut sent = empty("Order");
    for number in [json!(0), json!(1), json!(77), json!("77")] {
        sent["TransactionSplitMethod"] = number.clone();
        assert_eq!(p21().await.send(&sent).await.0, StatusCode::OK, "{number}");
    }
}

#[tokio::test]
async fn what_is_neither_json_nor_xml_is_a_415() {
    let p21 = p21().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"] {
        let request = p21.post("/api/v2/transaction").header("content-type", content_type);
        let status = request.body(empty("Order").to_string()).send().await.unwrap().status();
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
}

#[tokio::test]
async fn a_bad_token_has_the_members_of_a_missing_one() {
    let p21 = p21().await;
    let url = format!("{}/api/v2/services", p21.sandbox.ui_url());
    let (status, text) = text_of(p21.client.get(url).bearer_auth("nobody's").send().await.unwrap()).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["Description", "Error", "Uri"]);
    assert_eq!(body["Error"], "invalid_token");
}

#[tokio::test]
async fn an_accept_that_fits_neither_gets_json() {
    let answer = p21().await.get("/api/v2/services").header("accept", "image/png").send().await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
}

#[tokio::test]
async fn error_envelopes_are_json_where_xml_is_wanted() {
    let p21 = p21_with(|builder| builder.undeployed("Supplier")).await;
    let answer = p21.get("/api/v2/definition/Supplier").header("accept", "application/xml").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.json::<Value>().await.unwrap()["ErrorMessage"].is_string());
}

#[tokio::test]
async fn a_transaction_that_edits_nothing_is_no_save() {
    let said = p21().await.fails(&set("Order", [vec![]])).await;
    assert!(said[0].contains("Save is not enabled."), "{said:?}");
}

#[tokio::test]
async fn of_children_that_xml_has_twice_the_first_counts_and_unknown_ones_are_skipped() {
    let send = async |names: [&str; 2]| {
        let [first, second] = names;
        let body = format!(
            "<TransactionSet xmlns=\"http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\">\
             <Name>{first}</Name><Name>{second}</Name><Nonsense>x</Nonsense><Transactions/></TransactionSet>"
        );
        let p21 = p21().await;
        let request = p21.post("/api/v2/transaction").header("content-type", "application/xml");
        text_of(request.header("accept", "application/json").body(body).send().await.unwrap()).await
    };
    let (status, text) = send(["Order", "NoSuchService"]).await;
    assert!(status == StatusCode::OK && text.contains("\"Name\":\"Order\""), "{status} {text}");
    assert_eq!(send(["NoSuchService", "Order"]).await.0, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn commands_that_name_a_record_that_is_not_there_make_it() {
    let p21 = p21().await;
    let change = |field: &str, value: &str| json!({"DatawindowName": "form", "FieldName": field, "Value": value});
    let list = [
        change("price_book_id", "NEW"),
        change("price_book_description", "A new book"),
        change("row_status_flag", "Active"),
    ];
    let batch = json!({"Requests": [
        {"Action": 0, "Args": {"ServiceName": "SalesPriceBook"}},
        {"Action": 2, "Args": {"List": list}},
        {"Action": 6},
        {"Action": 1},
    ]});
    let (status, text) = text_of(p21.post("/api/v2/commands").json(&batch).send().await.unwrap()).await;
    assert!(status == StatusCode::OK && text.contains("savesucceeded"), "{status} {text}");
    let read = p21.read("SalesPriceBook", "FORM.form", &[("price_book_id", "NEW")]).await;
    assert_eq!(value(&read, "FORM.form", "price_book_description"), "A new book");
}

#[tokio::test]
async fn a_key_in_a_form_that_shows_the_current_line_is_not_written() {
    const COST: &str = "JOBPRICECOST.jobpricecost";
    let p21 = p21().await;
    let cost = [("item_id", "WIDGET-002"), ("commission_cost_type_cd", "Value"), ("commission_cost_value", "3")];
    let elements = vec![contract_header("C-1"), line(&FIXED), element(COST, &["item_id"], &[&cost])];
    p21.passes(&ignoring(set("JobContractPricing", [elements]))).await;
    let read = p21.read_contract("C-1").await;
    assert_eq!(column(&read, LINES, "item_id"), ["WIDGET-001"], "the line is still its own item's");
    assert_eq!(column(&read, COST, "commission_cost_value"), ["3"], "and has what was sent for the other");
}

#[tokio::test]
async fn an_order_can_be_opened_as_a_return_is() {
    let p21 = p21_with(|builder| builder.sketches()).await;
    let order = p21
        .order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])])
        .await;
    let read = p21.read("RMA", "TABPAGE_1.order", &[("order_no", &order)]).await;
    assert_eq!(value(&read, "TABPAGE_1.order", "order_no"), order);
}

#[tokio::test]
async fn texts_in_filters_compare_letter_by_letter_and_null_is_not_unequal() {
    let p21 = p21().await;
    let count = async |filter: &str| p21.odata_rows("price_page", filter).await.len();
    assert_eq!(count("company_id eq 'ACME'").await, 13);
    assert_eq!(count("company_id eq 'acme'").await, 0);
    let text = p21.odata_refused("price_page", &[("$filter", "COMPANY_ID eq 'ACME'")]).await;
    assert_eq!(text, "Could not find a property named 'COMPANY_ID' on type 'dbo.price_page'");
    // A column that some rows have and others not.
    let lines: [&[(&str, &str)]; 2] = [
        &[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1"), ("unit_price", "3")],
        &[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "1")],
    ];
    p21.order(vec![order_header(), items(&[], &lines)]).await;
    let count = async |filter: &str| p21.odata_rows("oe_line", filter).await.len();
    let (with, without) = (count("unit_price ne null").await, count("unit_price eq null").await);
    assert!(without > 0, "{with} {without}");
    assert_eq!(count("unit_price ne 99").await, with, "as in SQL");
    assert_eq!(count("not (unit_price eq 99)").await, with);
}

#[tokio::test]
async fn a_label_whose_code_nobody_knows_is_shown_as_it_is() {
    let p21 = p21().await;
    let page = [
        ("price_page_type_cd", "Item"),
        ("company_id", "ACME"),
        ("supplier_id", "10"),
        ("description", "Of no known code"),
        ("pricing_method_cd", "Source"),
        ("source_price_cd", "Supplier List Price"),
        ("effective_date", "2026-01-01"),
        ("expiration_date", "2027-12-31"),
    ];
    let page = set("SalesPricePage", [vec![element("FORM.form", &[], &[&page])]]);
    let uid = value(&p21.passes(&page).await, "FORM.form", "price_page_uid");
    let row = &p21.odata_rows("price_page", &format!("price_page_uid eq {uid}")).await[0];
    assert_eq!(row["price_page_type_cd"], "Item");
}
