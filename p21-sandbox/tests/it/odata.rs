//! Reading tables and views. The checks are those of the sheet `odata`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use jiff::tz::TimeZone;
use p21_sandbox::{ErrorForm, UnknownSelect};
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
    let p21 = p21_with(|builder| builder.configure(|config| config.odata.error_body = ErrorForm::Envelope)).await;
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
async fn columns_whose_names_mislead_show_what_p21_shows() {
    let p21 = p21().await;
    let with_item =
        |header: Value| vec![header, items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]])];
    let order = p21.order(with_item(order_header())).await;
    let quote = p21.order(with_item(order_header_with(&[], &[("quote", "ON")]))).await;
    for (number, is_quote) in [(order, false), (quote, true)] {
        let [row] = &p21.odata_rows("oe_hdr", &format!("order_no eq '{number}'")).await[..] else { panic!("{number}") };
        assert_eq!((row["projected_order"] == "Y", &row["quote_type"]), (is_quote, &Value::Null), "{row}");
        assert!(row.get("quote_flag").is_none(), "{row}");
    }
    // The default for the next document, and what a document has.
    for (table, column) in [("customer", "terms_id"), ("invoice_hdr", "terms_id"), ("invoice_hdr", "net_due_date")] {
        let schema = p21.odata_query("table/$metadata", &[]).await;
        assert!(schema["dbo"][table].get(column).is_some(), "{table} {column}");
    }
}
