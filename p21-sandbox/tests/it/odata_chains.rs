//! OData over what windows write, and what it refuses. The checks are those of the sheet `odata`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::{ColumnType, NewTable};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

fn field(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].to_string()).collect()
}

#[tokio::test]
async fn odata_check_9_the_pricing_chain_leads_from_page_to_library() {
    let p21 = p21().await;
    let pages = p21
        .odata_query(
            "table/price_page",
            &[
                ("$filter", "supplier_id eq 10 and row_status_flag eq 704"),
                ("$select", "price_page_uid,description"),
                ("$orderby", "price_page_uid"),
                ("$top", "5000"),
                ("$count", "true"),
            ],
        )
        .await;
    assert_eq!(pages["@odata.count"], 2);
    assert_eq!(pages["value"][0], json!({"price_page_uid": 1, "description": "Widgets of supplier 10"}));
    let links = p21
        .odata_rows("price_page_x_book", "(price_page_uid eq 1 or price_page_uid eq 3) and row_status_flag eq 704")
        .await;
    assert_eq!(field(&links, "price_book_uid"), ["70", "71"]);
    let books =
        p21.odata_rows("price_book", "(price_book_uid eq 70 or price_book_uid eq 71) and row_status_flag eq 704").await;
    assert_eq!(field(&books, "price_book_id"), ["\"WIDGETS\"", "\"COMPONENTS\""]);
    let named = p21.odata_rows("price_book", "contains(price_book_id,'WIDGETS')").await;
    assert_eq!(field(&named, "row_status_flag"), ["704", "700"]);
    let shelves = p21
        .odata_rows("price_book_x_library", "(price_book_uid eq 70 or price_book_uid eq 71) and row_status_flag eq 704")
        .await;
    assert_eq!(field(&shelves, "price_library_uid"), ["7", "7"]);
    let library = p21.odata_rows("price_library", "price_library_uid eq 7 and row_status_flag eq 704").await;
    assert_eq!(field(&library, "price_library_id"), ["\"STANDARD\""]);
    let books = p21
        .odata_query(
            "table/price_book_x_library",
            &[("$filter", "price_library_uid eq 7"), ("$select", "price_book_uid")],
        )
        .await;
    assert_eq!(books["value"], json!([{"price_book_uid": 70}, {"price_book_uid": 71}, {"price_book_uid": 72}]));
}

#[tokio::test]
async fn what_a_window_writes_shows_in_its_tables() {
    let p21 = p21().await;
    let order = p21
        .order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])])
        .await;
    let orders = p21.odata_query("table/oe_hdr", &[("$count", "true")]).await;
    assert_eq!(orders["@odata.count"], 1);
    let header = &orders["value"][0];
    assert_eq!(header["order_no"].to_string().trim_matches('"'), order);
    assert_eq!((&header["customer_id"], &header["company_id"]), (&json!(100_198), &json!("ACME")));
    let lines = p21.odata_rows("oe_line", &format!("order_no eq '{order}'")).await;
    assert_eq!((lines.len(), &lines[0]["unit_quantity"]), (1, &json!(5)));
    // What no field of the window shows: a line names its item by number, an order says that it is no return.
    assert_eq!((&lines[0]["inv_mast_uid"], &lines[0]["line_no"]), (&json!(1), &json!(1)));
    assert!(lines[0]["oe_line_uid"].is_u64(), "{}", lines[0]);
    for column in ["assembly", "job_price_hdr_uid"] {
        assert_eq!(lines[0].get(column), Some(&Value::Null), "a plain line");
    }
    assert_eq!(header["rma_flag"], "N");
    assert_eq!(p21.odata_query("view/p21_view_oe_line", &[]).await["value"], json!(lines));
}

