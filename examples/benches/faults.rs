//! 10,000 writes under each fault in turn, and what became of every one: none lost, none doubled.
//!
//! `cargo bench -p p21-examples --bench faults` prints a table and fails if an account doesn't balance. A number as its
//! argument is how many writes are made instead.
#![forbid(unsafe_code)]

use std::time::Duration;

use anyhow::Result;
use p21_examples::accounting::{Account, Plan, account};

const FAULTS: [&str; 7] =
    ["", "contamination=0.1", "empty500=0.05", "drop=0.02", "commit-drop=0.02", "503=0.05", "slow=0.02:900ms"];

/// Most records are written twice, the refused ones once.
const WRITES: usize = 10_000;

#[tokio::main]
async fn main() -> Result<()> {
    let writes = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(WRITES);
    println!(
        "fault                writes  answered  read back  repeated  refused  given up  ambiguous (stored)  lost  doubled  \
         unreported  seconds"
    );
    let mut balanced = true;
    for faults in FAULTS {
        let mut plan = Plan::new(faults, writes * 20 / 39);
        if faults.starts_with("slow") {
            // Answers that take longer than the client waits for them.
            plan.operation = Duration::from_millis(600);
            plan.settle = Duration::from_millis(100);
        }
        let (account, took) = account(&plan).await?;
        balanced &= account.is_balanced();
        print(faults, &account, took);
    }
    anyhow::ensure!(balanced, "a write was lost, doubled, or reported wrongly");
    Ok(())
}

fn print(faults: &str, account: &Account, took: Duration) {
    let faults = if faults.is_empty() { "none" } else { faults };
    println!(
        "{faults:<18} {:>8} {:>9} {:>10} {:>9} {:>8} {:>9} {:>10} {:>8} {:>5} {:>8} {:>11} {:>8.1}",
        account.writes,
        account.answered,
        account.read_back,
        account.repeated,
        account.refused,
        account.given_up,
        account.ambiguous,
        format!("({})", account.ambiguous_stored),
        account.lost,
        account.doubled,
        account.unreported,
        took.as_secs_f64()
    );
}
