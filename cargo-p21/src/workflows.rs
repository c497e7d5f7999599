//! Workflows and scripts, which only run elsewhere: they are read here, and what they call is held to what there is.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{collections::BTreeMap, io::Write as _};

use clap::Parser as _;
use yaml_rust2::{Yaml, YamlLoader};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(REPOSITORY).join(path)).unwrap().replace("\r\n", "\n")
}

/// Every workflow: its place, and its text.
fn workflows() -> Vec<(String, String)> {
    let folder = Path::new(REPOSITORY).join(".github/workflows");
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| (name.clone(), read(&format!(".github/workflows/{name}"))))
        .collect();
    let page = "docs/guide/updates-of-p21.md";
    let text = read(page);
    let recipes = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    all.extend(recipes.map(|recipe| (page.to_owned(), recipe)));
    assert!(all.len() >= 2, "{all:?}");
    all
}

/// Every script of the steps of a workflow.
fn scripts(name: &str, text: &str) -> Vec<String> {
    let documents = YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let [workflow] = &documents[..] else { panic!("{name}: one workflow a file") };
    assert!(!workflow["on"].is_badvalue(), "{name} says when it runs");
    let mut scripts = Vec::new();
    for (job, said) in workflow["jobs"].as_hash().unwrap_or_else(|| panic!("{name} has no jobs")) {
        let job = job.as_str().unwrap();
        assert!(!said["runs-on"].is_badvalue(), "{name}: {job} runs nowhere");
        for step in said["steps"].as_vec().unwrap_or_else(|| panic!("{name}: {job} has no steps")) {
            let (uses, run) = (&step["uses"], &step["run"]);
            assert_ne!(uses.is_badvalue(), run.is_badvalue(), "{name}: {job}: a step uses an action or runs a script");
            if let Yaml::String(action) = uses {
                assert!(
                    action.split_once('@').is_some_and(|(_, version)| version.starts_with('v')),
                    "{name}: {action}"
                );
            }
            scripts.extend(run.as_str().map(str::to_owned));
        }
    }
    scripts
}

/// The commands of a script: its lines, taken apart where a shell does.
fn commands(script: &str) -> Vec<Vec<String>> {
    let whole = script.replace("\\\n", " ");
    let lines =
        whole.lines().map(|line| line.split(" # ").next().unwrap().trim()).filter(|line| !line.starts_with('#'));
    let parts =
        lines.flat_map(|line| line.split(['|', ';', '(', ')', '&', '>', '<']).map(str::to_owned).collect::<Vec<_>>());
    let words = parts.map(|part| part.split_whitespace().map(|word| word.replace(['"', '\''], "")).collect());
    // What stands before a command: `if`, `do`, and what is set for it alone.
    let plain = |mut words: Vec<String>| {
        let is_before =
            |word: &String| ["if", "then", "do", "!", "sudo"].contains(&word.as_str()) || word.contains('=');
        let start = words.iter().position(|word| !is_before(word)).unwrap_or(words.len());
        words.split_off(start)
    };
    words.map(plain).filter(|words: &Vec<String>| !words.is_empty()).collect()
}

/// Whether cargo has a command with these options; those of packages are the workspace's.
fn is_cargos(words: &[String], helps: &mut BTreeMap<String, String>) -> Result<(), String> {
    // `cargo "+$version" check` is another toolchain's.
    let words: Vec<&str> = words[1..].iter().map(String::as_str).filter(|word| !word.starts_with('+')).collect();
    let own = words.iter().take_while(|word| **word != "--");
    match words.first() {
        Some(&"p21") => {
            let words = std::iter::once("cargo p21").chain(own.skip(1).copied());
            return super::cli::Arguments::try_parse_from(words).map(drop).map_err(|error| error.to_string());
        }
        Some(&("xtask" | "deny" | "semver-checks")) => return Ok(()),
        None => return Err("no command".to_owned()),
        Some(_) => {}
    }
    let help = helps.entry(words[0].to_owned()).or_insert_with(|| {
        // What clippy takes is what check does.
        let command = if words[0] == "clippy" { "check" } else { words[0] };
        let run = Command::new(env!("CARGO")).args([command, "--help"]).env("PAGER", "cat").output().unwrap();
        assert!(run.status.success(), "cargo has no command {}", words[0]);
        String::from_utf8_lossy(&run.stdout).into_owned()
    });
    for option in own.clone().filter(|word| word.starts_with("--")) {
        let option = option.split('=').next().unwrap();
        if !help.contains(option) {
            return Err(format!("cargo {} has no option {option}", words[0]));
        }
    }
    let packages = words.windows(2).filter(|pair| ["-p", "--package", "--exclude"].contains(&pair[0]));
    for package in packages.map(|pair| pair[1]).filter(|package| !package.starts_with('$')) {
        let folder = if package == "p21-examples" { "examples" } else { package };
        if !Path::new(REPOSITORY).join(folder).join("Cargo.toml").is_file() {
            return Err(format!("there is no package {package}"));
        }
    }
    Ok(())
}

#[test]
fn every_command_of_a_workflow_or_script_is_one() {
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, text) in workflows() {
        all.extend(scripts(&name, &text).into_iter().map(|script| (name.clone(), script)));
    }
    for entry in std::fs::read_dir(Path::new(REPOSITORY).join(".ci")).unwrap() {
        let name = format!(".ci/{}", entry.unwrap().file_name().into_string().unwrap());
        all.push((name.clone(), read(&name)));
    }
    let (mut helps, mut tried) = (BTreeMap::new(), 0);
    for (name, script) in &all {
        for words in commands(script) {
            if words[0] == "cargo" {
                is_cargos(&words, &mut helps).unwrap_or_else(|error| panic!("{name}: {words:?}: {error}"));
                tried += 1;
            } else if words[0].starts_with("./") || words[0].starts_with(".ci/") {
                // A page has the script that its recipe runs.
                let is_of_the_guide = name.ends_with(".md") && words[0] == "./p21-update.sh";
                let path = Path::new(REPOSITORY).join(&words[0]);
                assert!(is_of_the_guide || path.is_file(), "{name}: there is no {}", words[0]);
            }
        }
    }
    assert!(tried >= 25, "{tried}");
}

/// What `sh` and `bash` make of them, where there are any.
#[cfg(unix)]
#[test]
fn every_script_of_a_workflow_is_one() {
    for (name, text) in workflows() {
        for script in scripts(&name, &text) {
            // What the runner puts in before a shell sees it.
            let script = script.replace("${{", "{{");
            let mut shell =
                Command::new("bash").arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
            let done = shell.wait_with_output().unwrap();
            assert!(done.status.success(), "{name}: {script}: {}", String::from_utf8_lossy(&done.stderr));
        }
    }
}

#[test]
fn what_is_no_command_is_found() {
    let mut helps = BTreeMap::new();
    let mut said = |line: &str| is_cargos(&commands(line)[0], &mut helps);
    assert!(said("cargo check --workspace --locked").is_ok());
    assert!(said("P21_X=1 cargo p21 fetch --all --into a").is_ok());
    for line in [
        "cargo check --workspaces",
        "cargo test -p p21-model --no-such",
        "cargo test -p p21-modell",
        "cargo p21 fetch --everything",
        "if cargo p21 difff a b; then",
    ] {
        assert!(said(line).is_err(), "{line}");
    }
}
