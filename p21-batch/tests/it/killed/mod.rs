//! Real processes, killed at any instant, and an account of every row afterwards.
//!
//! The worker is this test program again, as another process; the sandbox lives here, and survives it. Faults are on, so that
//! answers get lost beside the process. Rows are of every kind: found by a key, by what finds a new record, by nothing, and
//! refused. A price book has a row without a key, which is there twice if the book is sent twice.

mod account;
mod kept;
#[cfg(feature = "postgres")]
mod several;
mod worker;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use p21_batch::BatchDoor;
use p21_sandbox::{Latency, Sandbox};
use p21_services::prelude::*;

use account::Account;
use kept::Kept;

/// How often a process is killed.
const KILLS: usize = 12;

/// The same as a benchmark: `cargo test -p p21-batch --test it -- --ignored killed::three_hundred --nocapture`.
const MANY: usize = 300;

/// How many rows a run has.
const ROWS: usize = 240;

/// For how long a worker is taken to be alive, where several share a run.
#[cfg(feature = "postgres")]
const LEASE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_transactions_nothing_is_lost_and_nothing_doubled() {
    nothing_is_lost_and_nothing_doubled(BatchDoor::Transactions, KILLS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_windows_nothing_is_lost_and_nothing_doubled() {
    nothing_is_lost_and_nothing_doubled(BatchDoor::Windows, KILLS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes many minutes, and prints what it counts"]
async fn three_hundred_kills_by_transactions() {
    nothing_is_lost_and_nothing_doubled(BatchDoor::Transactions, MANY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes many minutes, and prints what it counts"]
async fn three_hundred_kills_by_windows() {
    nothing_is_lost_and_nothing_doubled(BatchDoor::Windows, MANY).await;
}

async fn nothing_is_lost_and_nothing_doubled(door: BatchDoor, kills: usize) {
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::File(folder.path().join("run.journal"));
    killed_so_often(&kept, door, 1, kills).await;
}

/// A sandbox with the faults of a door.
async fn faulty(door: BatchDoor) -> Sandbox {
    let faults = match door {
        BatchDoor::Windows => "drop=0.003,commit-drop=0.003,session-lost=0.002",
        _ => "drop=0.02,commit-drop=0.02,commit-502=0.01,contamination=0.02,late=0.01:150ms",
    };
    let chances = faults.parse().unwrap();
    let sandbox = Sandbox::builder().today(date(2026, 11, 21).date()).configure(|config| {
        config.faults.chances = chances;
        config.faults.latency = Latency::Fixed(Duration::from_millis(3));
        // Sessions of killed processes stay until the server ends them.
        config.interactive.pool_size = 2_000;
    });
    sandbox.start().await.unwrap()
}

/// Runs of so many processes each, until so many were killed; each run's rows are accounted for.
async fn killed_so_often(kept: &Kept, door: BatchDoor, processes: usize, kills: usize) {
    let sandbox = faulty(door).await;
    let (mut killed, mut run, mut all) = (0, 0, Account::default());
    while killed < kills {
        run += 1;
        killed += Crew::new(sandbox.url(), kept, door, run).run_and_kill(processes, kills - killed).await;
        let account = balanced(kept, sandbox.url(), run).await;
        all.add(&account);
    }
    println!("{door:?}, {processes} processes: {killed} kills in {run} runs: {all:?}");
    assert_eq!(killed, kills);
    assert!(all.stored > all.ambiguous, "{all:?}");
    // What is known to be refused is no more than what was built to be.
    assert!(all.refused >= all.rows / 20, "{all:?}");
}

async fn balanced(kept: &Kept, url: &str, run: usize) -> Account {
    let account = Account::of(kept, url, run).await;
    assert_eq!(account.rows, ROWS, "{account:?}");
    assert!(account.is_balanced(), "run {run}: {account:#?}");
    account
}

/// Processes that work on a run.
struct Crew<'a> {
    url: &'a str,
    kept: &'a Kept,
    door: BatchDoor,
    run: usize,
    /// How far the clocks of its processes are ahead, each in its turn.
    ahead: &'static [i64],
    /// So many price books, instead of rows of every kind.
    books: Option<usize>,
    started: usize,
}

impl<'a> Crew<'a> {
    fn new(url: &'a str, kept: &'a Kept, door: BatchDoor, run: usize) -> Self {
        Self { url, kept, door, run, ahead: &[0], books: None, started: 0 }
    }

    /// Runs until all is settled, and kills one or another on the way; says how often.
    async fn run_and_kill(&mut self, processes: usize, most: usize) -> usize {
        let (mut killed, since) = (0, Instant::now());
        let mut working: Vec<Child> = (0..processes).map(|_| self.start()).collect();
        while killed < most && !working.is_empty() {
            assert!(since.elapsed() < Duration::from_secs(600), "a run doesn't come to its end");
            let at = fastrand::usize(..working.len());
            if ends_within(&mut working[at], Duration::from_millis(fastrand::u64(20..1_500))).await {
                if !ended_well(working.swap_remove(at)).await {
                    working.push(self.start());
                }
                continue;
            }
            working[at].kill().unwrap();
            working[at].wait().unwrap();
            killed += 1;
            working[at] = self.start();
        }
        self.until_done(working).await;
        killed
    }

    /// Waits until all of them have come to the end of the run.
    async fn until_done(&mut self, mut working: Vec<Child>) {
        let since = Instant::now();
        while let Some(worker) = working.pop() {
            assert!(since.elapsed() < Duration::from_secs(600), "a run doesn't come to its end");
            if !ended_well(worker).await {
                working.push(self.start());
            }
        }
    }

    fn start(&mut self) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["killed::worker::at_work", "--exact", "--ignored", "--nocapture"]);
        let door = if self.door == BatchDoor::Windows { "windows" } else { "transactions" };
        command.env("P21_BATCH_URL", self.url).env("P21_BATCH_DOOR", door);
        command.env("P21_BATCH_RUN", self.run.to_string());
        command.env("P21_BATCH_AHEAD", self.ahead[self.started % self.ahead.len()].to_string());
        if let Some(books) = self.books {
            command.env("P21_BATCH_BOOKS", books.to_string());
        }
        self.kept.tell(&mut command);
        self.started += 1;
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// Whether the run was done when it ended; else somebody has to go on.
async fn ended_well(worker: Child) -> bool {
    let output = tokio::task::spawn_blocking(move || worker.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said.contains("ended: Done")
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
