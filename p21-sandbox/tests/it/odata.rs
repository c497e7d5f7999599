//! Reading tables and views. The checks are those of the sheet `odata`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use jiff::tz::TimeZone;
use p21_sandbox::{ColumnType, ErrorBody, NewTable, UnknownSelect};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

fn field(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].to_string()).collect()
}

#[tokio::test]
async fn odata_check_1_headers_context_and_count() {
    let p21 = p21().await;
    let answer = p21.odata("table/price_page", &[("$count", "true"), ("$top", "1")]).await;
    assert_eq!(answer.headers()["odata-version"], "4.0");
    let media_type = "application/json; odata.metadata=minimal; odata.streaming=true";
    assert_eq!(answer.headers()["content-type"], media_type);
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let context = format!("{}/odataservice/odata/table/$metadata#price_page", p21.sandbox.url());
    assert_eq!(body["@odata.context"], context);
    assert_eq!(body["@odata.count"], 13);
    assert_eq!(body["value"].as_array().unwrap().len(), 1);
    let without = p21.odata_query("view/p21_view_price_page", &[]).await;
    assert!(without.get("@odata.count").is_none());
    let context = format!("{}/odataservice/odata/view/$metadata#p21_view_price_page", p21.sandbox.url());
    assert_eq!(without["@odata.context"], context);
}

#[tokio::test]
async fn odata_check_1_the_schema_is_json_at_both_paths_and_missing_at_the_root() {
    let p21 = p21().await;
    for (surface, name) in [("table", "price_page"), ("view", "p21_view_price_page")] {
        let schema = p21.odata_query(&format!("{surface}/$metadata"), &[]).await;
        assert_eq!(schema["$Version"], "4.0");
        assert_eq!(schema["$EntityContainer"], "ns.container");
        let sets = schema["ns"]["container"].as_object().unwrap();
        let sets: Vec<&String> = sets.keys().filter(|set| !set.starts_with('$')).collect();
        assert!(sets.contains(&&name.to_owned()), "{surface}");
        assert_eq!(schema["dbo"][name]["supplier_id"]["$Type"], "Edm.Decimal");
        let list = p21.odata_query(&format!("{surface}/"), &[]).await;
        assert_eq!(list["value"].as_array().unwrap().len(), sets.len());
        assert_eq!(list["value"][0]["kind"], "EntitySet");
    }
    assert_eq!(text_of(p21.odata("$metadata", &[]).await).await, (StatusCode::NOT_FOUND, String::new()));
}

#[tokio::test]
async fn odata_check_2_an_object_is_on_one_surface_only() {
    let p21 = p21().await;
    for (path, status) in [
        ("table/p21_view_oe_hdr", StatusCode::NOT_FOUND),
        ("view/p21_view_oe_hdr", StatusCode::OK),
        ("view/oe_hdr", StatusCode::NOT_FOUND),
        ("table/oe_hdr", StatusCode::OK),
        ("table/OE_Hdr", StatusCode::OK),
        ("view/P21_VIEW_oe_hdr", StatusCode::OK),
        ("table/no_such_table", StatusCode::NOT_FOUND),
    ] {
        let (found, text) = text_of(p21.odata(path, &[("$top", "1")]).await).await;
        assert_eq!(found, status, "{path}");
        assert!(status == StatusCode::OK || text.is_empty(), "{path}: {text}");
    }
}

