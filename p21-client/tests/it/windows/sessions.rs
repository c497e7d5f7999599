use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use p21_client::windows::{InteractiveFlavour, KeepAlive, SessionType, WindowProblem};
use p21_client::{Clock, Credentials, Error};
use serde_json::json;

use crate::support::windows::{Manners, SESSIONS, Windows, ok, refused};
use crate::support::{Reply, Seen, TOKEN_PATH, answer, empty};

fn creates(request: &Seen) -> bool {
    request.path == SESSIONS && request.method == Method::POST
}

fn problem(error: &Error) -> WindowProblem {
    error.window_problem().unwrap_or_else(|| panic!("{error}")).clone()
}

#[tokio::test]
async fn every_parameter_of_a_session_is_sent_and_its_answer_understood() {
    let p21 = Windows::start().await;
    let session = p21
        .client()
        .session()
        .session_type(SessionType::Auto)
        .idle_limit(Duration::from_secs(120))
        .app("Pages")
        .workstation("W-1")
        .start()
        .await
        .unwrap();
    assert_eq!(
        p21.server.seen(SESSIONS)[0].json(),
        json!({"SessionType": "Auto", "SessionTimeout": 120, "ResponseWindowHandlingEnabled": true,
            "ClientPlatformApp": "Pages", "WorkstationID": "W-1"})
    );
    assert_eq!((session.id(), session.created().pool_size()), ("s-1", Some(5)));
    assert_eq!(session.created().cleanup(), Some(Duration::from_secs(360)));
    session.end().await.unwrap();
    assert_eq!(p21.sessions(), 0);
    let usual = p21.session().await;
    assert_eq!(p21.server.seen(SESSIONS)[2].json(), json!({"ResponseWindowHandlingEnabled": true}));
    usual.end().await.unwrap();
}

#[tokio::test]
async fn the_answer_of_25_2_is_understood() {
    let script = |seen: &Seen| creates(seen).then(|| ok(&json!({"SessionId": "abc", "Status": "Active"})));
    let p21 = Windows::with(Manners::default(), script).await;
    let session = p21.session().await;
    assert_eq!((session.id(), session.created().pool_size()), ("abc", None));
}

#[tokio::test]
async fn a_session_keeps_its_token_however_old_it_gets() {
    let p21 = Windows::start().await;
    let clock = Clock::movable();
    let client = p21.builder().clock(clock.clone()).build().unwrap();
    let session = client.session().start().await.unwrap();
    // Less than the margin before the end: any other token would be renewed.
    clock.advance(Duration::from_secs(86_400 - 100));
    client.services().await.unwrap();
    session.check().await.unwrap();
    session.end().await.unwrap();
    assert_eq!(p21.server.count(TOKEN_PATH), 1);
    client.services().await.unwrap();
    assert_eq!(p21.server.count(TOKEN_PATH), 2, "no session holds it any more");
    assert_eq!(p21.sessions(), 0);
}

#[tokio::test]
async fn a_session_that_an_earlier_start_left_is_ended_first() {
    // The ghost: P21 made a session and answered nothing.
    let calls = Arc::new(AtomicUsize::new(0));
    for first in [|| empty(500), || refused(409, "Session already exists.")] {
        let seen = Arc::clone(&calls);
        seen.store(0, Ordering::Relaxed);
        let script = move |request: &Seen| {
            let is_first = request.path == SESSIONS && seen.fetch_add(1, Ordering::Relaxed) == 0;
            let ends_ghost = request.path == SESSIONS && request.method == Method::DELETE && request.earlier == 1;
            if is_first { Some(first()) } else { ends_ghost.then(|| empty(200)) }
        };
        let p21 = Windows::with(Manners::default(), script).await;
        let session = p21.session().await;
        let methods: Vec<Method> = p21.server.seen(SESSIONS).into_iter().map(|seen| seen.method).collect();
        assert_eq!(methods, [Method::POST, Method::DELETE, Method::POST]);
        session.end().await.unwrap();
        assert_eq!(p21.sessions(), 0);
    }
}

