//! `p21.toml`, as a project has it.

use std::path::Path;

use crate::support::{Sandbox, p21, p21_as, text};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn a_project_says_server_folder_services_and_output_once() {
    let project = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start("26.1");
    let settings = format!(
        "server = \"{}\"\nfolder = \"erp\"\nservices = [\"Labor\", \"TimeEntry\"]\n[output]\nfolder = \"src/p21\"\n",
        sandbox.url
    );
    std::fs::write(project.path().join("p21.toml"), settings).unwrap();
    // Anywhere below: paths are meant from where the file is.
    let below = project.path().join("src");
    std::fs::create_dir(&below).unwrap();
    let fetch = p21_as(("sandbox", "sandbox"), &below, &["fetch"]);
    assert_eq!(fetch.status.code(), Some(0), "{}", text(&fetch));
    assert!(project.path().join("erp/TimeEntry.json").is_file() && !project.path().join("erp/Order.json").exists());
    let generate = p21(&below, &["generate"]);
    assert_eq!(generate.status.code(), Some(0), "{}", text(&generate));
    assert!(project.path().join("src/p21/time_entry.rs").is_file(), "{}", text(&generate));
    assert_eq!(p21(&below, &["generate", "--check"]).status.code(), Some(0));
    // What 26.1 has is found without saying where it is.
    let set = r#"{"Name": "TimeEntry", "Transactions": [{"Status": "New", "DataElements": [
        {"Name": "TP_LABORRECORDING.prod_order_line_comp_labor", "Type": "List", "Keys": ["line_number"],
         "Rows": [{"Edits": [{"Name": "line_number", "Value": "1"}]}]}]}]}"#;
    std::fs::write(below.join("set.json"), set).unwrap();
    assert!(!text(&p21(&below, &["check", "set.json"])).contains("P21-003"));
    assert!(
        text(&p21(project.path().parent().unwrap(), &["check", below.join("set.json").to_str().unwrap()]))
            .contains("P21-003")
    );
}

#[test]
fn mistakes_and_secrets_stop_every_command_that_reads_it() {
    let project = tempfile::tempdir().unwrap();
    let definitions = Path::new(REPOSITORY).join("definitions/25.2");
    for (settings, problem) in [
        ("\nservr = \"x\"\n", "p21.toml:2: there is no setting `servr`"),
        ("password = \"hunter2\"\n", "p21.toml:1: `password`: secrets don't belong into this file"),
        ("services = \"Order\"\n", "p21.toml:1: invalid type"),
    ] {
        std::fs::write(project.path().join("p21.toml"), settings).unwrap();
        let generate = ["generate", "--out", "out", "--definitions", definitions.to_str().unwrap()];
        for command in [&["fetch", "--all"][..], &generate, &["check", "x.json"]] {
            let run = p21(project.path(), command);
            let said = text(&run);
            assert_eq!(run.status.code(), Some(2), "{command:?}: {said}");
            assert!(said.contains(problem) && !said.contains("hunter2"), "{command:?}: {said}");
        }
    }
    assert!(!project.path().join("out").exists());
    let named = p21(project.path(), &["generate", "--config", "no-such.toml", "--out", "out"]);
    assert!(named.status.code() == Some(2) && text(&named).contains("no-such.toml"), "{}", text(&named));
}

#[test]
fn a_crate_can_be_checked_for_being_stale() {
    let project = tempfile::tempdir().unwrap();
    let definitions = Path::new(REPOSITORY).join("definitions/25.2");
    let settings = format!(
        "folder = {:?}\nservices = [\"Labor\"]\n[output]\ncrate = \"acme\"\nname = \"acme-p21\"\nsources = \"0.1\"\n",
        definitions.display().to_string()
    );
    std::fs::write(project.path().join("p21.toml"), settings).unwrap();
    assert_eq!(p21(project.path(), &["generate", "--check"]).status.code(), Some(1), "nothing is there");
    let generate = p21(project.path(), &["generate"]);
    assert_eq!(generate.status.code(), Some(0), "{}", text(&generate));
    let manifest = std::fs::read_to_string(project.path().join("acme/Cargo.toml")).unwrap();
    assert!(manifest.contains("p21-model = { version = \"0.1\" }"), "{manifest}");
    // Nobody is sent to the commands of somebody else's repository.
    for file in ["Cargo.toml", "src/lib.rs", "src/labor.rs", "src/labor/header.rs"] {
        let text = std::fs::read_to_string(project.path().join("acme").join(file)).unwrap();
        assert!(text.contains("`cargo p21 generate") && !text.contains("xtask"), "{file}: {text}");
    }
    assert_eq!(p21(project.path(), &["generate", "--check"]).status.code(), Some(0));
    let file = project.path().join("acme/src/labor.rs");
    let text_of = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text_of + "// by hand\n").unwrap();
    let stale = p21(project.path(), &["generate", "--check"]);
    assert_eq!(stale.status.code(), Some(1), "{}", text(&stale));
    assert!(text(&stale).contains("run `cargo p21 generate`"), "{}", text(&stale));
}
