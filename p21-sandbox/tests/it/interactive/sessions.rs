//! Sessions: making, listing, ending, and what ends them.

use std::time::Duration;

use p21_sandbox::{ConsumerKey, GoneSession, IdleSession, ServerVersion, SessionSlot};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::driver::*;
use crate::support::*;

#[tokio::test]
async fn interactive_api_check_1_the_router_wants_its_slash() {
    for (name, p21) in of_every_version().await {
        let router = |end: &str| {
            let url = format!("{}/api/ui/router/v1{end}", p21.sandbox.url());
            p21.client.get(url).bearer_auth(&p21.token).header("accept", "application/json").send()
        };
        let answer = router("?urlType=external").await.unwrap();
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT, "{name}");
        assert_eq!(answer.headers()["location"], "/api/ui/router/v1/?urlType=external");
        let answer = router("/?urlType=external").await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.json::<Value>().await.unwrap()["Url"], p21.sandbox.ui_url());
    }
}

#[tokio::test]
async fn interactive_api_check_2_every_call_wants_a_bearer() {
    for (name, p21) in of_every_version().await {
        for (method, path) in [
            ("POST", SESSIONS),
            ("GET", SESSIONS),
            ("DELETE", SESSIONS),
            ("POST", "/api/ui/interactive/v2/window"),
            ("GET", "/api/ui/interactive/v2/window?id=x"),
            ("DELETE", "/api/ui/interactive/v2/window?id=x"),
            ("PUT", "/api/ui/interactive/v2/change"),
            ("PUT", "/api/ui/interactive/v2/tab"),
            ("POST", "/api/ui/interactive/v2/row"),
            ("PUT", "/api/ui/interactive/v2/row"),
            ("GET", "/api/ui/interactive/v2/data?id=x"),
            ("PUT", "/api/ui/interactive/v2/data"),
            ("DELETE", "/api/ui/interactive/v2/data?id=x"),
            ("GET", "/api/ui/interactive/v2/tools?windowId=x"),
            ("POST", "/api/ui/interactive/v2/tools"),
        ] {
            let url = format!("{}{path}", p21.sandbox.ui_url());
            for header in [None, Some("bearer x"), Some("Token x")] {
                let mut request =
                    p21.client.request(method.parse().unwrap(), &url).header("accept", "application/json");
                if let Some(header) = header {
                    request = request.header("authorization", header);
                }
                let answer = answer(request.json(&json!({})).send().await.unwrap()).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name} {method} {path}");
                let documented = json!({"Error": "invalid_request", "Uri": "",
                    "Description": "Authorization header was not present or 'Bearer' was missing."});
                assert_eq!(answer.body, documented, "{name} {method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn interactive_api_check_3_a_new_session_has_an_id_and_the_servers_version() {
    for name in ["26.1-early", "26.1"] {
        let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(name).unwrap())).await;
        let body = p21.session().await.body;
        assert!(uuid_like(body["Id"].as_str().unwrap()), "{body}");
        assert!(body.get("SessionId").is_none());
        let properties = body["Properties"].as_array().unwrap();
        let version = properties.iter().find_map(|of| of["Properties"]["fullversion"].as_str()).unwrap();
        assert!(version.starts_with("26.1."), "{version}");
        let cleanup = properties.iter().find_map(|of| of["Properties"]["SessionCleanupExpiration"].as_str());
        assert_eq!(cleanup, Some("00:06:00"));
    }
}

#[tokio::test]
async fn interactive_api_check_4_on_25_2_it_has_a_session_id_and_a_status() {
    let body = p21().await.session().await.body;
    assert!(uuid_like(body["SessionId"].as_str().unwrap()), "{body}");
    assert_eq!(body["Status"], "Active");
    assert!(body.get("Id").is_none());
}

pub(super) fn uuid_like(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// A session made with another `Accept`.
async fn create_with(p21: &P21, accept: &str) -> reqwest::Response {
    let request = p21.post(SESSIONS).json(&json!({}));
    request.header("accept", accept).send().await.unwrap()
}

#[tokio::test]
async fn interactive_api_check_5_without_json_in_accept_the_answer_is_xml() {
    for (name, version) in [("25.2", ServerVersion::v25_2()), ("26.1", ServerVersion::v26_1())] {
        for accept in ["*/*", "application/xml", "text/html"] {
            let p21 = p21_with(|builder| builder.p21_version(version.clone())).await;
            let answer = create_with(&p21, accept).await;
            assert_eq!(answer.headers()["content-type"], "application/xml; charset=utf-8", "{name} {accept}");
            let (status, text) = text_of(answer).await;
            assert_eq!(status, StatusCode::OK);
            let root = "<Session xmlns=\"http://schemas.datacontract.org/2004/07/P21.UI.Service.Request\"";
            assert!(text.contains(root), "{text}");
            if name == "26.1" {
                assert!(text.contains("<Id>") && text.contains("<Properties>"), "{text}");
            }
        }
        for accept in ["application/json", "application/json, */*", "text/html, application/json;q=0.5"] {
            let p21 = p21_with(|builder| builder.p21_version(version.clone())).await;
            let answer = answer(create_with(&p21, accept).await).await;
            assert!(answer.body.is_object(), "{name} {accept}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn interactive_api_check_6_an_early_build_leaves_a_ghost() {
    let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse("26.1-early").unwrap())).await;
    for accept in ["*/*", "application/xml", "text/html"] {
        let (status, text) = text_of(create_with(&p21, accept).await).await;
        assert_eq!((status.as_u16(), text.as_str()), (500, ""), "{accept}");
        for _ in 0..2 {
            p21.call("POST", SESSIONS, Some(&json!({}))).await.refused(409, "Session already exists.");
        }
        assert_eq!(p21.call("DELETE", SESSIONS, None).await.status, StatusCode::OK);
        p21.session().await;
        assert_eq!(p21.call("DELETE", SESSIONS, None).await.status, StatusCode::OK);
    }
    // Nobody has the ghost's id, and windows don't open in it.
    create_with(&p21, "*/*").await;
    let refused = p21.try_open(json!({"ServiceName": "Order"})).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{refused:?}");
    // Without JSON every call is empty, not only the first.
    let data = p21.get("/api/ui/interactive/v2/data?id=x").header("accept", "*/*").send().await.unwrap();
    answer(data).await.lost();
    // The cleanup ends what nobody deletes.
    p21.sandbox.clock().advance(Duration::from_secs(359));
    assert_eq!(p21.sessions().await, 1);
    p21.sandbox.clock().advance(Duration::from_secs(2));
    assert_eq!(p21.sessions().await, 0);
}

#[tokio::test]
async fn interactive_api_check_7_a_token_has_one_session() {
    for (name, p21) in in_session().await {
        let second = p21.call("POST", SESSIONS, Some(&json!({}))).await;
        second.clone().refused(409, "Session already exists.");
        assert_eq!(p21.sessions().await, 1, "{name}");
        // Another token of the same user has a slot of its own, unless users have them.
        let other = p21.token().await;
        assert_eq!(p21.call_as(&other, "POST", SESSIONS, Some(&json!({}))).await.status, StatusCode::OK);
        p21.call_as(&other, "DELETE", SESSIONS, None).await;
        p21.sandbox.set("unknowns.session_slot", "user").unwrap();
        assert_eq!(p21.call_as(&other, "POST", SESSIONS, Some(&json!({}))).await.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn interactive_api_check_8_only_its_own_token_ends_a_session() {
    for (name, p21) in of_every_version().await {
        let made = p21.session().await.body;
        let id = made["Id"].as_str().or(made["SessionId"].as_str()).unwrap().to_owned();
        let other = p21.token().await;
        let bodies = [None, Some(json!({"Id": id})), Some(json!({"SessionId": id}))];
        let paths = [SESSIONS.to_owned(), format!("{SESSIONS}?id={id}"), format!("{SESSIONS}?sessionId={id}")];
        for path in &paths {
            for body in &bodies {
                let refused = p21.call_as(&other, "DELETE", path, body.as_ref()).await;
                refused.refused(400, "Invalid session");
            }
        }
        let listed = p21.call_as(&other, "GET", SESSIONS, None).await;
        assert_eq!(listed.body[0]["Id"], id.as_str(), "{name}: another token sees it");
        assert_eq!(p21.call("DELETE", SESSIONS, None).await.status, StatusCode::OK);
        assert_eq!(p21.sessions().await, 0);
    }
}

#[tokio::test]
async fn interactive_api_check_9_there_are_no_v2_sessions() {
    for (_, p21) in in_session().await {
        let answer = p21.call("DELETE", "/api/ui/interactive/v2/sessions?id=x", None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(p21.sessions().await, 1);
    }
}

#[tokio::test]
async fn interactive_api_check_10_an_idle_session_ends_with_its_windows() {
    for (name, p21) in of_every_version().await {
        p21.session_with(json!({"SessionTimeout": 90})).await;
        let window = p21.open("SalesPricePage").await;
        // Every call begins the time anew.
        for _ in 0..3 {
            p21.sandbox.clock().advance(Duration::from_secs(80));
            assert_eq!(window.data().await.status, StatusCode::OK, "{name}");
        }
        p21.sandbox.clock().advance(Duration::from_secs(91));
        assert_eq!(p21.sessions().await, 0);
        let gone = window.data().await;
        assert_eq!(gone.status, StatusCode::UNAUTHORIZED, "{gone:?}");
        assert_eq!(gone.body["error"], "Session not found or expired");
        // A new session of the token does not have the window.
        p21.session().await;
        let gone = window.data().await;
        assert_eq!((gone.status, gone.error()), (StatusCode::NOT_FOUND, "Window not found"));
    }
}

#[tokio::test]
async fn sixty_seconds_are_the_default_and_a_session_can_stay_listed_until_the_cleanup() {
    let p21 = current().await;
    p21.session_with(json!({})).await;
    p21.sandbox.clock().advance(Duration::from_secs(61));
    assert_eq!(p21.sessions().await, 0);
    let listed = |config: &mut p21_sandbox::Config| config.unknowns.idle_session = IdleSession::Listed;
    let p21 = current_with(|builder| builder.configure(listed)).await;
    p21.session_with(json!({})).await;
    let window = p21.open("Order").await;
    p21.sandbox.clock().advance(Duration::from_secs(61));
    assert_eq!(p21.sessions().await, 1);
    assert_eq!(window.data().await.status, StatusCode::UNAUTHORIZED);
    p21.call("POST", SESSIONS, Some(&json!({}))).await.refused(409, "Session already exists.");
    p21.sandbox.clock().advance(Duration::from_secs(300));
    assert_eq!(p21.sessions().await, 0);
    p21.session().await;
}

#[tokio::test]
async fn what_a_call_without_a_session_gets_can_be_chosen() {
    for (choice, status) in
        [(GoneSession::Unauthorized, 401), (GoneSession::NotFound, 404), (GoneSession::BadRequest, 400)]
    {
        let p21 = current_with(|builder| builder.configure(|config| config.unknowns.gone_session = choice)).await;
        let answer = p21.try_open(json!({"ServiceName": "Order"})).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert!(answer.text.contains("Session not found or expired"));
    }
}

#[tokio::test]
async fn interactive_api_check_11_a_full_pool_makes_a_session_wait_and_then_fails() {
    let p21 = current_with(|builder| builder.configure(|config| config.interactive.pool_size = 2)).await;
    let tokens = [p21.token().await, p21.token().await];
    for token in &tokens {
        let long = json!({"SessionTimeout": 3600});
        assert_eq!(p21.call_as(token, "POST", SESSIONS, Some(&long)).await.status, StatusCode::OK);
    }
    // It waits for a place, and gets the first that is free.
    let long = json!({"SessionTimeout": 3600});
    let waiting = p21.call("POST", SESSIONS, Some(&long));
    let freed = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        p21.call_as(&tokens[0], "DELETE", SESSIONS, None).await
    };
    let (made, ended) = tokio::join!(waiting, freed);
    assert_eq!((made.status, ended.status), (StatusCode::OK, StatusCode::OK));
    // Nobody frees one: 60 seconds.
    let waiting = p21.call_as(&tokens[0], "POST", SESSIONS, None);
    let time = async {
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_millis(30)).await;
            p21.sandbox.clock().advance(Duration::from_secs(6));
        }
    };
    let (refused, ()) = tokio::join!(waiting, time);
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{refused:?}");
    assert_eq!(refused.marks, ["own words"]);
}

#[tokio::test]
async fn interactive_api_check_12_a_token_without_a_user_has_no_session() {
    let key = "22222222-0000-0000-0000-000000000001";
    let p21 = current_with(|builder| builder.consumer_key(ConsumerKey::new(key))).await;
    let url = format!("{}/api/security/token/v2", p21.sandbox.url());
    let login = |user: &str| json!({"ClientSecret": key, "GrantType": "client_credentials", "username": user});
    for (user, is_made) in [("", false), ("no such user", false), ("sandbox", true)] {
        let token = answer(p21.client.post(&url).json(&login(user)).send().await.unwrap()).await;
        let token = token.body["AccessToken"].as_str().unwrap().to_owned();
        let made = p21.call_as(&token, "POST", SESSIONS, Some(&json!({}))).await;
        assert_eq!(made.status.is_success(), is_made, "{made:?}");
        assert_eq!(made.error() == "Error retrieving/validating user", !is_made);
    }
}

#[tokio::test]
async fn interactive_api_check_13_the_server_says_its_version_without_a_session() {
    for (name, p21) in of_every_version().await {
        for path in ["/api/version", "/api/v2/version"] {
            assert_eq!(p21.call("GET", path, None).await.status, StatusCode::NOT_FOUND, "{name} {path}");
        }
        let info = p21.call("GET", "/ui/common/v1/serverinfo", None).await;
        assert_eq!((info.status, p21.sessions().await), (StatusCode::OK, 0));
        assert!(info.text.contains("Version/Application Version"));
    }
}

#[tokio::test]
async fn a_session_can_hold_a_place_of_the_pool_of_transactions() {
    let shared = |config: &mut p21_sandbox::Config| {
        config.interactive.shares_pool = true;
        config.pool.size = 1;
    };
    let p21 = current_with(|builder| builder.configure(shared)).await;
    p21.session().await;
    let set = set("Order", [vec![]]);
    let transaction = p21.send(&set);
    let waited = tokio::time::timeout(Duration::from_millis(100), transaction).await;
    assert!(waited.is_err(), "there was a place");
    p21.call("DELETE", SESSIONS, None).await;
    assert_eq!(p21.send(&set).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_dialog_that_was_left_up_meets_whoever_opens_saves_or_clears_the_window() {
    let shared = |config: &mut p21_sandbox::Config| {
        config.interactive.shares_pool = true;
        config.pool.size = 1;
        config.pool.stored_anyway = 0.0;
    };
    let p21 = current_with(|builder| builder.configure(shared)).await;
    p21.session().await;
    let order = p21.open("Order").await;
    order.change("TABPAGE_1.order", "order_date", "2026-03-02").await.popup();
    // It ends, and its place of the pool is left with the question up.
    p21.call("DELETE", SESSIONS, None).await;
    p21.session().await;
    let found = p21.try_open(json!({"ServiceName": "Order"})).await;
    assert_eq!(found.status, StatusCode::INTERNAL_SERVER_ERROR);
    let text = found.body["error"]["message"].as_str().unwrap();
    assert!(text.starts_with("Unexpected response window"), "{text}");
    p21.open("Order").await.close().await.ok();
    p21.call("DELETE", SESSIONS, None).await;
    // Those of others come by chance, and never to a window that has none.
    p21.session().await;
    let book = p21.open("SalesPriceBook").await;
    let typed = [("price_book_id", "SPOILT"), ("price_book_description", "Spoilt"), ("row_status_flag", "Active")];
    book.types("FORM.form", &typed).await;
    p21.sandbox.set("pool.contamination", "1").unwrap();
    for answer in [book.save().await, book.clear().await, p21.try_open(json!({"ServiceName": "SalesPriceBook"})).await]
    {
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", answer.text);
    }
    p21.open("SalesPricePage").await.close().await.ok();
    p21.sandbox.set("pool.contamination", "0").unwrap();
    book.save().await.ok();
}

#[tokio::test]
async fn a_user_can_have_the_slot() {
    let by_user = |config: &mut p21_sandbox::Config| config.unknowns.session_slot = SessionSlot::User;
    let p21 = current_with(|builder| builder.configure(by_user)).await;
    p21.session().await;
    let other = p21.token().await;
    p21.call_as(&other, "POST", SESSIONS, None).await.refused(409, "Session already exists.");
}