#[tokio::test]
async fn a_session_of_another_token_is_waited_for_and_no_longer_than_told() {
    let script = |seen: &Seen| creates(seen).then(|| refused(409, "Session already exists."));
    let p21 = Windows::with(Manners::default(), script).await;
    let clock = Clock::movable();
    let client = p21.builder().clock(clock.clone()).build().unwrap();
    // Far more patience than it takes to be seen waiting, on however busy a machine.
    let hour = Duration::from_secs(3_600);
    let start = tokio::spawn(client.session().patience(hour).start());
    while p21.server.seen(SESSIONS).len() < 8 {
        assert!(!start.is_finished(), "it has an hour");
        clock.advance(Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    clock.advance(hour);
    let error = start.await.unwrap().unwrap_err();
    assert_eq!(problem(&error), WindowProblem::SessionExists);
    assert!(error.to_string().ends_with("about 6 minutes)"), "{error}");
    // What was on its way when the hour was over, and one look more.
    assert!(p21.server.seen(SESSIONS).len() <= 14);
    let none = client.session().patience(Duration::ZERO).start().await.unwrap_err();
    assert_eq!(problem(&none), WindowProblem::SessionExists);
}

#[tokio::test]
async fn a_client_has_one_session_and_another_by_a_login_of_its_own() {
    let p21 = Windows::start().await;
    let client = p21.client();
    let first = client.session().start().await.unwrap();
    let before = p21.server.total();
    let error = client.session().start().await.unwrap_err();
    assert_eq!((problem(&error), p21.server.total()), (WindowProblem::SessionExists, before), "nothing was sent");
    let second = client.session().own_login().start().await.unwrap();
    assert_eq!(p21.sessions(), 2);
    second.end().await.unwrap();
    first.check().await.unwrap();
    first.end().await.unwrap();
    client.session().start().await.unwrap().end().await.unwrap();
    assert_eq!(p21.sessions(), 0);
}

#[tokio::test]
async fn what_keeps_a_session_from_starting_has_a_name_and_leaves_none() {
    let xml = || {
        let body =
            r#"<Session xmlns="http://schemas.datacontract.org/2004/07/P21.UI.Service.Request"><Id>a</Id></Session>"#;
        answer(200, "application/xml; charset=utf-8", body)
    };
    let cases: [(fn() -> Reply, WindowProblem); 4] = [
        (xml, WindowProblem::AcceptLost),
        (|| refused(500, "Error retrieving/validating user"), WindowProblem::NoSuchUser),
        (|| empty(500), WindowProblem::EmptyAnswer),
        (|| empty(503), WindowProblem::PoolFull),
    ];
    for (reply, due) in cases {
        let p21 = Windows::with(Manners::default(), move |seen| creates(seen).then(reply)).await;
        let error = p21.client().session().patience(Duration::ZERO).start().await.unwrap_err();
        assert_eq!(problem(&error), due, "{error}");
        let may_exist = matches!(due, WindowProblem::AcceptLost | WindowProblem::EmptyAnswer);
        let ended = p21.server.seen(SESSIONS).iter().any(|seen| seen.method == Method::DELETE);
        assert_eq!(ended, may_exist, "{due:?}");
    }
    let p21 = Windows::with(Manners::default(), |seen| creates(seen).then(|| ok(&json!({"Status": "Active"})))).await;
    let error = p21.client().session().start().await.unwrap_err();
    assert!(error.is_decode() && p21.server.seen(SESSIONS).last().unwrap().method == Method::DELETE, "{error}");
}

#[tokio::test]
async fn what_a_flavour_has_no_form_for_is_refused_before_anything_is_sent() {
    let p21 = Windows::start().await;
    let key = p21.builder().credentials(Credentials::consumer_key("a-key").acting_as("svc_demo")).build().unwrap();
    let xml = || key.session().flavour(InteractiveFlavour::Xml);
    let error = xml().company("ACME").start().await.unwrap_err();
    assert!(matches!(problem(&error), WindowProblem::NotInThisFlavour { .. }), "{error}");
    let error = xml().start().await.unwrap_err();
    assert!(error.is_input() && error.to_string().contains("company"), "{error}");
    let error = p21.client().session().company("ACME").start().await.unwrap_err();
    assert!(matches!(problem(&error), WindowProblem::NotInThisFlavour { .. }), "{error}");
    assert_eq!(p21.server.total(), 0);
}

#[tokio::test]
async fn a_session_that_is_dropped_ends() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let window = session.open_named("Job").await.unwrap();
    drop(session);
    p21.settled().await;
    drop(window);
    // An error path.
    let failed: Result<(), Error> = async {
        let session = p21.client().session().start().await?;
        session.open_named("Nothing").await.map(drop)
    }
    .await;
    assert_eq!(problem(&failed.unwrap_err()), WindowProblem::CannotOpen { window: String::new() });
    p21.settled().await;
}

#[tokio::test]
async fn a_scope_ends_its_session_and_gives_back_what_failed() {
    let p21 = Windows::start().await;
    let title = p21
        .client()
        .session()
        .run(async |session| {
            let window = session.open_named("Job").await?;
            let title = window.title().to_owned();
            window.close().await?;
            Ok::<_, Error>(title)
        })
        .await
        .unwrap();
    assert_eq!((title.as_str(), p21.sessions(), p21.windows()), ("Job Entry", 0, 0));
    let failed = p21.client().session().run(async |session| session.open_named("Nothing").await).await;
    assert_eq!((failed.unwrap_err().code(), p21.sessions()), ("window", 0));
}

/// The runtime goes while the session is open, as at the end of a `main` that forgot it.
#[test]
fn a_session_ends_with_its_program() {
    let server = tokio::runtime::Runtime::new().unwrap();
    let p21 = server.block_on(Windows::start());
    for forgets in [true, false] {
        let program = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let session = program.block_on(p21.session());
        assert_eq!(p21.sessions(), 1);
        if forgets {
            // Dropped in the runtime's last breath.
            program.block_on(async { drop(session) });
            drop(program);
        } else {
            drop(program);
            drop(session);
        }
        assert_eq!(p21.sessions(), 0);
    }
}

#[tokio::test]
async fn a_start_whose_future_is_dropped_leaves_no_session() {
    let slow = Manners { slow: Duration::from_millis(30), ..Manners::default() };
    let p21 = Windows::with(slow, |_| None).await;
    for after in [1, 5, 20, 40, 60] {
        let client = p21.client();
        let start = tokio::time::timeout(Duration::from_millis(after), client.session().start());
        drop(start.await);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    p21.settled().await;
}

#[tokio::test]
async fn an_end_whose_future_is_dropped_ends_all_the_same() {
    let slow = Manners { slow: Duration::from_millis(30), ..Manners::default() };
    let p21 = Windows::with(slow, |_| None).await;
    let session = p21.session().await;
    let _ = tokio::time::timeout(Duration::from_millis(5), session.end()).await;
    p21.settled().await;
}

#[tokio::test]
async fn an_idle_session_is_kept_alive_by_choice_and_calls_never_meet() {
    let slow = Manners { slow: Duration::from_millis(20), ..Manners::default() };
    let p21 = Windows::with(slow, |_| None).await;
    let clock = Clock::movable();
    let client = p21.builder().clock(clock.clone()).build().unwrap();
    let alive = KeepAlive::BeforeLimit;
    let session = client.session().idle_limit(Duration::from_secs(60)).keep_alive(alive).start().await.unwrap();
    let mut window = session.open_named("Job").await.unwrap();
    let before = p21.server.total();
    clock.advance(Duration::from_secs(31));
    for _ in 0..20 {
        window.type_named("FORM.header", "comment", "busy").await.unwrap();
        clock.advance(Duration::from_secs(31));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let looked = p21.calls().iter().filter(|call| *call == "GET window").count();
    assert!(looked > 1, "{looked} of {}", p21.server.total() - before);
    assert_eq!(p21.overlaps(), 0);
    drop(window);
    session.end().await.unwrap();
    let ended = p21.server.total();
    clock.advance(Duration::from_secs(600));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(p21.server.total(), ended, "nothing is said after the end");
}

#[tokio::test]
async fn a_session_that_p21_ended_is_lost_and_says_what_became_of_the_window() {
    let p21 = Windows::start().await;
    let session = p21.session().await;
    let mut window = session.open_named("Job").await.unwrap();
    window.type_named("FORM.header", "comment", "x").await.unwrap();
    p21.forget_sessions();
    let error = window.type_named("FORM.header", "comment", "y").await.unwrap_err();
    assert_eq!(problem(&error), WindowProblem::SessionLost);
    assert!(error.is_session_lost() && error.to_string().contains("P21 holds nothing of the window"), "{error}");
    // Nothing more is sent.
    let before = p21.server.total();
    assert!(window.save().await.is_err());
    assert_eq!(p21.server.total(), before);
    session.end().await.unwrap();
}
