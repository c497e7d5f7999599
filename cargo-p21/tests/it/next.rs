//! Every error ends in a next step, and where that is a command it works.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Sandbox, text};

/// What is done wrong, and what the error says.
const WRONG: &[(&[&str], &str)] = &[
    (&["fetch"], "which services"),
    (&["fetch", "--all", "--url", "http://127.0.0.1:1"], "no connection"),
    (&["doctor", "--url", "p21.example.com"], "as in `https://p21.example.com`"),
    (&["doctor", "--url", "localhost:8080"], "as in `https://p21.example.com`"),
    (&["fetch", "--all", "--into", "file"], "can't write into file"),
    (&["fetch", "--all", "--into", "versions"], "a folder a version"),
    (&["fetch", "--service", "Nonsense", "--into", "none"], "nothing was fetched"),
    (&["generate"], "say where the bindings go"),
    (&["generate", "--out", "src", "--definitions", "nowhere"], "nowhere: can't read"),
    (&["generate", "--out", "src", "--definitions", "empty"], "holds no definition"),
    (&["generate", "--out", "file", "--definitions", "one"], "file"),
    (&["generate", "--crate", "file", "--name", "x", "--definitions", "one"], "file"),
    (&["generate", "--crate", "x", "--name", "x", "--definitions", "one", "--sources", "nowhere"], "neither a version"),
    (&["batch", "run", "--workflow", "create-pages", "--input", "none.csv"], "none.csv can't be read"),
    (&["man", "file"], "can't write file"),
    (&["diff", "one", "odd"], "odd/Labor.json"),
    (&["generate", "--out", "src", "--definitions", "odder"], "odder/Labor.json"),
    (&["generate", "--crate", "x", "--name", "fn"], "can't be the name of a crate"),
    (&["check", "nowhere.json"], "can't read nowhere.json"),
    (&["check", "empty.json"], "empty.json is empty"),
    (&["check", "unknown.json"], "no definition of `Labour`"),
    (&["check", "unknown.json", "--definitions", "lost"], "lost: can't read"),
    (&["diff", "published:25.2", "published:26.1", "--code", "empty"], "there is no Rust source"),
    (&["explain", "P21-999"], "there is no code"),
    (&["diff", "gone", "gone"], "gone: can't read"),
    (&["diff", "published:25.2", "published:banana"], "is no P21 version"),
    (&["generate", "--config", "bad.toml", "--out", "src"], "there is no setting `servr`"),
];

fn run(folder: &Path, url: &str, arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-p21"))
        .args(arguments)
        .current_dir(folder)
        .env("P21_BASE_URL", url)
        .env("P21_USERNAME", "sandbox")
        .env("P21_PASSWORD", "sandbox")
        .env_remove("P21_CONSUMER_KEY")
        .output()
        .unwrap()
}

#[test]
fn every_error_ends_in_a_step_that_works() {
    let sandbox = Sandbox::start("25.2");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("versions/25.2")).unwrap();
    std::fs::create_dir(at("empty")).unwrap();
    std::fs::write(at("file"), "").unwrap();
    // A definition, and one in which a member has another type than it ever had.
    let labor = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions/25.2/Labor.json");
    let labor = std::fs::read_to_string(labor).unwrap();
    let odd = labor.replacen("\"Required\": true", "\"Required\": [1]", 1);
    for (folder, text) in [("one", labor.clone()), ("odd", odd.clone()), ("odder", odd)] {
        std::fs::create_dir(at(folder)).unwrap();
        std::fs::write(at(folder).join("Labor.json"), text).unwrap();
    }
    std::fs::write(at("empty.json"), "\n").unwrap();
    std::fs::write(at("unknown.json"), r#"{"Name": "Labour", "Transactions": []}"#).unwrap();
    std::fs::write(at("bad.toml"), "servr = 1\n").unwrap();
    let mut tried = 0;
    for (arguments, problem) in WRONG {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let wrong = run(folder.path(), &sandbox.url, &arguments);
        let said = text(&wrong);
        assert_eq!(wrong.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(problem), "{arguments:?}: {said}");
        for line in said.lines().filter(|line| line.starts_with("error: ")) {
            let (mut parts, all) = (BTreeSet::new(), line.split(": ").skip(1));
            assert!(all.clone().all(|part| parts.insert(part)), "{arguments:?} says a cause twice: {line}");
        }
        let last = said.trim_end().lines().last().unwrap().to_owned();
        let next = last.strip_prefix("next: ").unwrap_or_else(|| panic!("{arguments:?}: {said}"));
        let Some(command) = next.split('`').nth(1).and_then(|command| command.strip_prefix("cargo p21 ")) else {
            assert!(next.len() > 10 && !next.contains("`cargo"), "{arguments:?}: {next}");
            continue;
        };
        let mut step: Vec<String> = command.split(' ').map(str::to_owned).collect();
        // Each into a place of its own, so that none finds what another one left.
        if step[0] == "fetch" && !step.contains(&"--into".to_owned()) {
            step.extend(["--into".to_owned(), format!("into{tried}")]);
        }
        let step_run = run(folder.path(), &sandbox.url, &step);
        let did = step_run.status.code() == Some(0)
            // A service that only the user has is not the sandbox's, and the fetch says so.
            || (step.contains(&"Labour".to_owned()) && text(&step_run).contains("refused: Labour"))
            || (step[0] == "generate" && text(&step_run).contains("cargo p21 fetch"));
        assert!(did, "{arguments:?}: {step:?}: {}", text(&step_run));
        tried += 1;
    }
    assert!(tried > 5, "{tried}");
}
