//! Thousands of writes under each fault in turn, and what became of every one: none lost, none doubled.
//!
//! `cargo bench -p p21-examples --bench faults` prints a table and fails if an account doesn't balance. A number as its
//! argument is how many writes are made under each fault, instead of 10,000.
//!
//! Every fault comes twice: to writers in a hurry, who look once, with contract numbers that are the same contract; and to
//! patient ones, who watch until a write can't land any more (the clock runs ahead of them), with numbers that renew.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use p21_examples::accounting::{Account, Plan, account, in_doubt};

const WRITES: usize = 10_000;

/// Of 20 records 8 are books, which are written twice.
const WRITES_OF_20: usize = 28;

#[tokio::main]
async fn main() -> Result<()> {
    let writes = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(WRITES);
    let records = writes * 20 / WRITES_OF_20;
    println!(
        "| fault | writer | equal numbers | writes | answered | read back | repeated | refused | given up | ambiguous | of them \
         by a wrong key | of them stored | lost | doubled | reported wrongly | seconds |"
    );
    println!("| --- | --- | --- |{}", " ---: |".repeat(13));
    let mut balanced = true;
    let faults = ["".to_owned(), "503=0.05".to_owned(), "slow=0.02:900ms".to_owned()];
    for faults in faults.into_iter().chain(in_doubt(0.02)) {
        for patient in [false, true] {
            let mut plan = Plan { patient, renewals: patient, ..Plan::new(&faults, records) };
            if faults.starts_with("slow") {
                // Answers that take longer than the client waits for them.
                plan.operation = Duration::from_millis(600);
                plan.settle = Duration::from_millis(100);
            }
            let (account, took) = account(&plan).await?;
            balanced &= account.is_balanced();
            print(&plan, &account, took)?;
        }
    }
    anyhow::ensure!(balanced, "a write was lost, doubled, or reported wrongly");
    Ok(())
}

fn print(plan: &Plan, account: &Account, took: Duration) -> Result<()> {
    let faults = if plan.faults.is_empty() { "none" } else { &plan.faults };
    let (writer, equal) =
        (if plan.patient { "patient" } else { "hasty" }, if plan.renewals { "renew" } else { "are one" });
    print!("| {faults} | {writer} | {equal} |");
    for number in [
        account.writes,
        account.answered,
        account.read_back,
        account.repeated,
        account.refused,
        account.given_up,
        account.ambiguous,
        account.by_wrong_key,
        account.ambiguous_stored,
        account.lost,
        account.doubled,
        account.unreported,
    ] {
        print!(" {number} |");
    }
    println!(" {:.1} |", took.as_secs_f64());
    Ok(std::io::stdout().flush()?)
}
