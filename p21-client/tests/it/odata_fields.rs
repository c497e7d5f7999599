//! Columns by the handles of bindings.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::odata::{Filter, Query, col, field};
use p21_model::dec;
use p21_model::value::date;
use serde_json::Value;
use support::Server;
use support::job::{APPROVED, COMMENT, END_DATE, ITEM_ID, JOB_NO, METHOD, NOTE, PRICE, TEXT};
use support::odata::{options, page};

#[test]
fn values_are_spelt_as_the_database_holds_them() {
    let spelt = |filter: Filter| filter.to_string();
    assert_eq!(spelt(field(JOB_NO).eq("5")), "job_no eq '5'");
    assert_eq!(spelt(field(PRICE).gt(dec!(10.50))), "price gt 10.50");
    assert_eq!(spelt(field(END_DATE).le(date(2027, 12, 31))), "end_date le 2027-12-31");
    assert_eq!(spelt(field(APPROVED).eq(true)), "approved eq 'Y'");
    assert_eq!(spelt(field(METHOD).ne("Price")), "pricing_method_cd ne 221");
    assert_eq!(spelt(field(PRICE).eq_any([dec!(1), dec!(2)])), "price eq 1 or price eq 2");
    assert_eq!(spelt(field(PRICE).is_null().or(field(PRICE).lt(dec!(1)))), "price eq null or price lt 1");
    assert_eq!(spelt(field(TEXT).column().contains("x")), "contains(extended_desc,'x')", "a column without its table");
    assert_eq!(JOB_NO.column(), Some("job_price_hdr.job_no"));
    assert_eq!((COMMENT.column(), NOTE.column()), (None, None));
}

#[tokio::test]
async fn what_no_handle_can_say_is_refused_before_it_is_sent() {
    let server = Server::start(|request| request.path.starts_with("/odata").then(|| page(request, Vec::new()))).await;
    let client = server.client();
    let lines = || client.table("job_price_line");
    let refused: [(Query, &str); 7] = [
        (lines().filter(field(JOB_NO).eq("1")), "is a column of `job_price_hdr`, and `job_price_line` was asked for"),
        (lines().filter(!field(ITEM_ID).eq("1").and(col("a").eq(1))), "is a column of `inv_mast`"),
        (lines().order_by(field(END_DATE).desc()), "is a column of `job_price_hdr`"),
        (lines().select([field(JOB_NO).column()]), "is a column of `job_price_hdr`"),
        (lines().filter(field(COMMENT).is_null()), "no database column is known"),
        (lines().filter(field(METHOD).eq("Of this site")), "has no known code"),
        (lines().filter(field(METHOD).eq_any(["Price", "Of this site"])), "has no known code"),
    ];
    for (query, problem) in refused {
        let error = query.rows::<Value>().await.unwrap_err();
        assert!(error.is_input() && error.to_string().contains(problem), "{error}");
    }
    assert_eq!(server.total(), 0);
}

#[tokio::test]
async fn handles_go_where_names_go() {
    let server = Server::start(|request| request.path.starts_with("/odata").then(|| page(request, Vec::new()))).await;
    let client = server.client();
    let lines = client
        .table("JOB_PRICE_LINE")
        .filter(field(PRICE).ge(dec!(1)))
        .select([field(PRICE).column(), col("line_no")])
        .order_by(field(PRICE).desc());
    lines.rows::<Value>().await.unwrap();
    let asked = options(&server.seen("/odataservice/odata/table/JOB_PRICE_LINE")[0].query);
    assert_eq!(
        (asked.filter.as_str(), asked.select.as_str(), asked.order.as_str()),
        ("price ge 1", "price,line_no", "price desc")
    );
    // A view has columns of several tables.
    client.view("p21_view_job_price_line").filter(field(ITEM_ID).eq("A")).rows::<Value>().await.unwrap();
}
