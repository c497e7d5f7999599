//! Tokens, the router, and what happens without a token.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::time::Duration;

use p21_sandbox::{ConsumerKey, ServerVersion};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

const KEY: &str = "11111111-2222-3333-4444-555555555555";

async fn with_key() -> P21 {
    p21_with(|builder| builder.consumer_key(ConsumerKey::new(KEY).scope("/api;/p21sdk"))).await
}

impl P21 {
    fn base(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    async fn login(&self, body: &Value) -> (StatusCode, Value) {
        let response = self.client.post(self.base("/api/security/token/v2")).json(body).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    async fn services_with(&self, authorization: Option<&str>) -> (StatusCode, String) {
        let mut request = self.client.get(format!("{}/api/v2/services", self.sandbox.ui_url()));
        if let Some(value) = authorization {
            request = request.header("Authorization", value);
        }
        text_of(request.send().await.unwrap()).await
    }
}

#[tokio::test]
async fn auth_check_1_password_and_key_logins_name_their_lifetime_differently() {
    let p21 = with_key().await;
    let (status, password) = p21.login(&json!({"username": "sandbox", "password": "sandbox"})).await;
    assert_eq!(
        (status, &password["ExpiresInSeconds"], &password["TokenType"]),
        (StatusCode::OK, &json!(86400), &json!("Bearer"))
    );
    assert!(password.get("ExpiresIn").is_none());
    let (_, key) = p21.login(&json!({"ClientSecret": KEY, "GrantType": "client_credentials", "username": "svc"})).await;
    assert_eq!(key["ExpiresIn"], 630_720_000);
    assert!(key.get("ExpiresInSeconds").is_none());
    assert_eq!(
        (&key["UserName"], &key["RefreshToken"], &key["Scope"]),
        (&json!("svc"), &json!(""), &json!("/api;/p21sdk"))
    );
    assert_eq!(key["AccessToken"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn auth_check_2_v1_takes_credentials_in_headers() {
    let p21 = with_key().await;
    let post = || p21.client.post(p21.base("/api/security/token"));
    let password: Value =
        post().header("username", "sandbox").header("password", "sandbox").send().await.unwrap().json().await.unwrap();
    assert_eq!(password["ExpiresInSeconds"], 86400);
    let key: Value = post().header("appkey", KEY).send().await.unwrap().json().await.unwrap();
    assert_eq!(key["ExpiresIn"], 630_720_000);
    let token = format!("Bearer {}", key["AccessToken"].as_str().unwrap());
    assert_eq!(p21.services_with(Some(&token)).await.0, StatusCode::OK);
    // The same shape as of v2.
    let members = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<String>>();
    let (_, of_v2) = p21.login(&json!({"username": "sandbox", "password": "sandbox"})).await;
    assert_eq!(members(&password), members(&of_v2));
    let (_, of_v2) = p21.login(&json!({"ClientSecret": KEY, "GrantType": "client_credentials"})).await;
    assert_eq!(members(&key), members(&of_v2));
}

#[tokio::test]
async fn a_wrong_password_is_an_invalid_grant() {
    let p21 = p21().await;
    for login in [
        json!({"username": "sandbox", "password": "x"}),
        json!({"username": "nobody", "password": "sandbox"}),
        json!({}),
    ] {
        let (status, body) = p21.login(&login).await;
        assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_grant")));
    }
}

#[tokio::test]
async fn auth_check_4_an_unknown_key_is_a_500_that_echoes_it() {
    let p21 = with_key().await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let (status, body) = p21.login(&json!({"ClientSecret": unknown, "GrantType": "client_credentials"})).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(body["ErrorMessage"], "Unable to generate client token.");
    assert_eq!(body["ErrorType"], "P21.Business.Common.TokenException");
    assert!(
        body["InnerException"]
            .as_str()
            .unwrap()
            .contains(&format!("results.  No resources found for query string \"Consumer Key: {unknown}\""))
    );
    let members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["ErrorMessage", "ErrorType", "HostName", "InnerException"], "four, and no time stamp");
}

#[tokio::test]
async fn auth_check_6_the_router_wants_its_slash_and_every_call_its_token() {
    let p21 = p21().await;
    let router = |path: &str| p21.client.get(p21.base(path)).bearer_auth(&p21.token);
    let slashless = router("/api/ui/router/v1?urlType=external").send().await.unwrap();
    assert_eq!(slashless.status(), StatusCode::TEMPORARY_REDIRECT);
    assert!(slashless.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(slashless.headers()["location"], "/api/ui/router/v1/?urlType=external");
    let answer: Value = router("/api/ui/router/v1/?urlType=external").send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["Url"], p21.sandbox.ui_url());
    for value in [None, Some("Bearer"), Some("bearer abc"), Some("Basic abc"), Some("Bearer  abc")] {
        let (status, text) = p21.services_with(value).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        let wanted = json!({"Description": "Authorization header was not present or 'Bearer' was missing.", "Error": "invalid_request", "Uri": ""});
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), wanted);
    }
}

#[tokio::test]
async fn auth_check_7_some_middleware_answers_in_xml() {
    let p21 = p21_with(|builder| builder.configure(|config| config.xml_tokens = true)).await;
    let login = json!({"username": "sandbox", "password": "sandbox"});
    let request = p21.client.post(p21.base("/api/security/token/v2")).header("Accept", "application/json").json(&login);
    let (status, text) = text_of(request.send().await.unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("<TokenResponse>") && text.contains("<ExpiresIn>86400</ExpiresIn>"), "{text}");
    let token = text.split("<AccessToken>").nth(1).unwrap().split('<').next().unwrap();
    let router = p21.client.get(p21.base("/api/ui/router/v1/")).bearer_auth(token).send().await.unwrap();
    let (status, text) = text_of(router).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains(&format!("<Url>{}</Url>", p21.sandbox.ui_url())), "{text}");
}

#[tokio::test]
async fn auth_check_8_a_login_may_end_earlier_ones() {
    for (alone, status) in [(false, StatusCode::OK), (true, StatusCode::UNAUTHORIZED)] {
        let p21 = p21_with(|builder| builder.configure(|config| config.one_token_per_user = alone)).await;
        p21.login(&json!({"username": "sandbox", "password": "sandbox"})).await;
        assert_eq!(p21.services_with(Some(&format!("Bearer {}", p21.token))).await.0, status);
    }
}

#[tokio::test]
async fn auth_check_9_server_info_names_the_build() {
    let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse("26.1.5940.0").unwrap())).await;
    let info = server_info(&p21).await;
    assert_eq!(info["Result"]["Version/Application Version"], "26.1.5940.0");
    for path in ["/api/version", "/api/v2/version", "/api/ui/version", "/version"] {
        let of_middleware = p21.client.get(p21.base(path)).bearer_auth(&p21.token).send().await.unwrap();
        assert_eq!(of_middleware.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(p21.get(path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

const SERVER_INFO: &str = "/ui/common/v1/serverinfo";

async fn server_info(p21: &P21) -> Value {
    let answer = p21.get(SERVER_INFO).header("accept", "application/json").send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn auth_check_9_server_info_has_twelve_keys_in_json_and_in_xml() {
    let keys = [
        "Monitoring/accountid",
        "Monitoring/cloudroleinstance",
        "Monitoring/cloudrolename",
        "Monitoring/configurationid",
        "Monitoring/fullversion",
        "Monitoring/isproduction",
        "Monitoring/shortversion",
        "Monitoring/telemetrykey",
        "Monitoring/tracelevel",
        "Session/State",
        "Version/Application Version",
        "Version/Build Framework",
    ];
    let p21 = p21_26().await;
    let info = server_info(&p21).await;
    assert_eq!(info["Result"].as_object().unwrap().keys().collect::<Vec<_>>(), keys);
    assert!(info["Result"]["Monitoring/isproduction"].is_null(), "only `true` is production");
    for accept in ["*/*", "application/xml", "text/html"] {
        let answer = p21.get(SERVER_INFO).header("accept", accept).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/xml") && answer.status() == 200, "{accept}: {kind}");
        let text = answer.text().await.unwrap();
        for key in keys {
            assert!(text.contains(&format!("<a:Key>{key}</a:Key>")), "{accept} {key}: {text}");
        }
        assert!(text.contains("<a:Value>26.1.5950.0</a:Value>"), "{text}");
    }
    for accept in ["application/json", "application/json, */*", "text/html, application/json;q=0.5"] {
        let answer = p21.get(SERVER_INFO).header("accept", accept).send().await.unwrap();
        assert!(answer.json::<Value>().await.is_ok(), "{accept}");
    }
}

#[tokio::test]
async fn auth_check_9_one_build_zeroes_what_monitoring_says() {
    for (build, full, short) in
        [("26.1.5930.1", "0.0.0.0", "0.0"), ("26.1.5940.0", "26.1.5940.0", "26.1"), ("25.2", "25.2", "25.2")]
    {
        let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(build).unwrap())).await;
        let info = server_info(&p21).await;
        let result = &info["Result"];
        assert!(result["Version/Application Version"].as_str().unwrap().starts_with(build), "{info}");
        assert!(result["Monitoring/fullversion"].as_str().unwrap().starts_with(full), "{info}");
        assert_eq!(result["Monitoring/shortversion"], short);
    }
}

#[tokio::test]
async fn auth_check_3_a_key_login_needs_no_user_for_transactions_and_odata() {
    let mut p21 = with_key().await;
    for login in [
        json!({"ClientSecret": KEY, "GrantType": "client_credentials"}),
        json!({"ClientSecret": KEY, "GrantType": "client_credentials", "username": "no such user"}),
    ] {
        let (status, token) = p21.login(&login).await;
        assert_eq!(status, StatusCode::OK, "{token}");
        p21.token = token["AccessToken"].as_str().unwrap().to_owned();
        let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "5")]]);
        p21.order(vec![order_header(), line]).await;
        assert_eq!(p21.odata_rows("company", "company_id eq 'ACME'").await.len(), 1);
    }
}

