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
    pool.close().await;
    // As long as can be said is no reason to panic.
    let pool = SessionPool::of(users(&p21, 1).await).wait(Duration::MAX).build();
    drop(pool.get().await.unwrap());
    pool.close().await;
    users(&p21, 1).await[0].session().patience(Duration::MAX).start().await.unwrap().end().await.unwrap();
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
async fn a_server_is_asked_for_no_more_sessions_than_it_says_it_has_each_for_itself() {
    // Each says that it has 5.
    let (north, south) = (Windows::start().await, Windows::start().await);
    let clients = [users(&north, 1).await.remove(0), users(&south, 1).await.remove(0)];
    let pool = SessionPool::of(clients).each(8).wait(Duration::from_millis(200)).build();
    assert_eq!(pool.warm(16).await.unwrap(), 10);
    let status = pool.status();
    assert_eq!((north.sessions(), south.sessions()), (5, 5));
    assert_eq!((status.granted, status.refused, status.available), (10, 6, 10));
    let held = futures_util::future::join_all((0..12).map(|_| pool.get())).await;
    assert_eq!(held.iter().filter(|held| held.is_ok()).count(), 10);
    drop(held);
    pool.close().await;
    north.settled().await;
    south.settled().await;
    // Asked for all at once, those that it has no place for are given up. This server grants whatever is asked for, also what
    // it says that it hasn't: what it had granted when its word was read is kept.
    let pool = SessionPool::of(users(&north, 1).await).each(8).wait(Duration::from_millis(500)).build();
    let held = futures_util::future::join_all((0..8).map(|_| pool.get())).await;
    let granted = held.iter().filter(|held| held.is_ok()).count();
    assert!((5..=8).contains(&granted), "{granted}");
    assert_eq!((pool.status().granted, pool.status().refused, north.sessions()), (granted, 8 - granted, granted));
    drop(held);
    pool.close().await;
    north.settled().await;
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
        // Whoever comes next has the session that was started for nobody, however early that is.
        drop(pool.get().await.unwrap());
        assert_eq!((p21.sessions(), pool.status().granted), (1, 1));
    }
    let created = p21.server.seen(SESSIONS).iter().filter(|seen| seen.method == Method::POST).count();
    assert_eq!((created, p21.overlaps()), (1, 0));
    pool.close().await;
    p21.settled().await;
}

