//! Reading tables and views, and following prices.

use futures_util::TryStreamExt as _;
use p21_sandbox::ConsumerKey;
use p21_services::client::Credentials;
use p21_services::client::odata::{Row, TableProblem, col, field};
use p21_services::job_contract_pricing::{header, line};
use p21_services::prelude::*;
use p21_services::sales_price_page::header as page;
use serde_json::Value;

use super::{both_versions, client, client_with, contract, sandbox};

#[tokio::test]
async fn a_filter_from_handles_finds_what_bindings_have_stored() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version)).await;
        let client = client(&sandbox);
        for (number, price) in [("1", dec!(99.5)), ("2", dec!(100.5)), ("3", dec!(300))] {
            client.submit(contract(number, &[("WIDGET-001", price)])).await.unwrap();
        }
        let expensive =
            field(line::PRICE).gt(dec!(100)).and(field(line::PRICING_METHOD).eq(line::PricingMethod::Price));
        let lines = client.table("job_price_line").filter(expensive).order_by(field(line::PRICE).desc());
        let rows: Vec<Value> = lines.rows().await.unwrap();
        let prices: Vec<f64> = rows.iter().map(|row| row["price"].as_f64().unwrap()).collect();
        assert_eq!(prices, [300.0, 100.5]);
        assert_eq!(lines.count().await.unwrap(), 2);
        let late = field(page::EXPIRATION_DATE).gt(date(2040, 1, 1));
        assert_eq!(client.table("price_page").filter(late).count().await.unwrap(), 2);
    }
}

#[tokio::test]
async fn rows_read_by_handles_show_labels_where_the_table_holds_codes() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version)).await;
        let client = client(&sandbox);
        client.submit(contract("1", &[("WIDGET-001", dec!(99.5))])).await.unwrap();
        let lines = client.table("job_price_line").filter(field(line::PRICE).eq(dec!(99.5)));
        let [row] = <[Row; 1]>::try_from(lines.rows::<Row>().await.unwrap()).unwrap();
        assert_eq!(row.value("pricing_method").map(ToString::to_string).as_deref(), Some("221"));
        assert_eq!(row.get(line::PRICING_METHOD).unwrap(), Some(line::PricingMethod::Price));
        assert_eq!(line::PricingMethod::from_code("221"), Some(line::PricingMethod::Price));
        assert_eq!(row.get(line::PRICE).unwrap(), Some(dec!(99.5)));
        assert_eq!(row.get(line::UOM).unwrap().as_deref(), Some("EA"));
        assert_eq!(row.get(line::ROW_STATUS_FLAG).unwrap(), Some(line::RowStatusFlag::Active));
        let headers = client.table("job_price_hdr").rows::<Row>().await.unwrap();
        let ours = headers.iter().find(|row| row.get(header::CONTRACT_NO).unwrap().as_deref() == Some("1")).unwrap();
        assert_eq!(ours.get(header::APPROVED).unwrap(), None);
        assert_eq!(ours.get(header::END_DATE).unwrap(), Some(date(2027, 12, 31)));
        for (read, column) in
            [(row.get(header::CONTRACT_NO).map(drop), "contract_no"), (row.get(line::CF_ARROW).map(drop), "cf_arrow")]
        {
            let error = read.unwrap_err();
            assert_eq!(error.decode_path(), Some(column), "{error}");
        }
    }
}

#[tokio::test]
async fn pages_and_streams_bring_every_row_once() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let of = |query: &p21_services::client::odata::Query| query.clone().select(["price_page_uid"]).page_size(4);
    let query = of(&client.table("price_page").order_by("price_page_uid"));
    let uids =
        |rows: &[Value]| -> Vec<i64> { rows.iter().map(|row| row["price_page_uid"].as_i64().unwrap()).collect() };
    let all: Vec<i64> = (1..=13).collect();
    assert_eq!(uids(&query.stream::<Value>().try_collect::<Vec<_>>().await.unwrap()), all);
    assert_eq!(uids(&query.rows().await.unwrap()), all);
    let mut pages = query.pages::<Value>().unwrap();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.len());
    }
    assert_eq!(sizes, [4, 4, 4, 1]);
    assert_eq!(uids(&query.clone().skip(3).top(6).rows().await.unwrap()), [4, 5, 6, 7, 8, 9]);
    let view = of(&client.view("p21_view_price_page").order_by(col("price_page_uid").desc()));
    assert_eq!(view.first::<Value>().await.unwrap().unwrap()["price_page_uid"], 13);
    let unordered = of(&client.table("price_page")).rows::<Value>().await.unwrap_err();
    assert!(unordered.is_input(), "{unordered}");
}