#[tokio::test]
async fn auth_check_10_an_expired_token_is_a_401() {
    let p21 = p21_with(|builder| builder.configure(|config| config.token_lifetime = Duration::ZERO)).await;
    assert_eq!(p21.services_with(Some(&format!("Bearer {}", p21.token))).await.0, StatusCode::UNAUTHORIZED);
    let lasting = support::p21().await;
    let token = format!("Bearer {}", lasting.token);
    assert_eq!(lasting.services_with(Some(&token)).await.0, StatusCode::OK);
    lasting.sandbox.expire_tokens();
    assert_eq!(lasting.services_with(Some(&token)).await.0, StatusCode::UNAUTHORIZED);
}

const GUARDED: [(&str, &str); 15] = [
    ("GET", "/api/ui/router/v1/"),
    ("GET", "/api/ui/router/v1"),
    ("GET", "/uiserver0/api/v2/services"),
    ("GET", "/uiserver0/api/v2/definition/Order"),
    ("GET", "/uiserver0/api/v2/defaults/Order"),
    ("GET", "/uiserver0/api/v2/basics/Order"),
    ("POST", "/uiserver0/api/v2/transaction"),
    ("POST", "/uiserver0/api/v2/transaction/get"),
    ("POST", "/uiserver0/api/v2/transaction/async"),
    ("GET", "/uiserver0/api/v2/transaction/async?id=1"),
    ("POST", "/uiserver0/api/v2/transaction/async/callback"),
    ("GET", "/uiserver0/ui/common/v1/serverinfo"),
    ("POST", "/uiserver0/api/v2/commands"),
    ("POST", "/uiserver0/api/v2/process/pdfreport"),
    ("GET", "/odataservice/odata/table/price_page"),
];

#[tokio::test]
async fn transaction_api_check_62_every_endpoint_wants_a_good_token() {
    let p21 = p21().await;
    let expired = p21.token.clone();
    p21.sandbox.expire_tokens();
    for (method, path) in GUARDED {
        for token in [None, Some("nonsense"), Some(expired.as_str())] {
            let mut request = p21.client.request(method.parse().unwrap(), p21.base(path)).body("{}");
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let (status, text) = text_of(request.send().await.unwrap()).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
            if token.is_none() && !path.starts_with("/odataservice") {
                assert!(
                    text.contains("\"Description\":\"Authorization header was not present"),
                    "{method} {path}: {text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let p21 = p21().await;
    for path in ["/api/entity/customers", "/api/inventory/parts", "/udtservice/api/udtdata/updateudtdata"] {
        let request = p21.client.get(p21.base(path)).bearer_auth(&p21.token);
        let (status, text) = text_of(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::NOT_IMPLEMENTED, "{path}");
        assert!(text.contains("does not simulate"), "{text}");
    }
}