/// A login that is refused, of that user.
fn refuses(user: &'static str) -> impl Fn(&crate::support::Seen) -> Option<crate::support::Reply> {
    move |seen| {
        let is_it = seen.path.ends_with("/token/v2") && String::from_utf8_lossy(&seen.body).contains(user);
        is_it.then(|| crate::support::json(401, r#"{"error":"invalid_grant","error_description":"wrong password"}"#))
    }
}

fn logins(p21: &Windows, user: &str) -> usize {
    let tokens = p21.server.seen(crate::support::TOKEN_PATH);
    tokens.iter().filter(|seen| String::from_utf8_lossy(&seen.body).contains(user)).count()
}

#[tokio::test]
async fn a_user_who_is_refused_rests_and_the_others_go_on() {
    let p21 = Windows::with(Manners::default(), refuses("svc_0")).await;
    let clock = Clock::movable();
    let of = |user: usize| {
        let credentials = Credentials::password(format!("svc_{user}"), "s3cret");
        Client::builder(&p21.server.url).credentials(credentials).retry(quick()).clock(clock.clone()).build().unwrap()
    };
    let pool = SessionPool::of([of(0), of(1), of(2)]).wait(Duration::from_millis(300)).build();
    for _ in 0..4 {
        let (one, other) = (pool.get().await.unwrap(), pool.get().await.unwrap());
        assert_eq!((p21.sessions(), pool.status().resting, pool.status().available), (2, 1, 0));
        // Whoever comes third waits for one of these, and tries no login.
        assert_eq!(pool.get().await.unwrap_err().window_problem(), Some(&WindowProblem::PoolFull));
        drop((one, other));
    }
    assert_eq!(logins(&p21, "svc_0"), 1, "an account that is tried again and again is locked");
    clock.advance(Duration::from_secs(61));
    let held = [pool.get().await.unwrap(), pool.get().await.unwrap()];
    assert_eq!(pool.get().await.unwrap_err().window_problem(), Some(&WindowProblem::PoolFull));
    assert_eq!((logins(&p21, "svc_0"), pool.status().resting), (2, 1));
    drop(held);
    pool.close().await;
    p21.settled().await;
}

#[tokio::test]
async fn where_every_login_is_refused_that_is_the_error_at_once() {
    let p21 = Windows::with(Manners::default(), refuses("svc_")).await;
    let pool = SessionPool::of(users(&p21, 2).await).build();
    for _ in 0..3 {
        let error = pool.get().await.unwrap_err();
        assert!(error.is_auth(), "{error}");
    }
    assert_eq!((logins(&p21, "svc_"), p21.sessions(), pool.status().resting), (2, 0, 2));
    assert!(pool.warm(2).await.unwrap_err().is_auth());
    pool.close().await;
}

#[tokio::test]
async fn who_gives_up_waiting_keeps_nobody_else_from_their_turn() {
    let p21 = Windows::start().await;
    let pool = SessionPool::of(users(&p21, 1).await).build();
    let held = pool.get().await.unwrap();
    let served = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut waiting = Vec::new();
    for number in 0..12 {
        let (own, served) = (pool.clone(), std::sync::Arc::clone(&served));
        waiting.push(tokio::spawn(async move {
            let session = own.get().await.unwrap();
            served.lock().unwrap().push(number);
            session.open_named("Job").await.unwrap().close().await.unwrap();
        }));
        tokio::task::yield_now().await;
    }
    // Every third one gives up, the first and the last of all among them.
    let given_up = |number: &usize| number.is_multiple_of(3) || *number == 11;
    for (_, waiting) in waiting.iter().enumerate().filter(|(number, _)| given_up(number)) {
        waiting.abort();
    }
    drop(held);
    for (number, waiting) in waiting.into_iter().enumerate() {
        assert_eq!(waiting.await.is_ok(), !given_up(&number), "{number}");
        assert!(p21.sessions() <= 1);
    }
    let due: Vec<usize> = (0..12).filter(|number| !given_up(number)).collect();
    assert_eq!(*served.lock().unwrap(), due, "in the order in which they asked");
    let created = p21.server.seen(SESSIONS).iter().filter(|seen| seen.method == Method::POST).count();
    assert_eq!((created, p21.overlaps()), (1, 0));
    pool.close().await;
    assert_eq!(p21.sessions(), 0);
}

#[tokio::test]
async fn a_holder_dropped_in_the_middle_of_a_call_leaves_a_session_that_is_clean_or_none() {
    let slow = Manners { slow: Duration::from_millis(5), ..Manners::default() };
    let p21 = Windows::with(slow, |_| None).await;
    let pool = SessionPool::of(users(&p21, 1).await).build();
    drop(pool.get().await.unwrap());
    let mut is_finished = false;
    for after in 0.. {
        if is_finished {
            break;
        }
        let own = pool.clone();
        let holder = async move {
            let session = own.get().await.unwrap();
            let mut window = session.open::<crate::support::job::Job>().await.unwrap();
            window.type_named("FORM.header", "comment", "half").await.unwrap();
            window.add_row::<crate::support::job::Line>().await.unwrap();
            window.save().await.map(drop).unwrap_err();
            // Left open.
        };
        is_finished = tokio::time::timeout(Duration::from_millis(4 * after), holder).await.is_ok();
        let next = pool.get().await.unwrap();
        assert_eq!((p21.sessions(), p21.windows(), p21.overlaps()), (1, 0, 0), "dropped after {} ms", 4 * after);
        assert_eq!(pool.status().available, 0);
        drop(next);
    }
    pool.close().await;
    p21.settled().await;
}

#[tokio::test]
async fn a_connection_cut_while_a_session_is_lent_costs_one_error_and_no_place() {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    // Each request of two rounds of leasing is cut in turn: before it arrives, and behind its work.
    for behind in [false, true] {
        for cut in 0..8 {
            let (seen_before, cuts) =
                (std::sync::Arc::new(AtomicUsize::new(0)), std::sync::Arc::new(AtomicUsize::new(0)));
            let (counted, made) = (std::sync::Arc::clone(&seen_before), std::sync::Arc::clone(&cuts));
            let script = move |_: &crate::support::Seen| {
                let is_it = counted.fetch_add(1, SeqCst) == cut;
                is_it.then(|| {
                    made.fetch_add(1, SeqCst);
                    super::cut::broken()
                })
            };
            let p21 = match behind {
                false => Windows::with(Manners::default(), script).await,
                true => Windows::behind(script).await,
            };
            let pool = SessionPool::of(users(&p21, 2).await).check_after(Duration::ZERO).build();
            let mut failed = 0;
            for _ in 0..3 {
                let leased = [pool.get().await, pool.get().await];
                assert!(p21.sessions() <= 2, "{behind} {cut}");
                failed += leased.iter().filter(|leased| leased.is_err()).count();
            }
            assert!(failed <= cuts.load(SeqCst), "{behind} {cut}: {failed}");
            let both =
                [pool.get().await, pool.get().await].map(|leased| leased.unwrap_or_else(|e| panic!("{cut}: {e}")));
            for session in &both {
                session.open_named("Job").await.unwrap().close().await.unwrap();
            }
            assert_eq!((p21.sessions(), pool.status().available), (2, 0), "{behind} {cut}");
            drop(both);
            pool.close().await;
            p21.settled().await;
        }
    }
}
