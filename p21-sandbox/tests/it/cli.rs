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
fn versions_are_checked() {
    assert!(Command::try_parse_from(["p21-sandbox", "--p21-version", "26.1"]).is_ok());
    let error = Command::try_parse_from(["p21-sandbox", "--p21-version", "19.0"]).unwrap_err().to_string();
    assert!(error.contains("there is no P21 version `19.0` here"), "{error}");
}

#[test]
fn faults_and_latencies_are_checked() {
    let parsed =
        Command::parse_from(["p21-sandbox", "--fault", "contamination=0.1,commit-drop=0.02", "--latency", "50ms"]);
    assert_eq!(parsed.arguments.fault.unwrap().contamination, 0.1);
    for (option, value, text) in [
        ("--fault", "flood=1", "there is no error family `flood`"),
        ("--fault", "drop=2", "is no share from 0 to 1"),
        ("--fault", "flood=1", "contamination, drop, late, slow, empty500"),
        ("--latency", "soon", "is no latency"),
        ("--pool", "0", "no number from 1 on"),
    ] {
        let error = Command::try_parse_from(["p21-sandbox", option, value]).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

/// What is printed is run as it stands.
#[tokio::test]
async fn the_window_by_hand_opens_types_and_saves() {
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "there is no curl");
        eprintln!("skipped: there is no curl");
        return;
    }
    let p21 = crate::support::p21_26().await;
    let script = cli::window_by_hand(p21.sandbox.url());
    let run = move || std::process::Command::new("sh").args(["-c", &script]).env("NO_PROXY", "*").output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("savesucceeded") && !said.contains("ErrorMessage"), "{said}");
    let read = p21.read("SalesPriceBook", "FORM.form", &[("price_book_id", "BY HAND")]).await;
    assert_eq!(crate::support::value(&read, "FORM.form", "price_book_description"), "Typed with curl");
}

#[tokio::test]
async fn arguments_become_a_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("p21.sqlite");
    let data = data.to_str().unwrap();
    let command = Command::parse_from(["p21-sandbox", "--port", "0", "--data", data, "--p21-version", "26.1"]);
    let sandbox = cli::start(&command.arguments).await.unwrap();
    assert!(sandbox.url().starts_with("http://127.0.0.1:") && sandbox.service_count() > 0);
    sandbox.stop().await;
    std::fs::write(data, "not a database, but long enough to look like one at first sight").unwrap();
    let error = cli::start(&command.arguments).await.unwrap_err().to_string();
    assert!(error.contains("p21.sqlite: this is no data file of this sandbox"), "{error}");
    let nowhere = folder.path().join("none").join("p21.sqlite");
    let command = Command::parse_from(["p21-sandbox", "--port", "0", "--data", nowhere.to_str().unwrap()]);
    let error = cli::start(&command.arguments).await.unwrap_err().to_string();
    assert!(error.contains("in a folder that is there"), "{error}");
}

#[tokio::test]
async fn a_port_that_is_taken_says_what_to_do() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let command = Command::parse_from(["p21-sandbox", "--port", &port]);
    let error = format!("{:#}", cli::start(&command.arguments).await.unwrap_err());
    assert!(error.contains("another --port") && error.contains(&port), "{error}");
    assert_eq!(error.matches("in use").count(), 1, "{error}");
}

/// What an empty folder holds is nothing that could be served.
#[tokio::test]
async fn a_blank_folder_of_definitions_is_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("definitions")).unwrap();
    std::fs::write(folder.path().join("definitions/manifest.json"), r#"{"services": {}}"#).unwrap();
    // It gets as far as its port, which is taken.
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_p21-sandbox"))
        .args(["--port", &port])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("another --port"), "{said}");
}

/// It would do nothing, and nobody would know.
#[tokio::test]
async fn a_rule_of_ones_own_that_does_not_fit_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions/25.2/Order.json");
    std::fs::copy(own, folder.path().join("Order.json")).unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    let rule = "service = \"Order\"\n\n[[length]]\nelement = \"header\"\nfields = [\"po_number\"]\nmax = 4\n\
                consequence = \"Ours have four.\"\nevidence = \"verified on 25.2\"\n";
    std::fs::write(folder.path().join("rules/Order.toml"), rule).unwrap();
    std::fs::write(folder.path().join("rules/Ordr.toml"), rule).unwrap();
    // It warns before it listens, and here it can't.
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_p21-sandbox"))
        .args(["--port", &port, "--definitions"])
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    let warnings: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 2, "{said}");
    assert!(warnings[0].contains("Ordr.toml: ") && warnings[0].contains("did you mean `Order.toml`?"), "{said}");
    assert!(warnings[1].contains("Order.toml:3") && warnings[1].contains("no field `po_number`"), "{said}");
    assert!(!ended.status.success() && said.contains("another --port"), "{said}");
}
