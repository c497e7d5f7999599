//! `cargo p21 sandbox`: a local server that behaves like P21.

use anyhow::{Context as _, Result};

use crate::exit::Done;

/// Runs a local server that behaves like P21, until Ctrl-C.
pub(crate) type Arguments = p21_sandbox::cli::Arguments;

pub(crate) fn run(arguments: Arguments) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(p21_sandbox::cli::run(arguments))?;
    Ok(Done::Clean)
}
