//! A server that is restarted between two calls: sessions and tokens are gone, what was saved is there.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use p21_sandbox::Sandbox;
use p21_services::client::windows::enter::NotEntered;
use p21_services::client::windows::{SessionPool, WindowProblem};
use p21_services::client::{Client, Clock, Credentials, Retry};
use p21_services::prelude::*;
use p21_services::sales_price_page::{SalesPricePage, header};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::cut::{noted, orders_and_notes};
use super::faults::the_only_session;

/// A sandbox behind a proxy that restarts it before a call on a window reaches it.
struct Restarting {
    url: String,
    /// How many calls on windows pass before; none restarts it if it is as high as can be.
    after: Arc<AtomicUsize>,
    /// The day that never passes, and the records.
    _folder: tempfile::TempDir,
}

async fn start(data: &Path, port: u16) -> Sandbox {
    let builder = Sandbox::builder().today(date(2026, 11, 21).date()).data(data).port(port);
    builder.start().await.unwrap()
}

impl Restarting {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("records.sqlite");
        let sandbox = start(&data, 0).await;
        let port: u16 = sandbox.url().rsplit(':').next().unwrap().parse().unwrap();
        let server = Arc::new(Mutex::new(Some(sandbox)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let after = Arc::new(AtomicUsize::new(usize::MAX));
        let left = Arc::clone(&after);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, port, Arc::clone(&left), Arc::clone(&server), data.clone()));
            }
        });
        Self { url, after, _folder: folder }
    }

    fn client(&self) -> Client {
        let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let retry = Retry::default().first_delay(Duration::from_millis(1));
        let builder = Client::builder(&self.url).ui_url(format!("{}/uiserver0", self.url));
        builder.credentials(credentials).clock(clock).retry(retry).build().unwrap()
    }

    fn restart_after(&self, calls: usize) {
        self.after.store(calls, Ordering::SeqCst);
    }

    /// Whether it was restarted since.
    fn has_restarted(&self) -> bool {
        self.after.swap(usize::MAX, Ordering::SeqCst) > usize::MAX / 2
    }
}

/// Passes bytes on, and restarts the server before the call that it is due at.
async fn pass(
    mut client: TcpStream,
    port: u16,
    left: Arc<AtomicUsize>,
    server: Arc<Mutex<Option<Sandbox>>>,
    data: std::path::PathBuf,
) -> Option<()> {
    let mut upstream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let request = &up[..read.ok().filter(|read| *read > 0)?];
                let line = String::from_utf8_lossy(&request[..request.len().min(200)]).into_owned();
                let is_call = line.lines().next().is_some_and(|line| line.contains("/interactive/v2/"));
                if is_call && left.fetch_sub(1, Ordering::SeqCst) == 0 {
                    let mut server = server.lock().await;
                    server.take()?.stop().await;
                    *server = Some(start(&data, port).await);
                    upstream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
                }
                upstream.write_all(request).await.ok()?;
            }
            read = upstream.read(&mut down) => {
                let answer = &down[..read.ok().filter(|read| *read > 0)?];
                client.write_all(answer).await.ok()?;
            }
        }
    }
}