#[tokio::test]
async fn nobody_reads_without_a_token_and_nobody_writes() {
    let p21 = p21().await;
    let url = format!("{}/odataservice/odata/table/price_page", p21.sandbox.url());
    assert_eq!(p21.client.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let write = p21.client.post(&url).bearer_auth(&p21.token).json(&json!({})).send().await.unwrap();
    assert_eq!(write.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let p21 = p21().await;
    for (path, option) in [("view/p21_view_es_item", ("$top", "1")), ("table/price_page", ("$apply", "x"))] {
        let (status, text) = text_of(p21.odata(path, &[option]).await).await;
        assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
        assert!(text.contains("does not simulate"), "{text}");
    }
    let url = format!("{}/data/erp/views/v1/p21_view_oe_hdr", p21.sandbox.url());
    let answer = p21.client.get(url).bearer_auth(&p21.token).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test]
async fn odata_check_2_a_new_table_is_missing_until_the_service_is_refreshed() {
    let p21 = p21().await;
    let table = NewTable::new("acme_rating")
        .column("rating_uid", ColumnType::Integer)
        .column("note", ColumnType::Text)
        .row([("rating_uid", "1"), ("note", "good")]);
    p21.sandbox.create_table(table.clone()).unwrap();
    assert_eq!(p21.odata_refused("acme_rating", &[]).await, "");
    assert_eq!(p21.sandbox.refresh_odata(), 1);
    assert_eq!(p21.odata_rows("ACME_RATING", "note eq 'good'").await, [json!({"note": "good", "rating_uid": 1})]);
    assert!(p21.odata_query("table/$metadata", &[]).await["ns"]["container"].get("acme_rating").is_some());
    assert!(p21.sandbox.create_table(table).is_err());
    let odd = NewTable::new("x'; drop table row; --");
    assert!(p21.sandbox.create_table(odd).is_err());
}

#[tokio::test]
async fn odata_check_9_the_chain_leads_through_what_windows_write() {
    let p21 = p21().await;
    let book = [("price_book_id", "MINE"), ("price_book_description", "A book"), ("row_status_flag", "Active")];
    let page = element("LIST.list_detail", &[], &[&[("price_page_uid", "3"), ("row_status_flag", "Active")]]);
    p21.passes(&set("SalesPriceBook", [vec![element("FORM.form", &[], &[&book]), page]])).await;
    let books = p21.odata_rows("price_book", "price_book_id eq 'MINE'").await;
    let uid = &books[0]["price_book_uid"];
    assert!(uid.is_u64(), "{books:?}");
    let links =
        p21.odata_rows("price_page_x_book", &format!("price_book_uid eq {uid} and row_status_flag eq 704")).await;
    assert_eq!(field(&links, "price_page_uid"), ["3"]);
    assert_eq!(p21.odata_rows("price_page", "row_status_flag eq 704").await.len(), 2, "a link is no page");
}

#[tokio::test]
async fn the_chain_of_contract_pricing_leads_to_the_item() {
    let p21 = p21().await;
    p21.passes(&set("JobContractPricing", [vec![contract_header("JOB-1"), line(&FIXED), line(&SOURCE)]])).await;
    let contract = &p21.odata_rows("job_price_hdr", "contract_no eq 'JOB-1'").await[0];
    let lines =
        p21.odata_rows("job_price_line", &format!("job_price_hdr_uid eq {}", contract["job_price_hdr_uid"])).await;
    assert_eq!(field(&lines, "inv_mast_uid"), ["1", "2"]);
    assert!(lines[0]["job_price_line_uid"] != lines[1]["job_price_line_uid"]);
    let item = p21.odata_rows("inv_mast", &format!("inv_mast_uid eq {}", lines[1]["inv_mast_uid"])).await;
    assert_eq!(field(&item, "item_id"), ["\"WIDGET-002\""]);
}

#[tokio::test]
async fn no_filter_makes_the_server_fail() {
    let p21 = p21().await;
    let words = [
        "price_page_uid",
        "description",
        "effective_date",
        "missing",
        "eq",
        "ne",
        "gt",
        "and",
        "or",
        "not",
        "in",
        "(",
        ")",
        ",",
        "'x'",
        "''",
        "'",
        "1",
        "-1.5",
        "2026-01-31",
        "null",
        "true",
        "now()",
        "contains(",
        "sub",
        "\"",
        "--",
        ";",
        "\u{0}",
        "é",
        "%",
        "*/",
        "$select",
    ];
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..300 {
        let filter: Vec<&str> = (0..random.usize(0..10)).map(|_| words[random.usize(..words.len())]).collect();
        let (filter, order) = (filter.join(" "), words[random.usize(..words.len())]);
        let answer = p21.odata("table/price_page", &[("$filter", &filter), ("$orderby", order), ("$top", "2")]).await;
        let (status, text) = text_of(answer).await;
        let known = [StatusCode::OK, StatusCode::NOT_FOUND];
        assert!(known.contains(&status), "{filter} / {order}: {status} {text}");
    }
}
