//! `cargo p21 sandbox`: a local server that behaves like P21.

use anyhow::{Context as _, Result};

use crate::exit::Done;

/// Runs a local server that behaves like P21, until Ctrl-C.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = "\
Examples:
  cargo p21 sandbox                                            # a P21 25.2 on a free port
  cargo p21 sandbox --port 8080 --p21-version 26.1 --data orders.db
  cargo p21 sandbox --definitions definitions                  # your own services
  cargo p21 sandbox --admin --latency documented --fault contamination=0.1,commit-drop=0.02
  cargo p21 sandbox --list-settings                            # every setting by its name")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) sandbox: p21_sandbox::cli::Arguments,
}

pub(crate) fn run(arguments: p21_sandbox::cli::Arguments) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(p21_sandbox::cli::run(arguments))?;
    Ok(Done::Clean)
}