#[tokio::test]
async fn odata_4_the_filters_that_answer_wrongly_cannot_be_written() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    // By hand `in` answers the whole table.
    let by_hand = "/odataservice/odata/table/price_page?$filter=price_page_uid%20in%20(2,3,4)";
    let request = client.request(p21_services::client::Method::GET, by_hand);
    let answer: Value = request.host(p21_services::client::Host::Middleware).send().await.unwrap().json().unwrap();
    assert_eq!(answer["value"].as_array().unwrap().len(), 13);
    let built = client.table("price_page").filter(col("price_page_uid").eq_any([2, 3, 4]));
    assert_eq!(built.count().await.unwrap(), 3);
    // More ids than a request takes are spread, and each row comes once.
    let many = client.table("price_page").filter(col("price_page_uid").eq_any(1..=120)).order_by("price_page_uid");
    assert_eq!(many.rows::<Value>().await.unwrap().len(), 13);
    assert_eq!(client.table("price_page").filter(col("price_page_uid").eq_any([0; 0])).count().await.unwrap(), 0);
    // A name that would become part of a filter is none.
    for name in ["description eq description_2 or 1", "price_page_uid in (1)", "a,b", ""] {
        let error = client.table("price_page").filter(col(name).eq("x")).count().await.unwrap_err();
        assert!(error.is_input(), "{name}: {error}");
    }
    let quoted = client.table("price_page").filter(col("description").eq("x' or price_page_uid gt 0 or 'a' eq 'a"));
    assert_eq!(quoted.count().await.unwrap(), 0);
}

#[tokio::test]
async fn odata_3_each_404_says_what_was_wrong() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version)).await;
        let client = client(&sandbox);
        let pages = || client.table("price_page");
        for (query, problem, word) in [
            (client.table("no_such_table"), TableProblem::NotFound, "no_such_table"),
            (client.table("p21_view_price_page"), TableProblem::NotFound, "view"),
            (client.view("price_page"), TableProblem::NotFound, "table"),
            (client.table("bin"), TableProblem::NotFound, "bin"),
            (pages().filter(col("row_uid").eq(1)), TableProblem::Column, "row_uid"),
            (pages().order_by("row_uid"), TableProblem::Column, "row_uid"),
            (pages().select(["row_uid"]), TableProblem::Column, "row_uid"),
            (pages().filter(col("supplier_id").eq("10")), TableProblem::Type, "numbers"),
        ] {
            let error = query.first::<Value>().await.unwrap_err();
            assert_eq!(error.table_problem(), Some(problem), "{error}");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}

#[tokio::test]
async fn odata_8_a_table_outside_the_scope_is_named() {
    let key = ConsumerKey::new("narrow-key").scope("/api;/odata:po_hdr,price_page");
    let sandbox = sandbox(|builder| builder.consumer_key(key)).await;
    let narrow = client_with(&sandbox, |builder| builder.credentials(Credentials::consumer_key("narrow-key")));
    assert_eq!(narrow.table("PRICE_PAGE").count().await.unwrap(), 13);
    let error = narrow.table("oe_hdr").count().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.table_problem()), (401, Some(TableProblem::OutOfScope)));
    let said = error.to_string();
    assert!(said.contains("price_page") && said.contains("log in again") && !said.contains("narrow-key"), "{said}");
    assert!(narrow.services().await.is_ok(), "the list gates OData alone");

    let without = super::sandbox(|builder| {
        builder.configure(|config| {
            config.odata.users_without_rights.insert(p21_sandbox::USER.to_owned());
        })
    })
    .await;
    let error = client(&without).table("price_page").count().await.unwrap_err();
    assert_eq!(error.table_problem(), Some(TableProblem::NotAllowed), "{error}");
}

#[tokio::test]
async fn odata_9_prices_are_followed_from_page_to_library_and_back() {
    let sandbox = sandbox(|builder| builder).await;
    let client = client(&sandbox);
    let pricing = client.pricing();
    let libraries = pricing.libraries_of_pages([1, 2, 3, 999]).await.unwrap();
    let names = |page: i64| -> Vec<(&str, &str, Option<i64>)> {
        libraries[&page].iter().map(|of| (of.library.id.as_str(), of.book.id.as_str(), of.sequence)).collect()
    };
    assert_eq!(names(1), [("STANDARD", "WIDGETS", Some(1))], "the deleted link and book don't count");
    assert_eq!(names(3), [("STANDARD", "COMPONENTS", Some(2))]);
    assert!(names(2).is_empty(), "a deleted page is in nothing");
    assert!(names(999).is_empty());
    let standard = pricing.library("STANDARD").await.unwrap().unwrap();
    let books = pricing.books_of_libraries([standard.uid]).await.unwrap();
    let books: Vec<&str> = books[&standard.uid].iter().map(|of| of.book.id.as_str()).collect();
    assert_eq!(books, ["WIDGETS", "COMPONENTS"]);
    assert!(pricing.library("OLD").await.unwrap().is_none(), "deleted");

    // A page that bindings have put into a book is found once what is remembered is forgotten.
    use p21_services::sales_price_book::{self as book, header, pages};
    let link = book::Transaction::new()
        .push(header::Row::edit().price_book_id("COMPONENTS"))
        .push(pages::Row::new().price_page_uid(1));
    client.submit(link).await.unwrap();
    assert_eq!(pricing.libraries_of_pages([1]).await.unwrap()[&1].len(), 1, "remembered");
    pricing.clear();
    let found = pricing.libraries_of_pages([1]).await.unwrap();
    let books: Vec<&str> = found[&1].iter().map(|of| of.book.id.as_str()).collect();
    assert_eq!(books, ["WIDGETS", "COMPONENTS"]);
}
