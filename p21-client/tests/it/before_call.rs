//! A login and the router are asked for the sake of a call: what they answer says nothing about what the call asks for.

use std::time::Duration;

use p21_client::odata::col;
use p21_client::windows::WindowProblem;
use p21_client::{Error, ErrorKind, Polling, Timeouts};
use p21_model::row::{Element as _, Transaction};
use p21_model::sentences::{NO_RESOURCE, NOT_AUTHORIZED};
use serde_json::{Value, json};

use crate::support::contract::{CONTRACT_NO, Contract, Header};
use crate::support::{ROUTER_PATH, SERVICES_PATH, Server, TOKEN_PATH, empty, json as reply};

const ASYNC_PATH: &str = "/uiserver0/api/v2/transaction/async";

/// A server whose logins, or whose router, are answered like this.
async fn answering(path: &'static str, status: u16, body: String) -> Server {
    let answer = move || if body.is_empty() { empty(status) } else { reply(status, &body) };
    Server::start(move |request| (request.path == path).then(&answer)).await
}

fn is_told_as_it_is(error: &Error, status: u16) {
    assert!(error.is_before_call() && !error.is_not_found() && error.table_problem().is_none(), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), status, "{error}");
}

#[tokio::test]
async fn a_refused_login_is_never_about_the_table() {
    let says = |text: &str| json!({"error": {"message": text}}).to_string();
    for (status, body) in [
        (404, String::new()),
        (404, says("Not Found")),
        (404, says(NO_RESOURCE.pattern())),
        (400, String::new()),
        (401, says(NOT_AUTHORIZED.pattern())),
    ] {
        let server = answering(TOKEN_PATH, status, body).await;
        let client = server.client();
        is_told_as_it_is(&client.table("oe_hdr").rows::<Value>().await.unwrap_err(), status);
        is_told_as_it_is(&client.view("p21_view_oe_hdr").filter(col("a").eq(1)).count().await.unwrap_err(), status);
        is_told_as_it_is(&client.pricing().pages_of_supplier(10050).await.unwrap_err(), status);
        assert_eq!(server.total(), server.count(TOKEN_PATH));
    }
}

#[tokio::test]
async fn a_404_of_login_and_router_points_to_the_address() {
    for path in [TOKEN_PATH, ROUTER_PATH] {
        let error = answering(path, 404, String::new()).await.client().services().await.unwrap_err();
        assert!(error.is_before_call() && matches!(error.kind(), ErrorKind::Status { .. }), "{error:?}");
        assert!(error.to_string().contains("check the address, its path first"), "{error}");
    }
    let error = answering(SERVICES_PATH, 404, String::new()).await.client().services().await.unwrap_err();
    assert!(!error.is_before_call(), "{error}");
}

#[tokio::test]
async fn a_login_that_is_not_found_is_no_server_without_windows() {
    for path in [TOKEN_PATH, ROUTER_PATH] {
        let server = answering(path, 404, String::new()).await;
        let error = server.client().session().probed().start().await.unwrap_err();
        assert!(!matches!(error.window_problem(), Some(WindowProblem::NotInThisFlavour { .. })), "{error}");
        is_told_as_it_is(&error, 404);
    }
}

/// Only P21's own 404 says that it has forgotten a request.
#[tokio::test]
async fn a_login_that_is_not_found_gives_no_slot_back() {
    let server = Server::start(|request| match (request.path.as_str(), request.method.as_str()) {
        (ASYNC_PATH, "POST") => {
            let job = json!({"RequestId": format!("job-{}", request.earlier), "Status": 3, "Messages": null});
            Some(reply(200, &job.to_string()))
        }
        (ASYNC_PATH, "GET") => Some(empty(401)),
        (TOKEN_PATH, _) if request.earlier > 0 => Some(empty(404)),
        _ => None,
    })
    .await;
    let polling = Polling::default().first_delay(Duration::from_millis(2)).longest_delay(Duration::from_millis(4));
    let client = server.builder().polling(polling.limit(Duration::from_millis(100))).build().unwrap();
    let set = || Transaction::<Contract>::new().push(Header::edit().set(CONTRACT_NO, "J-1"));
    let _held = [client.submit(set()).queued().await.unwrap(), client.submit(set()).queued().await.unwrap()];
    let error = client.submit(set()).queued().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(server.seen(ASYNC_PATH).iter().filter(|seen| seen.method == "POST").count(), 2);
}

/// Nothing is waited for beyond the limit, and the reason of the last try is what is told.
#[tokio::test]
async fn what_the_last_try_came_to_is_told_where_there_is_no_time_for_another() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::start(|_| None).await;
    let limit = Timeouts::default().operation(Duration::from_secs(60));
    let patient =
        server.builder().timeouts(limit).retry(p21_client::Retry::default().first_delay(Duration::from_secs(86_400)));
    let client = patient.ui_url(format!("http://{nobody}")).build().unwrap();
    let error = client.services().await.unwrap_err();
    assert!(error.is_connect() && error.to_string().contains("refused"), "{error}");

    // The try before is told, too, where the next one's login takes until the limit.
    let slow = Server::start(|request| {
        (request.path == TOKEN_PATH).then(|| match request.earlier {
            0 => empty(503),
            _ => empty(503).after(Duration::from_secs(60)),
        })
    })
    .await;
    let short = Timeouts::default().operation(Duration::from_millis(500));
    let error = slow.builder().timeouts(short).build().unwrap().services().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503), "{error}");
}