#[tokio::test]
async fn odata_check_2_bin_is_html() {
    let p21 = p21().await;
    let schema = p21.odata_query("table/$metadata", &[]).await;
    assert!(schema["ns"]["container"].get("bin").is_some());
    for path in ["table/bin", "table/BIN", "view/Bin"] {
        let answer = p21.odata(path, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(answer.headers()["content-type"], "text/html");
        assert!(answer.text().await.unwrap().contains("404 - File or directory not found"), "{path}");
    }
}

#[tokio::test]
async fn odata_check_3_each_mistake_has_its_text() {
    let p21 = p21().await;
    let incompatible = "A binary operator with incompatible types was detected. Found operand types 'Edm.Decimal' and \
                        'Edm.String' for operator kind 'Equal'.";
    for (filter, text) in [
        ("row_uid eq 1", "Could not find a property named 'row_uid' on type 'dbo.price_page'"),
        ("supplier_id eq '10'", incompatible),
        ("supplier_id eq customer_id", "Failed to convert parameter value from a String to a Decimal."),
        ("supplier_id sub customer_id gt 0", "Failed to convert parameter value from a String to a Decimal."),
        ("supplier_id gt customer_id sub 5", "Failed to convert parameter value from a String to a Decimal."),
        ("effective_date lt expiration_date", "Failed to convert parameter value from a String to a DateTime."),
        ("price_page_uid zz 2", "Syntax error at position 17"),
        ("effective_date lt now()", ""),
    ] {
        assert_eq!(p21.odata_refused("price_page", &[("$filter", filter)]).await, text, "{filter}");
    }
    let not = p21.odata_refused("price_page", &[("$filter", "not supplier_id eq 10")]).await;
    assert!(not.contains("'Edm.Decimal' for operator kind 'Not'"), "{not}");
    assert!(
        p21.odata_refused("price_page", &[("$filter", "substringof('x', description)")]).await.contains("substringof")
    );
    let order = p21.odata_refused("price_page", &[("$orderby", "row_uid desc")]).await;
    assert_eq!(order, "Could not find a property named 'row_uid' on type 'dbo.price_page'");
    assert!(!p21.odata_refused("price_page", &[("$expand", "price_book")]).await.is_empty());
    for option in [("$top", "-1"), ("$skip", "x"), ("$count", "maybe")] {
        assert!(p21.odata_refused("price_page", &[option]).await.contains(option.0), "{option:?}");
    }
}

#[tokio::test]
async fn odata_check_3_an_unknown_column_in_select_can_be_answered_in_both_ways() {
    let select = [("$select", "price_page_uid,row_uid")];
    let text = "Could not find a property named 'row_uid' on type 'dbo.price_page'";
    assert_eq!(p21().await.odata_refused("price_page", &select).await, text);
    let empty =
        p21_with(|builder| builder.configure(|config| config.odata.unknown_select = UnknownSelect::Empty)).await;
    assert_eq!(empty.odata_refused("price_page", &select).await, "");
    // In a filter the message stays.
    assert_eq!(empty.odata_refused("price_page", &[("$filter", "row_uid eq 1")]).await, text);
}

#[tokio::test]
async fn odata_check_3_errors_can_have_the_documented_envelope() {
    let p21 = p21_with(|builder| builder.configure(|config| config.odata.error_body = ErrorBody::Envelope)).await;
    let text = p21.odata_refused("price_page", &[("$filter", "price_page_uid zz 2")]).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body, json!({"error": {"code": "404", "message": "Syntax error at position 17"}}));
}

#[tokio::test]
async fn odata_check_3_a_filter_beyond_the_bounds_is_too_complex() {
    let p21 = p21().await;
    let deep = format!("{}price_page_uid eq 1{}", "(".repeat(200), ")".repeat(200));
    let (status, text) = text_of(p21.odata("table/price_page", &[("$filter", deep.as_str())]).await).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("Query is too complex"), "{text}");
}

#[tokio::test]
async fn odata_check_4_in_returns_everything() {
    let p21 = p21().await;
    let all = p21.odata_query("table/price_page", &[("$count", "true")]).await;
    for filter in ["price_page_uid in (2,3,4)", "row_status_flag eq 704 and price_page_uid in (1)"] {
        let found = p21.odata_query("table/price_page", &[("$filter", filter), ("$count", "true")]).await;
        assert_eq!(found, all, "{filter}");
    }
}

#[tokio::test]
async fn odata_check_4_two_text_columns_never_agree() {
    let p21 = p21().await;
    assert!(p21.odata_rows("price_page", "company_id eq company_id").await.is_empty());
    assert_eq!(p21.odata_rows("price_page", "company_id eq 'ACME'").await.len(), 13);
}