#[tokio::test]
async fn a_session_and_its_window_are_gone_behind_a_restart_and_another_starts() {
    let p21 = Restarting::new().await;
    let client = p21.client();
    for calls in 0..3 {
        let session = client.session().start().await.unwrap_or_else(|error| panic!("{calls}: {error}"));
        let mut page = session.open::<SalesPricePage>().await.unwrap();
        page.type_in(header::DESCRIPTION, "Fasteners").await.unwrap();
        p21.restart_after(0);
        let error = match calls {
            0 => page.type_in(header::COMPANY_ID, "ACME").await.map(drop).unwrap_err(),
            1 => page.save().await.map(drop).unwrap_err(),
            _ => page.read(header::DESCRIPTION).await.map(drop).unwrap_err(),
        };
        assert!(p21.has_restarted());
        assert!(error.is_session_lost() && !error.is_ambiguous(), "{calls}: {error}");
        assert_eq!(error.window().unwrap().holds, "P21 holds nothing of the window any more", "{calls}: {error}");
        session.end().await.unwrap();
        assert_eq!(the_only_session(&client).await.as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn a_pool_starts_another_session_behind_a_restart() {
    let p21 = Restarting::new().await;
    let pool = SessionPool::of([p21.client()]).check_after(Duration::ZERO).build();
    let session = pool.get().await.unwrap();
    let mut page = session.open::<SalesPricePage>().await.unwrap();
    p21.restart_after(0);
    let error = page.type_in(header::DESCRIPTION, "Fasteners").await.map(drop).unwrap_err();
    assert!(p21.has_restarted() && matches!(error.window_problem(), Some(WindowProblem::SessionLost)), "{error}");
    drop((page, session));
    let session = pool.get().await.unwrap_or_else(|error| panic!("{error}"));
    let mut page = session.open::<SalesPricePage>().await.unwrap();
    page.type_in(header::DESCRIPTION, "Fasteners").await.unwrap();
    page.close().await.unwrap();
    drop(session);
    pool.close().await;
    assert_eq!(the_only_session(&p21.client()).await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn warm_sessions_that_a_restart_took_cost_a_try_each_at_most_and_no_place() {
    for check_after in [Duration::ZERO, Duration::from_secs(20)] {
        let p21 = Restarting::new().await;
        let pool = SessionPool::of([p21.client()]).each(3).check_after(check_after).build();
        assert_eq!(pool.warm(3).await.unwrap(), 3);
        p21.restart_after(0);
        let mut lost = 0;
        for _ in 0..8 {
            let session = pool.get().await.unwrap_or_else(|error| panic!("{error}"));
            match session.open::<SalesPricePage>().await {
                Ok(page) => page.close().await.unwrap(),
                Err(error) => {
                    assert!(error.is_session_lost(), "{error}");
                    lost += 1;
                }
            }
        }
        assert!(p21.has_restarted());
        // Those that were asked whether they are still there cost none but the one that met the restart.
        assert!(lost >= 1 && lost <= if check_after.is_zero() { 1 } else { 3 }, "{lost}");
        let status = pool.status();
        assert_eq!((status.granted, status.refused), (3, 0));
        let held = futures_util::future::join_all((0..3).map(|_| pool.get())).await;
        for session in &held {
            session.as_ref().unwrap().open::<SalesPricePage>().await.unwrap().close().await.unwrap();
        }
        assert_eq!(
            the_only_session(&p21.client()).await.as_array().map(Vec::len),
            Some(4),
            "three, and the one that counts"
        );
        drop(held);
        pool.close().await;
        let counting = async || the_only_session(&p21.client()).await.as_array().map(Vec::len);
        while counting().await != Some(1) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn an_entry_says_what_is_stored_behind_a_restart_at_any_of_its_calls() {
    let p21 = Restarting::new().await;
    let client = p21.client();
    let (mut calls, mut seen) = (0, [0; 3]);
    loop {
        let po_no = format!("PO-{calls}");
        let record = noted(&po_no);
        let session = client.session().start().await.unwrap_or_else(|error| panic!("{calls}: {error}"));
        p21.restart_after(calls);
        let outcome = session.enter(&record).await;
        let has_restarted = p21.has_restarted();
        let _ = session.end().await;
        let there = orders_and_notes(&client, &po_no).await;
        assert_eq!(the_only_session(&client).await.as_array().map(Vec::len), Some(1), "{calls}");
        match &outcome {
            Ok(_) => assert_eq!(there, (1, 1), "{calls}"),
            Err(NotEntered::Refused(error)) => {
                assert_eq!(there, (0, 0), "{calls}: {error}");
                assert!(error.is_session_lost(), "{calls}: {error}");
            }
            Err(NotEntered::PartlyStored(partly)) => {
                assert_eq!(there.0, 1, "{calls}: {partly:?}");
                let is_noted = partly.stored.iter().any(|step| step.starts_with("popup"));
                assert_eq!(there.1, usize::from(is_noted), "{calls}: {partly:?}");
                assert!(partly.error.is_session_lost(), "{calls}: {partly:?}");
            }
            // A session that is gone saves nothing.
            Err(error) => panic!("{calls}: {error}"),
        }
        seen[there.0 + there.1] += 1;
        if !has_restarted {
            break;
        }
        // Each costs a restart: one in three, and each of those that follow one another elsewhere.
        calls += 3;
    }
    assert!(seen.iter().all(|seen| *seen > 0), "before, between and behind its saves: {seen:?}");
}
