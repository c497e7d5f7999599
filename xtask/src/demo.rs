//! `cargo xtask demo`: the whole way, on a local sandbox.

mod mangled;

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use cargo_p21::exit::Done;
use cargo_p21::{Wanted, fetch_into, sandbox_credentials};
use p21_client::Client;
use p21_model::value::Date;
use p21_sandbox::Sandbox;

use crate::{generate, repository};

/// Starts a sandbox, fetches its services, generates, creates a contract and an order, reads both back, and shows two
/// payloads being refused that P21 would silently mangle.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Reports are served but never listed, so they are asked for by name.
const REPORTS: [&str; 4] =
    ["m_picktickets", "m_reprintpicktickets", "m_reprintpurchaseorders", "m_storedprocedureexecutor"];

pub(crate) fn run(_arguments: &Arguments) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(demo())?;
    Ok(Done::Clean)
}

async fn demo() -> Result<()> {
    step(1, "start a sandbox that behaves like P21 25.2");
    let definitions = repository::root().join("definitions");
    // A day of its own, so that the dates of the demo never pass.
    let today = Date::constant(2026, 11, 21);
    let sandbox = Sandbox::builder().definitions(definitions).today(today).start().await?;
    let client = Client::builder(sandbox.url()).credentials(sandbox_credentials()).build()?;
    println!("  {}", sandbox.url());

    step(2, "fetch its service definitions over HTTP");
    let folder = tempfile::tempdir().context("can't make a temporary folder")?;
    let definitions = folder.path().join(repository::VERSION.to_string());
    let services = REPORTS.map(str::to_owned).to_vec();
    // The committed definitions are published ones, so a site's own labels are taken out as they were there.
    let wanted = Wanted { services, all: true, refresh: false, sanitize: true, scrub: Vec::new() };
    let fetched = fetch_into(&client, &definitions, &wanted).await?;
    if let Some((service, why)) = fetched.failed.first() {
        bail!("fetching {service} failed: {why}");
    }
    println!("  {} services, {} fields", fetched.fetched, fetched.fields);

    step(3, "generate bindings from them and compare with the committed ones");
    let stale = generate::stale_bindings(&definitions)?;
    if let Some(first) = stale.first() {
        bail!("{} committed files are stale, the first one {first}; run `cargo xtask generate`", stale.len());
    }
    println!("  the committed bindings are current");

    step(4, "build a contract and an order with those bindings, send them, read them back");
    run_typed_program(sandbox.url())?;

    step(5, "what P21 would silently mangle");
    mangled::show(&client).await?;

    println!("\nThe sandbox behaves like P21 25.2. P21 26.1 refuses every write to VALUES, the quantity breaks of a");
    println!("contract (verified on 26.1): there the check refuses the same contract before it is sent.");
    sandbox.stop().await;
    Ok(())
}

fn step(number: usize, what: &str) {
    println!("\n{number}. {what}");
}

/// The typed half is a program of its own, because these commands never depend on the bindings.
fn run_typed_program(url: &str) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "p21-examples", "--bin", "demo"])
        .current_dir(repository::root())
        .env("P21_BASE_URL", url)
        .env("P21_USERNAME", p21_sandbox::USER)
        .env("P21_PASSWORD", p21_sandbox::PASSWORD)
        .env_remove("P21_CONSUMER_KEY")
        .env("NO_PROXY", "127.0.0.1")
        .status()
        .context("can't run the example program `demo`")?;
    if !status.success() {
        bail!("the example program `demo` failed ({status})");
    }
    Ok(())
}