#[tokio::test]
async fn odata_check_5_pages_add_up_and_there_is_no_next_link() {
    let p21 = p21().await;
    let books = (0..1_200).map(|number| {
        let header = [("price_book_id", format!("BOOK-{number:04}")), ("price_book_description", "A book".to_owned())];
        let header: Vec<(&str, &str)> = header.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let header: Vec<(&str, &str)> = header.into_iter().chain([("row_status_flag", "Active")]).collect();
        json!({"Status": "New", "DataElements": [element("FORM.form", &[], &[&header])]})
    });
    let set = json!({"Name": "SalesPriceBook", "Transactions": books.collect::<Vec<_>>()});
    assert_eq!(summary(&p21.transact(&set).await), (1_200, 0));
    let mine = ("$filter", "startswith(price_book_id,'BOOK-')");
    let all = p21.odata_query("table/price_book", &[mine, ("$count", "true")]).await;
    assert_eq!((all["@odata.count"].as_u64(), all["value"].as_array().unwrap().len()), (Some(1_200), 1_200));
    assert!(all.get("@odata.nextLink").is_none());
    let mut ids = Vec::new();
    for page in 0.. {
        let skip = (page * 500).to_string();
        let options = [mine, ("$count", "true"), ("$top", "500"), ("$skip", &skip), ("$orderby", "price_book_id desc")];
        let answer = p21.odata_query("table/price_book", &options).await;
        assert_eq!(answer["@odata.count"], 1_200);
        assert!(answer.get("@odata.nextLink").is_none());
        let rows = answer["value"].as_array().unwrap();
        ids.extend(field(rows, "price_book_id"));
        if rows.len() < 500 {
            break;
        }
    }
    let mut wanted = field(all["value"].as_array().unwrap(), "price_book_id");
    wanted.reverse();
    assert_eq!(ids, wanted);
    assert!(p21.odata_query("table/price_book", &[("$skip", "5000")]).await["value"].as_array().unwrap().is_empty());
    assert!(p21.odata_query("table/price_book", &[("$top", "0")]).await["value"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn odata_check_6_tables_have_one_status_column_and_one_company_column() {
    let p21 = p21().await;
    for (table, has, has_not) in [
        ("price_page", "row_status_flag eq 704", "delete_flag eq 'N'"),
        ("customer_salesrep", "row_status_flag eq 704", "delete_flag eq 'N'"),
        ("customer", "delete_flag eq 'N'", "row_status_flag eq 704"),
        ("supplier", "delete_flag eq 'N'", "row_status_flag eq 704"),
        ("inv_mast", "delete_flag eq 'N'", "row_status_flag eq 704"),
        ("oe_hdr", "company_id eq 'ACME'", "company_no eq 'ACME'"),
        ("customer", "company_id eq 'ACME'", "company_no eq 'ACME'"),
        ("inv_loc", "company_id eq 'ACME'", "company_no eq 'ACME'"),
        ("contacts", "company_id eq 'ACME'", "company_no eq 'ACME'"),
        ("po_hdr", "company_no eq 'ACME'", "company_id eq 'ACME'"),
        ("po_line", "company_no eq 'ACME'", "company_id eq 'ACME'"),
        ("invoice_hdr", "company_no eq 'ACME'", "company_id eq 'ACME'"),
        ("po_hdr", "vendor_id eq 1", "supplier_id eq 1"),
    ] {
        p21.odata_rows(table, has).await;
        let text = p21.odata_refused(table, &[("$filter", has_not)]).await;
        let column = has_not.split(' ').next().unwrap();
        assert_eq!(text, format!("Could not find a property named '{column}' on type 'dbo.{table}'"));
    }
    for table in ["supplier", "inv_mast", "address"] {
        for column in ["company_id", "company_no"] {
            p21.odata_refused(table, &[("$select", column)]).await;
        }
    }
}

#[tokio::test]
async fn odata_check_6_decimal_ids_refuse_quotes() {
    let p21 = p21().await;
    assert_eq!(p21.odata_rows("customer", "customer_id eq 100198").await.len(), 1);
    let text = p21.odata_refused("customer", &[("$filter", "customer_id eq '100198'")]).await;
    assert!(text.contains("'Edm.Decimal' and 'Edm.String'"), "{text}");
    let text = p21.odata_refused("price_book", &[("$filter", "price_book_id eq 5")]).await;
    assert!(text.contains("'Edm.String' and 'Edm.Int32'"), "{text}");
}

#[tokio::test]
async fn odata_check_7_datetimes_carry_the_servers_offset() {
    let zone = TimeZone::get("America/New_York").unwrap();
    let p21 = p21_with(|builder| builder.configure(|config| config.odata.time_zone = zone)).await;
    let page = &p21.odata_rows("price_page", "price_page_uid eq 1").await[0];
    assert_eq!(page["date_last_modified"], "2026-07-24T11:22:14.747-04:00");
    assert_eq!(page["effective_date"], "2020-01-01T00:00:00-05:00");
    // A literal's offset counts: midnight in New York is five o'clock in Greenwich.
    assert_eq!(p21.odata_rows("price_page", "effective_date eq 2020-01-01T05:00:00.000Z").await.len(), 2);
    assert_eq!(p21.odata_rows("price_page", "effective_date eq 2020-01-01").await.len(), 2);
    assert_eq!(p21.odata_rows("price_page", "effective_date gt 2020-01-01T05:00:00Z").await.len(), 0);
}

#[tokio::test]
async fn odata_check_7_most_price_pages_are_deleted() {
    let p21 = p21().await;
    assert_eq!(p21.odata_rows("price_page", "row_status_flag eq 704").await.len(), 2);
    assert_eq!(p21.odata_rows("price_page", "row_status_flag eq 700").await.len(), 11);
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
    let shelves = p21.odata_rows("price_book_x_library", "price_book_uid eq 70").await;
    assert_eq!(field(&shelves, "price_library_uid"), ["7"]);
    let library = p21.odata_rows("price_library", "price_library_uid eq 7").await;
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
    let table = NewTable {
        name: "acme_rating".to_owned(),
        columns: [("rating_uid".to_owned(), ColumnType::Integer), ("note".to_owned(), ColumnType::Text)].into(),
        rows: vec![[("rating_uid".to_owned(), "1".to_owned()), ("note".to_owned(), "good".to_owned())].into()],
    };
    p21.sandbox.create_table(table.clone()).unwrap();
    assert_eq!(p21.odata_refused("acme_rating", &[]).await, "");
    assert_eq!(p21.sandbox.refresh_odata(), 1);
    assert_eq!(p21.odata_rows("ACME_RATING", "note eq 'good'").await, [json!({"note": "good", "rating_uid": 1})]);
    assert!(p21.odata_query("table/$metadata", &[]).await["ns"]["container"].get("acme_rating").is_some());
    assert!(p21.sandbox.create_table(table).is_err());
    let odd = NewTable { name: "x'; drop table row; --".to_owned(), ..NewTable::default() };
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
