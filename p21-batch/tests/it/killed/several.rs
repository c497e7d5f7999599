//! The same where several processes share a run in PostgreSQL, and what else may befall them.

use std::process::{Child, Command};
use std::time::Duration;

use p21_batch::BatchDoor;

use super::kept::Kept;
use super::{Crew, KILLS, LEASE, balanced, faulty, killed_so_often};
use crate::postgres::{Server, server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_transactions_nothing_is_lost_and_nothing_doubled() {
    of_1_2_and_4(BatchDoor::Transactions, KILLS.div_ceil(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_windows_nothing_is_lost_and_nothing_doubled() {
    of_1_2_and_4(BatchDoor::Windows, KILLS.div_ceil(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes long: 300 kills a door"]
async fn by_transactions_300_times() {
    of_1_2_and_4(BatchDoor::Transactions, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes long: 300 kills a door"]
async fn by_windows_300_times() {
    of_1_2_and_4(BatchDoor::Windows, 100).await;
}

/// So many kills each.
async fn of_1_2_and_4(door: BatchDoor, kills: usize) {
    let Some(server) = server() else { return };
    let by = [1, 2, 4].map(|processes| async move {
        killed_so_often(&Kept::database(server), door, processes, kills).await;
    });
    futures_util::future::join_all(by).await;
}

/// One is stopped for longer than its lease, again and again, with records claimed and sent. The others go on with them; when
/// it comes back nothing of its own counts, and it begins as another worker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_hangs_comes_back_to_nothing() {
    let Some(server) = server() else { return };
    let (sandbox, kept) = (faulty(BatchDoor::Transactions).await, Kept::database(server));
    let (mut hung, mut run) = (0, 0);
    while hung < 3 {
        run += 1;
        let mut crew = Crew::new(sandbox.url(), &kept, BatchDoor::Transactions, run);
        let mut working: Vec<Child> = (0..2).map(|_| crew.start()).collect();
        let mut came_back = 0;
        while working[0].try_wait().unwrap().is_none() && came_back < 2 {
            tokio::time::sleep(Duration::from_millis(fastrand::u64(300..900))).await;
            signal(&working[0], "-STOP");
            tokio::time::sleep(LEASE + Duration::from_millis(700)).await;
            signal(&working[0], "-CONT");
            came_back += 1;
        }
        let started = crew.started;
        crew.until_done(working).await;
        balanced(&kept, sandbox.url(), run).await;
        // Each begins as one worker, and anew when its lease has run out.
        let workers = kept.workers(&format!("run {run}")).await;
        if workers > i64::try_from(started).unwrap() {
            hung += 1;
        }
        assert!(run < 12, "it never hung while it was at work");
    }
}

fn signal(worker: &Child, signal: &str) {
    // One that has ended meanwhile can't be told anything.
    let _ = Command::new("kill").args([signal, &worker.id().to_string()]).stderr(std::process::Stdio::null()).status();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_restarts_is_waited_for() {
    // One of its own: the others' don't restart.
    let Some(server) = Server::start(&[]) else { return };
    let (sandbox, kept) = (faulty(BatchDoor::Transactions).await, Kept::database(&server));
    let mut crew = Crew::new(sandbox.url(), &kept, BatchDoor::Transactions, 1);
    let mut working: Vec<Child> = (0..2).map(|_| crew.start()).collect();
    let mut restarts = 0;
    while restarts < 4 && working.iter_mut().any(|worker| worker.try_wait().unwrap().is_none()) {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(300..1_200))).await;
        // The second time it is away for longer than a lease lasts.
        let mode = if restarts % 2 == 0 { "--mode=immediate" } else { "--mode=fast" };
        server.control(&["stop", mode]);
        tokio::time::sleep(if restarts == 1 { LEASE + Duration::from_millis(500) } else { Duration::ZERO }).await;
        server.control(&["start", "--wait", "--log", &server.log()]);
        restarts += 1;
    }
    assert!(restarts > 0, "it was done before anything happened");
    crew.until_done(working).await;
    balanced(&kept, sandbox.url(), 1).await;
}

/// Nothing depends on the clocks of the machines: neither leases, nor when something can't land any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_that_are_wrong_by_minutes_change_nothing() {
    let Some(server) = server() else { return };
    let (sandbox, kept) = (faulty(BatchDoor::Transactions).await, Kept::database(server));
    let mut crew = Crew::new(sandbox.url(), &kept, BatchDoor::Transactions, 1);
    crew.ahead = &[420, -420, 0];
    crew.run_and_kill(3, 6).await;
    balanced(&kept, sandbox.url(), 1).await;
}

/// `cargo test -p p21-batch --all-features --test it -- --ignored --nocapture records_a_second`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it prints what it measures"]
async fn records_a_second_with_1_2_and_4_processes() {
    // As durable as a journal is to be.
    let Some(server) = Server::start(&["fsync=on"]) else { return };
    let books = 1_000;
    let folder = tempfile::tempdir().unwrap();
    let all = [
        ("SQLite", Kept::File(folder.path().join("run.journal")), 1),
        ("PostgreSQL", Kept::database(&server), 1),
        ("PostgreSQL", Kept::database(&server), 2),
        ("PostgreSQL", Kept::database(&server), 4),
    ];
    for (store, kept, processes) in all {
        let sandbox = crate::support::sandbox().await;
        let mut crew = Crew::new(sandbox.url(), &kept, BatchDoor::Transactions, 1);
        crew.books = Some(books);
        let since = std::time::Instant::now();
        let working = (0..processes).map(|_| crew.start()).collect();
        crew.until_done(working).await;
        let took = since.elapsed().as_secs_f64();
        let rate = books as f64 / took;
        println!("{store}, {processes} processes, 3 sessions: {books} books in {took:.2} s, {rate:.0} a second");
    }
}
