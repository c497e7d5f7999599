//! What a refused query says: P21 answers 404 to nearly everything (facts on OData, section 6).
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p21_client::Error;
use p21_client::odata::{TableProblem, col};
use serde_json::Value;
use support::{Server, TOKEN_PATH, answer};

const T: &str = "/odataservice/odata/table/price_page";
const RIGHT: &str = "You are not authorized to access API. Please contact administrator to get access.";

async fn answered(status: u16, content_type: &'static str, body: &'static str) -> Error {
    let server = Server::start(move |request| (request.path == T).then(|| answer(status, content_type, body))).await;
    let query = server.client().table("price_page").filter(col("supplier_id").eq("SECRET-VALUE"));
    let error = query.rows::<Value>().await.unwrap_err();
    assert_eq!(server.count(T), 1, "a 404 is never repeated");
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert!(!error.is_retryable() && !error.is_ambiguous() && !format!("{error} {error:?}").contains("SECRET"));
    error
}

#[tokio::test]
async fn odata_check_2_an_empty_404_is_the_name_or_the_surface() {
    let error = answered(404, "text/plain", "").await;
    assert!(error.is_not_found());
    assert_eq!(
        error.to_string(),
        "GET /odataservice/odata/table/price_page: there is no table `price_page`; check the name and whether it is a \
         table or a view; one that was made since the OData service started is missing until an administrator runs \
         \"Refresh OData API service\""
    );
    let page = "<html><head><title>404 - File or directory not found.</title></head></html>";
    let error = answered(404, "text/html", page).await;
    assert!(error.is_not_found() && error.to_string().contains("`p21_view_bin`"), "{error}");
}

#[tokio::test]
async fn an_empty_400_does_not_mean_that_there_is_no_table() {
    let error = answered(400, "text/plain", "").await;
    assert_eq!((error.table_problem(), error.is_not_found()), (Some(TableProblem::Other), false));
    assert!(error.to_string().contains("refuses the query of the table `price_page` without a word"), "{error}");
}

#[tokio::test]
async fn a_query_that_is_too_complex_wants_a_smaller_filter() {
    for status in [400, 404, 500] {
        let error = answered(status, "application/json", r#"{"error":{"message":"Query is too complex"}}"#).await;
        assert_eq!(error.table_problem(), Some(TableProblem::Other), "{status}");
        assert!(
            error.to_string().ends_with("ask with a smaller filter: fewer ids, or fewer conditions joined with `or`")
        );
    }
}

#[tokio::test]
async fn an_empty_404_may_be_a_selected_column_on_some_builds() {
    let server = Server::start(|request| (request.path == T).then(|| answer(404, "text/plain", ""))).await;
    let error = server.client().table("price_page").select(["x"]).rows::<Value>().await.unwrap_err();
    assert!(error.is_not_found() && error.to_string().contains("or it lacks a selected column"), "{error}");
}

#[tokio::test]
async fn odata_check_3_the_body_tells_column_type_and_syntax() {
    let types = "A binary operator with incompatible types was detected. Found operand types 'Edm.Decimal' and \
                 'Edm.String' for operator kind 'Equal'.";
    let cases = [
        (
            "Could not find a property named 'delete_flag' on type 'dbo.price_page'",
            TableProblem::Column,
            "`delete_flag`",
        ),
        (types, TableProblem::Type, "another type"),
        ("Failed to convert parameter value from a String to a Decimal.", TableProblem::Type, "another type"),
        ("Failed to convert parameter value from a String to a DateTime.", TableProblem::Type, "another type"),
        ("Syntax error at position 17", TableProblem::Syntax, "position 17"),
        (r#"{"error":{"code":"400","message":"Invalid filter expression"}}"#, TableProblem::Syntax, "Invalid filter"),
        ("Resource not found: table/price_page", TableProblem::NotFound, "no table `price_page`"),
        ("Query is too complex", TableProblem::Other, "too complex"),
    ];
    for (body, problem, said) in cases {
        for status in [404, 400] {
            let error = answered(status, "text/plain", body).await;
            assert_eq!(error.table_problem(), Some(problem), "{body}");
            assert_eq!(error.is_not_found(), problem == TableProblem::NotFound);
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}

async fn refused_with_scope(aud: &str) -> Error {
    let claims = URL_SAFE_NO_PAD.encode(serde_json::json!({"aud": aud, "sub": ""}).to_string());
    let token = format!("eyJhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJl");
    let server = Server::start(move |request| match request.path.as_str() {
        TOKEN_PATH => Some(support::token(&token)),
        T => Some(answer(401, "text/plain", RIGHT)),
        _ => None,
    })
    .await;
    server.client().table("price_page").rows::<Value>().await.unwrap_err()
}

#[tokio::test]
async fn odata_check_8_a_401_is_the_scope_or_the_users_rights() {
    let error = refused_with_scope("/api;/p21sdk;/odata:po_hdr,po_line").await;
    assert_eq!((error.table_problem(), error.is_auth()), (Some(TableProblem::OutOfScope), true));
    assert!(error.to_string().contains("which lists po_hdr, po_line"), "{error}");
    assert!(error.to_string().contains("log in again"), "{error}");
    for listed in ["/api", "/odata:PRICE_PAGE"] {
        let error = refused_with_scope(listed).await;
        assert_eq!((error.table_problem(), error.is_auth()), (Some(TableProblem::NotAllowed), true));
        assert!(error.to_string().contains("Allow OData API Service"), "{error}");
    }
    let error = answered(403, "text/plain", RIGHT).await;
    assert_eq!(error.table_problem(), Some(TableProblem::NotAllowed));
}

#[tokio::test]
async fn a_bad_token_is_not_the_tables_fault() {
    let server = Server::start(|request| (request.path == T).then(|| answer(401, "text/plain", "expired"))).await;
    let error = server.client().table("price_page").rows::<Value>().await.unwrap_err();
    assert!(error.is_auth() && error.table_problem().is_none());
    assert_eq!(server.count(TOKEN_PATH), 2, "the token was renewed once");
}
