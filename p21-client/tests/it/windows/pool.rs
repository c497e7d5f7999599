use std::time::Duration;

use axum::http::Method;
use p21_client::windows::{SessionPool, WindowProblem};
use p21_client::{Client, Clock, Credentials};

use crate::support::quick;
use crate::support::windows::{Manners, SESSIONS, Windows, refused};

/// As many users as are wanted.
async fn users(p21: &Windows, users: usize) -> Vec<Client> {
    let of = |user: usize| {
        let credentials = Credentials::password(format!("svc_{user}"), "s3cret");
        Client::builder(&p21.server.url).credentials(credentials).retry(quick()).build().unwrap()
    };
    (0..users).map(of).collect()
}

#[tokio::test]
async fn sessions_are_lent_in_turn_and_never_more_than_there_are() {
    let p21 = Windows::start().await;
    let pool = SessionPool::of(users(&p21, 2).await).build();
    assert_eq!(pool.warm(9).await.unwrap(), 2);
    let mut order = Vec::new();
    let mut borrowers = tokio::task::JoinSet::new();
    for number in 0..6 {
        let pool = pool.clone();
        borrowers.spawn(async move {
            tokio::time::sleep(Duration::from_millis(20 * number)).await;
            let session = pool.get().await.unwrap();
            session.open_named("Job").await.unwrap().close().await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            number
        });
    }
    while let Some(number) = borrowers.join_next().await {
        order.push(number.unwrap());
        assert!(p21.sessions() <= 2);
    }
    assert_eq!(order, [0, 1, 2, 3, 4, 5], "who asks first is served first");
    let created = p21.server.seen(SESSIONS).iter().filter(|seen| seen.method == Method::POST).count();
    assert_eq!(created, 2, "they are lent again");
    pool.close().await;
    assert_eq!((p21.sessions(), p21.overlaps()), (0, 0));
    assert!(pool.get().await.unwrap_err().is_input());
}

#[tokio::test]
async fn who_waits_too_long_is_told() {
    let p21 = Windows::start().await;
    let pool = SessionPool::of(users(&p21, 1).await).wait(Duration::from_millis(50)).build();
    let held = pool.get().await.unwrap();
    let error = pool.get().await.unwrap_err();
    assert_eq!(error.window_problem(), Some(&WindowProblem::PoolFull));
    drop(held);
    drop(pool.get().await.unwrap());
}

#[tokio::test]
async fn with_one_user_the_pool_says_how_many_sessions_the_server_grants() {
    // A slot a user: whoever comes second is refused, whatever the token.
    let slots = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let taken = std::sync::Arc::clone(&slots);
    let script = move |seen: &crate::support::Seen| {
        use std::sync::atomic::Ordering::Relaxed;
        match seen.method {
            Method::POST if seen.path == SESSIONS && taken.swap(1, Relaxed) == 1 => {
                Some(refused(409, "Session already exists."))
            }
            Method::DELETE if seen.path == SESSIONS && seen.header("authorization") == "Bearer token-0" => {
                taken.store(0, Relaxed);
                None
            }
            _ => None,
        }
    };
    let p21 = Windows::with(Manners::default(), script).await;
    let pool = SessionPool::of(users(&p21, 1).await).each(3).build();
    let status = pool.status();
    assert_eq!((status.granted, status.refused, status.available), (3, 0, 3));
    // The second borrower waits for the first one's, once the server has refused a second and a third.
    let first = pool.get().await.unwrap();
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { pool.get().await.map(drop) }
    });
    while pool.status().refused < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(pool.status().granted, 1);
    assert!(!waiting.is_finished());
    drop(first);
    waiting.await.unwrap().unwrap();
    pool.close().await;
    p21.settled().await;
    // Where the server grants them, there are as many as logins.
    let p21 = Windows::start().await;
    let pool = SessionPool::of(users(&p21, 1).await).each(3).build();
    assert_eq!((pool.warm(3).await.unwrap(), p21.sessions()), (3, 3));
    pool.close().await;
    assert_eq!(p21.sessions(), 0);
}

#[tokio::test]
async fn a_session_comes_back_clean_or_is_ended() {
    let breaks = |seen: &crate::support::Seen| {
        let is_it = seen.body.windows(5).any(|part| part == b"break");
        is_it.then(|| crate::support::empty(500))
    };
    let p21 = Windows::with(Manners::default(), breaks).await;
    let clock = Clock::movable();
    let credentials = Credentials::password("svc", "s3cret");
    let client = Client::builder(&p21.server.url).credentials(credentials).clock(clock.clone()).build().unwrap();
    let pool = SessionPool::of([client]).build();
    let session = pool.get().await.unwrap();
    let first = session.id().to_owned();
    let left = session.open_named("Job").await.unwrap();
    drop(session);
    let session = pool.get().await.unwrap();
    assert_eq!((session.id(), p21.windows()), (first.as_str(), 0), "what was left open is closed");
    drop(left);
    // A call that broke: nobody knows what the session is like.
    let mut window = session.open_named("Job").await.unwrap();
    window.type_named("FORM.header", "comment", "break").await.unwrap_err();
    drop((window, session));
    let session = pool.get().await.unwrap();
    assert_ne!(session.id(), first);
    let second = session.id().to_owned();
    drop(session);
    // One that P21 ended meanwhile is found before it is lent.
    while pool.status().idle == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    p21.forget_sessions();
    clock.advance(Duration::from_secs(400));
    let session = pool.get().await.unwrap();
    assert_ne!(session.id(), second);
    session.open_named("Job").await.unwrap().close().await.unwrap();
    drop(session);
    pool.close().await;
    p21.settled().await;
}

#[tokio::test]
async fn a_borrower_whose_future_is_dropped_takes_no_slot() {
    let slow = Manners { slow: Duration::from_millis(20), ..Manners::default() };
    let p21 = Windows::with(slow, |_| None).await;
    let pool = SessionPool::of(users(&p21, 1).await).build();
    for after in [1, 10, 30] {
        let _ = tokio::time::timeout(Duration::from_millis(after), pool.get()).await;
        // A session that was started for nobody ends.
        tokio::time::sleep(Duration::from_millis(120)).await;
        assert_eq!(pool.status().available, 1);
    }
    drop(pool.get().await.unwrap());
    pool.close().await;
    p21.settled().await;
}
