//! Real processes, killed at any instant, and an account of every row afterwards.
//!
//! The worker is this test program again, as another process; the sandbox lives here, and survives it. Faults are on, so that
//! answers get lost beside the process. Rows are of every kind: found by a key, by what finds a new record, by nothing, and
//! refused. A price book has a row without a key, which is there twice if the book is sent twice.

mod account;
mod worker;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use p21_batch::Door;
use p21_sandbox::{Latency, Sandbox};
use p21_services::prelude::*;

use account::Account;

/// How often a process is killed.
const KILLS: usize = 20;

/// How many rows a run has.
const ROWS: usize = 240;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_transactions_nothing_is_lost_and_nothing_doubled() {
    let faults = "drop=0.02,commit-drop=0.02,commit-502=0.01,contamination=0.02,late=0.01:150ms";
    nothing_is_lost_and_nothing_doubled(Door::Transactions, faults).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_windows_nothing_is_lost_and_nothing_doubled() {
    nothing_is_lost_and_nothing_doubled(Door::Windows, "drop=0.003,commit-drop=0.003,session-lost=0.002").await;
}

async fn nothing_is_lost_and_nothing_doubled(door: Door, faults: &str) {
    let chances = faults.parse().unwrap();
    let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).configure(|config| {
        config.faults.chances = chances;
        config.faults.latency = Latency::Fixed(Duration::from_millis(3));
        // Sessions of killed processes stay until the server ends them.
        config.interactive.pool_size = 200;
    });
    let sandbox = sandbox.start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run.journal");
    let (mut killed, mut run, mut all) = (0, 0, Account::default());
    while killed < KILLS {
        run += 1;
        killed += run_and_kill(sandbox.url(), &journal, door, run, KILLS - killed).await;
        let account = Account::of(&journal, sandbox.url(), run).await;
        assert_eq!(account.rows, ROWS, "{account:?}");
        assert!(account.is_balanced(), "after {killed} kills: {account:#?}");
        all.add(&account);
    }
    println!("{killed} kills in {run} runs: {all:?}");
    assert_eq!(killed, KILLS);
    assert!(all.stored > all.ambiguous, "{all:?}");
    // What is known to be refused is no more than what was built to be.
    assert!(all.refused >= all.rows / 20, "{all:?}");
}

/// Runs until all is settled, and kills what runs on the way; says how often.
async fn run_and_kill(url: &str, journal: &Path, door: Door, run: usize, most: usize) -> usize {
    let mut killed = 0;
    let since = Instant::now();
    loop {
        assert!(since.elapsed() < Duration::from_secs(600), "a run doesn't come to its end");
        let mut worker = start(url, journal, door, run);
        if killed < most && !ends_within(&mut worker, Duration::from_millis(fastrand::u64(20..1_500))).await {
            worker.kill().unwrap();
            worker.wait().unwrap();
            killed += 1;
            continue;
        }
        let output = tokio::task::spawn_blocking(move || worker.wait_with_output()).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        if said.contains("ended: Done") {
            return killed;
        }
    }
}

async fn ends_within(worker: &mut Child, time: Duration) -> bool {
    let until = Instant::now() + time;
    while Instant::now() < until {
        if worker.try_wait().unwrap().is_some() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    false
}

fn start(url: &str, journal: &Path, door: Door, run: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["killed::worker::at_work", "--exact", "--ignored", "--nocapture"]);
    let door = if door == Door::Windows { "windows" } else { "transactions" };
    command.env("P21_BATCH_URL", url).env("P21_BATCH_JOURNAL", journal).env("P21_BATCH_DOOR", door);
    command.env("P21_BATCH_RUN", run.to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}
