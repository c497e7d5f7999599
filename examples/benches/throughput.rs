//! 10,000 transactions through the client, and the same bytes through bare reqwest, to a sandbox in the same process.
//!
//! `cargo bench -p p21-examples --bench throughput` runs each case five times, in a process of its own for its peak
//! memory, and prints medians. The cases take turns, so that all meet the same machine. Linux only, for the memory.
#![forbid(unsafe_code)]

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, TryStreamExt as _};
use p21_sandbox::Sandbox;
use p21_services::client::Retry;
use p21_services::model::outcome::TransactionSetResult;
use p21_services::prelude::*;
use p21_services::sales_price_book::{self as book, header};

const TRANSACTIONS: usize = 10_000;
const RUNS: usize = 5;

/// What the child process is told to do.
const CASE: &str = "P21_BENCH_CASE";

/// How many transactions a request has, and how many requests are on their way at once.
const SHAPES: [(usize, usize); 3] = [(1, 1), (1, 5), (100, 1)];

fn main() -> Result<()> {
    match std::env::var(CASE) {
        Ok(case) => run(&case),
        Err(_) => table(),
    }
}

/// Time and peak memory of one run.
type Figures = (f64, u64);

fn table() -> Result<()> {
    let mut figures: Vec<Vec<Figures>> = vec![Vec::new(); 2 * SHAPES.len() + 1];
    for _ in 0..RUNS {
        for (index, figures) in figures.iter_mut().enumerate() {
            figures.push(child(&case(index))?);
        }
    }
    println!("a request has   at once   by        transactions/s   peak memory");
    for (index, mut figures) in figures.into_iter().enumerate() {
        let name = case(index);
        let [way, size, abreast] = parts(&name)?;
        figures.sort_by(|a, b| a.0.total_cmp(&b.0));
        let seconds = figures[RUNS / 2].0;
        figures.sort_by_key(|(_, memory)| *memory);
        let memory = figures[RUNS / 2].1 as f64 / 1_024.0;
        if way == "nothing" {
            println!("a sandbox that nobody calls{:>34}{memory:>11.1} MB", "");
        } else {
            let rate = TRANSACTIONS as f64 / seconds;
            println!("{size:>13}   {abreast:>7}   {way:<8} {rate:>15.0} {memory:>11.1} MB");
        }
    }
    Ok(())
}

fn case(index: usize) -> String {
    match SHAPES.get(index / 2) {
        Some((size, abreast)) => format!("{} {size} {abreast}", ["reqwest", "client"][index % 2]),
        None => "nothing 1 1".to_owned(),
    }
}

fn parts(case: &str) -> Result<[&str; 3]> {
    case.split(' ').collect::<Vec<_>>().try_into().map_err(|_| anyhow::anyhow!("a case has three parts: {case}"))
}

/// Runs a case in a process of its own.
fn child(case: &str) -> Result<Figures> {
    let output = Command::new(std::env::current_exe()?).env(CASE, case).output()?;
    anyhow::ensure!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout)?;
    let (seconds, memory) = said.trim().split_once(' ').context("a run says time and memory")?;
    Ok((seconds.parse()?, memory.parse()?))
}

#[tokio::main]
async fn run(case: &str) -> Result<()> {
    let [way, size, abreast] = parts(case)?;
    let (size, abreast) = (size.parse()?, abreast.parse()?);
    let sandbox = Sandbox::builder().start().await?;
    let time = match way {
        "client" => through_client(&sandbox, size, abreast).await?,
        "reqwest" => through_reqwest(&sandbox, size, abreast).await?,
        _ => Duration::ZERO,
    };
    println!("{} {}", time.as_secs_f64(), peak_memory()?);
    Ok(())
}

/// The most memory that the process has held, in KB.
fn peak_memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the system tells no peak")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// A request's transactions: built by bindings in both cases, so that the same bytes leave.
fn books(request: usize, size: usize) -> book::TransactionSet {
    let book = |number| {
        book::Transaction::new().push(header::Row::new(header::Required {
            price_book_id: &format!("BOOK-{number}"),
            price_book_description: "A book",
            row_status_flag: header::RowStatusFlag::Active,
        }))
    };
    (request * size..(request + 1) * size).map(book).collect()
}

async fn through_client(sandbox: &Sandbox, size: usize, abreast: usize) -> Result<Duration> {
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    let client = Client::builder(sandbox.url()).credentials(credentials).retry(Retry::never()).build()?;
    client.services().await?;
    let start = Instant::now();
    let requests = futures_util::stream::iter(0..TRANSACTIONS / size).map(async |request| {
        let outcome = client.submit(&books(request, size)).await?;
        anyhow::ensure!(outcome.all_stored()?.len() == size, "not all were stored");
        Ok(())
    });
    requests.buffer_unordered(abreast).try_collect::<Vec<()>>().await?;
    Ok(start.elapsed())
}

async fn through_reqwest(sandbox: &Sandbox, size: usize, abreast: usize) -> Result<Duration> {
    // Whoever comes second finds a provider, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let login = serde_json::json!({"username": p21_sandbox::USER, "password": p21_sandbox::PASSWORD});
    let answer = client.post(format!("{}/api/security/token/v2", sandbox.url())).json(&login);
    let answer: serde_json::Value = answer.header("Accept", "application/json").send().await?.json().await?;
    let token = answer["AccessToken"].as_str().context("no token")?;
    let url = format!("{}/api/v2/transaction", sandbox.ui_url());
    let start = Instant::now();
    let requests = futures_util::stream::iter(0..TRANSACTIONS / size).map(async |request| {
        let post = client.post(&url).bearer_auth(token).header("Accept", "application/json");
        let post = post.header("Content-Type", "application/json").body(books(request, size).to_json());
        let answer = post.send().await?.error_for_status()?.bytes().await?;
        let answer: TransactionSetResult = serde_json::from_slice(&answer)?;
        anyhow::ensure!(answer.summary.succeeded == size, "not all were stored");
        Ok(())
    });
    requests.buffer_unordered(abreast).try_collect::<Vec<()>>().await?;
    Ok(start.elapsed())
}
