//! The command line.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use clap::Parser;
use p21_sandbox::cli::{self, Arguments};

#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

#[test]
fn profiles_are_checked() {
    assert!(Command::try_parse_from(["p21-sandbox", "--profile", "26.1"]).is_ok());
    let error = Command::try_parse_from(["p21-sandbox", "--profile", "19.0"]).unwrap_err().to_string();
    assert!(error.contains("there is no profile `19.0`"), "{error}");
}

#[tokio::test]
async fn arguments_become_a_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("p21.sqlite");
    let data = data.to_str().unwrap();
    let command = Command::parse_from(["p21-sandbox", "--port", "0", "--data", data, "--profile", "26.1"]);
    let sandbox = cli::start(&command.arguments).await.unwrap();
    assert!(sandbox.url().starts_with("http://127.0.0.1:") && sandbox.service_count() > 0);
    sandbox.stop().await;
    std::fs::write(data, "not a database, but long enough to look like one at first sight").unwrap();
    let error = cli::start(&command.arguments).await.unwrap_err().to_string();
    assert!(error.contains("p21.sqlite"), "{error}");
}
