//! `cargo p21 fetch` of a whole installation: 299 services are listed, 240 are to be had, and the server has little room.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, p21, serve, text};

const LISTED: usize = 299;
const TO_BE_HAD: usize = 240;

/// Longer than a run goes without writing its manifest.
const BETWEEN_MANIFESTS: Duration = Duration::from_millis(2300);

/// Every fifth or so is refused, as windows are that are not deployed.
fn is_refused(number: usize) -> bool {
    number * (LISTED - TO_BE_HAD) % LISTED < LISTED - TO_BE_HAD
}

fn definition(name: &str, label: &str) -> String {
    json!({"Name": name, "TransactionDefinition": {"KeyDefinitions": [], "DataElementDefinitions": [
        {"Name": "FORM.form", "Type": "Form", "KeyFields": ["id"], "FieldDefinitions": [
            {"Name": "id", "DataType": "Char", "Required": true, "Label": label}]}]}})
    .to_string()
}

/// What the server was asked, and how it is to answer.
#[derive(Default)]
struct Watched {
    /// Definitions that are being answered, and the most of them at once.
    now: AtomicUsize,
    most: AtomicUsize,
    /// How many were turned away.
    turned_away: AtomicUsize,
    answered: AtomicUsize,
    /// From so many on nothing is answered until it is let go; none if 0.
    holds_from: AtomicUsize,
    let_go: AtomicBool,
    /// Services whose definition is another by now.
    changed: Mutex<BTreeSet<String>>,
}

/// A server whose pool has room for some, and that turns others away with these statuses.
fn server(room: usize, statuses: &'static [u16]) -> (String, Arc<Watched>) {
    let watched = Arc::new(Watched::default());
    let of = Arc::clone(&watched);
    let url = serve(move |path| {
        if path == "/api/v2/services" {
            let names: Vec<Value> = (0..LISTED).map(|number| json!({"Name": format!("Service{number:03}")})).collect();
            return Answer::Json(200, json!(names).to_string());
        }
        let Some(name) = path.strip_prefix("/api/v2/definition/") else { return Answer::Empty(404) };
        let now = of.now.fetch_add(1, Ordering::SeqCst) + 1;
        of.most.fetch_max(now, Ordering::SeqCst);
        let answer = if now > room {
            let turned = of.turned_away.fetch_add(1, Ordering::SeqCst);
            Answer::Empty(statuses[turned % statuses.len()])
        } else {
            std::thread::sleep(Duration::from_millis(10));
            answer(&of, name)
        };
        of.now.fetch_sub(1, Ordering::SeqCst);
        answer
    });
    (url, watched)
}

fn answer(of: &Watched, name: &str) -> Answer {
    let holds_from = of.holds_from.load(Ordering::SeqCst);
    let number = of.answered.fetch_add(1, Ordering::SeqCst) + 1;
    if number + 1 == holds_from {
        std::thread::sleep(BETWEEN_MANIFESTS);
    }
    if number >= holds_from && holds_from > 0 {
        while !of.let_go.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    let number: usize = name.trim_start_matches("Service").parse().unwrap();
    if is_refused(number) {
        let said = format!("Window <<{name}>> is not available or user does not have permission to open it");
        return Answer::Json(500, json!({ "ErrorMessage": said }).to_string());
    }
    let label = if of.changed.lock().unwrap().contains(name) { "Number" } else { "Id" };
    Answer::Json(200, definition(name, label))
}

fn arguments(url: &str) -> Vec<&str> {
    vec!["fetch", "--url", url, "--all", "--into", "out", "--format", "json"]
}

fn fetch(folder: &Path, url: &str, more: &[&str]) -> Value {
    let run = p21(folder, &[&arguments(url), more].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// The definitions in the folder, each of which is whole, by file.
fn whole(folder: &Path) -> BTreeMap<String, std::time::SystemTime> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder.join("out")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let is_definition = name.starts_with("Service") && name.ends_with(".json");
        if is_definition {
            let bytes = std::fs::read(entry.path()).unwrap();
            p21_model::definition::ServiceDefinition::load(&name, &bytes).unwrap();
            files.insert(name, entry.metadata().unwrap().modified().unwrap());
        }
    }
    files
}

#[test]
fn a_server_with_little_room_is_asked_for_fewer_at_once_and_gives_all_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let (url, watched) = server(2, &[503, 429, 502]);
    let summary = fetch(folder.path(), &url, &[]);
    let count = |of: &str| summary[of].as_array().unwrap().len();
    assert_eq!((&summary["fetched"], count("refused"), count("failed")), (&json!(TO_BE_HAD), LISTED - TO_BE_HAD, 0));
    assert_eq!(whole(folder.path()).len(), TO_BE_HAD);
    assert!(watched.most.load(Ordering::SeqCst) <= 5, "never more than a pool has");
    let turned_away = watched.turned_away.load(Ordering::SeqCst);
    assert!(turned_away > 0 && turned_away < LISTED / 4, "{turned_away} of {LISTED} were turned away");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("out/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["refused"].as_object().unwrap().len(), LISTED - TO_BE_HAD);
    assert_eq!(manifest["whole"], true);
}

#[test]
fn a_run_that_was_killed_goes_on_and_only_what_changed_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (url, watched) = server(5, &[503]);
    watched.holds_from.store(150, Ordering::SeqCst);
    let mut run = Command::new(env!("CARGO_BIN_EXE_cargo-p21"))
        .args(arguments(&url))
        .current_dir(folder.path())
        .env("P21_USERNAME", "svc_demo")
        .env("P21_PASSWORD", "s3cret-never-shown")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !folder.path().join("out/manifest.json").exists() {
        assert!(run.try_wait().unwrap().is_none(), "it waits for the server");
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let before = whole(folder.path());
    assert!(before.len() > 50 && before.len() < TO_BE_HAD, "{}", before.len());
    watched.let_go.store(true, Ordering::SeqCst);

    let summary = fetch(folder.path(), &url, &[]);
    let (fetched, kept) = (summary["fetched"].as_u64().unwrap(), summary["kept"].as_u64().unwrap());
    assert_eq!(fetched + kept, TO_BE_HAD as u64, "{summary}");
    assert!(kept > 0, "what is fetched is kept: {summary}");
    let now = whole(folder.path());
    assert_eq!(now.len(), TO_BE_HAD);
    assert!(before.iter().all(|(file, written)| now[file] == *written), "what is the same is not written again");

    watched.changed.lock().unwrap().extend(["Service001".to_owned(), "Service100".to_owned()]);
    let refreshed = fetch(folder.path(), &url, &["--refresh"]);
    assert_eq!(refreshed["fetched"], TO_BE_HAD, "{refreshed}");
    let changed: BTreeSet<&str> = refreshed["changed"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let expected: BTreeSet<&str> =
        ["Service001", "Service100"].into_iter().filter(|name| !is_refused(name[7..].parse().unwrap())).collect();
    assert_eq!(changed, expected);
    let after = whole(folder.path());
    let written: BTreeSet<&str> =
        after.iter().filter(|(file, at)| now[*file] != **at).map(|(file, _)| file.trim_end_matches(".json")).collect();
    assert_eq!(written, expected);
    let names = std::fs::read_dir(folder.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.count(), TO_BE_HAD + 1, "nothing is left over");
}

#[test]
fn as_many_are_refused_as_it_says() {
    assert_eq!((0..LISTED).filter(|number| !is_refused(*number)).count(), TO_BE_HAD);
}
