//! `p21-sandbox`: a local server that behaves like Prophet 21.

use std::process::ExitCode;

use clap::Parser;
use p21_sandbox::cli::{self, Arguments};
use tracing_subscriber::EnvFilter;

#[derive(Debug, Parser)]
#[command(name = "p21-sandbox", version)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Command::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match cli::run(command.arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What is wrong lies with the arguments and files: where in the program it was noticed helps nobody.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
