//! Who may read what. The checks are those of the sheets `odata` and `auth`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::ConsumerKey;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

const UNAUTHORIZED: &str = "You are not authorized to access API. Please contact administrator to get access.";

impl P21 {
    async fn key_token(&self, key: &str) -> String {
        let url = format!("{}/api/security/token/v2", self.sandbox.url());
        let login = json!({"ClientSecret": key, "GrantType": "client_credentials", "Scope": "/odata:everything"});
        let (_, text) = text_of(self.client.post(url).json(&login).send().await.unwrap()).await;
        serde_json::from_str::<Value>(&text).unwrap()["AccessToken"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn odata_check_8_a_keys_scope_lists_the_tables_it_may_read() {
    let key = ConsumerKey::new("narrow").scope("/api;/p21sdk;/odata:po_hdr,price_page");
    let mut p21 = p21_with(|builder| builder.consumer_key(key)).await;
    p21.token = p21.key_token("narrow").await;
    p21.odata_query("table/PO_HDR", &[]).await;
    for path in ["table/oe_hdr", "table/no_such_table", "view/p21_view_price_page"] {
        let refused = text_of(p21.odata(path, &[]).await).await;
        assert_eq!(refused, (StatusCode::UNAUTHORIZED, UNAUTHORIZED.to_owned()), "{path}");
    }
    // The list gates OData and nothing else.
    assert_eq!(p21.get("/api/v2/services").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn odata_check_8_a_password_user_without_rights_gets_the_same_text() {
    let p21 = p21_with(|builder| {
        builder.configure(|config| {
            config.odata.users_without_rights.insert("sandbox".to_owned());
        })
    })
    .await;
    for path in ["table/price_page", "table/", "table/$metadata"] {
        let refused = text_of(p21.odata(path, &[]).await).await;
        assert_eq!(refused, (StatusCode::UNAUTHORIZED, UNAUTHORIZED.to_owned()), "{path}");
    }
    let p21 = p21_with(|builder| {
        builder.configure(|config| {
            config.odata.tables_of_user.insert("sandbox".to_owned(), ["price_page".to_owned()].into());
        })
    })
    .await;
    p21.odata_query("table/price_page", &[]).await;
    assert_eq!(p21.odata("table/oe_hdr", &[]).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn auth_check_5_a_token_keeps_the_scope_it_was_issued_with() {
    let key = ConsumerKey::new("changing").scope("/odata:po_hdr");
    let mut p21 = p21_with(|builder| builder.consumer_key(key)).await;
    p21.token = p21.key_token("changing").await;
    let (status, text) = text_of(p21.odata("table/price_page", &[]).await).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(text, UNAUTHORIZED);
    // What is asked for makes no difference: the registered scope is in the token.
    let wanted = json!({"ClientSecret": "changing", "GrantType": "client_credentials", "Scope": "/api"});
    let url = format!("{}/api/security/token/v2", p21.sandbox.url());
    let answer: Value = p21.client.post(url).json(&wanted).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["Scope"], "/odata:po_hdr");
    assert_eq!(audience(answer["AccessToken"].as_str().unwrap()), "/odata:po_hdr");
    p21.sandbox.change_scope("changing", "/odata:price_page");
    assert_eq!(p21.odata("table/price_page", &[]).await.status(), StatusCode::UNAUTHORIZED);
    p21.odata_query("table/po_hdr", &[]).await;
    p21.token = p21.key_token("changing").await;
    p21.odata_query("table/price_page", &[]).await;
    assert_eq!(p21.odata("table/po_hdr", &[]).await.status(), StatusCode::UNAUTHORIZED);
}

/// The `aud` of a token.
fn audience(token: &str) -> String {
    use base64::Engine as _;
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["aud"].as_str().unwrap().to_owned()
}
