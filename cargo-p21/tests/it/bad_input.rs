//! What a user may get wrong around an update of P21: each is one clear error that names the file and the next step, and
//! leaves everything as it was.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::{Answer, p21, serve, text};

const LABOR: &str = include_str!("../../../definitions/25.2/Labor.json");
const ASSEMBLY: &str = include_str!("../../../definitions/25.2/Assembly.json");

/// A payload that nothing is wrong with.
const SET: &str = r#"{"Name": "Labor", "Transactions": [{"Status": "New", "DataElements": [
    {"Name": "FORM.labor", "Type": "Form", "Rows": [{"Edits": [
        {"Name": "service_labor_id", "Value": "A"}, {"Name": "service_labor_desc", "Value": "B"},
        {"Name": "estimate_rate_level", "Value": "1"}]}]}]}]}"#;

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(
                files(&path)
                    .into_iter()
                    .map(|(name, bytes)| (format!("{}/{name}", path.file_name().unwrap().to_str().unwrap()), bytes)),
            );
        } else {
            all.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
        }
    }
    all
}

/// Runs a command that is kept from its work: exit code 2, nothing on the standard output, one error with these words, a next
/// step, and no file that was not there.
fn fails(folder: &Path, arguments: &[&str], words: &[&str]) {
    let before = files(folder);
    let run = p21(folder, arguments);
    let said = text(&run);
    assert_eq!(run.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(run.stdout.is_empty(), "{arguments:?}: {said}");
    assert_eq!(said.matches("error: ").count(), 1, "{arguments:?}: {said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("next: ")).count(), 1, "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?} does not say `{word}`: {said}");
    }
    let after = files(folder);
    let names = |all: &BTreeMap<String, Vec<u8>>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after), "{arguments:?} left something");
    assert!(before == after, "{arguments:?} changed a file");
}

/// A folder with definitions: `old` and `new` of `Labor`, `other` of another service.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (side, file, text) in
        [("old", "Labor.json", LABOR), ("new", "Labor.json", LABOR), ("other", "Assembly.json", ASSEMBLY)]
    {
        std::fs::create_dir(folder.path().join(side)).unwrap();
        std::fs::write(folder.path().join(side).join(file), text).unwrap();
    }
    folder
}

/// Every command that reads it.
#[test]
fn a_setting_that_there_is_not() {
    let folder = project();
    std::fs::write(folder.path().join("p21.toml"), "folder = \"old\"\nversoin = \"25.2\"\n").unwrap();
    std::fs::write(folder.path().join("rows.csv"), "id\n1\n").unwrap();
    for arguments in [
        &["fetch", "--all", "--sandbox"][..],
        &["generate", "--out", "src"],
        &["check", "old/Labor.json"],
        &["diff", "old", "new"],
        &["doctor", "--sandbox"],
        &["batch", "run", "--input", "rows.csv", "--map", "map.toml"],
    ] {
        fails(
            folder.path(),
            arguments,
            &["p21.toml:2: there is no setting `versoin`", "expected one of", "next: put line"],
        );
    }
}

#[test]
fn two_folders_of_different_services() {
    let folder = project();
    fails(
        folder.path(),
        &["diff", "old", "other"],
        &["old and other have no service in common", "next: name two folders"],
    );
    let files = ["diff", "old/Labor.json", "other/Assembly.json"];
    fails(folder.path(), &files, &["have no service in common", "next: name two folders, or two files"]);
}

/// A member of another type than it ever had, at any depth, in whatever reads definitions.
#[test]
fn a_definition_that_changed_type() {
    for (from, to, place) in [
        ("\"Required\": true", "\"Required\": \"yes\"", "Required"),
        ("\"KeyFields\": [\"service_labor_id\"]", "\"KeyFields\": \"service_labor_id\"", "KeyFields"),
        ("\"ValidValues\": [\"Direct\", \"Indirect\"]", "\"ValidValues\": {\"Direct\": 1}", "ValidValues"),
        ("\"Name\": \"FORM.labor\"", "\"Name\": 7", "Name"),
    ] {
        let folder = project();
        assert!(LABOR.contains(from), "{from}");
        std::fs::write(folder.path().join("new/Labor.json"), LABOR.replacen(from, to, 1)).unwrap();
        std::fs::write(folder.path().join("set.json"), SET).unwrap();
        for arguments in [
            &["diff", "old", "new"][..],
            &["diff", "new/Labor.json", "old/Labor.json"],
            &["generate", "--definitions", "new", "--out", "src"],
            &["generate", "--definitions", "new", "--crate", "acme", "--name", "acme"],
            &["check", "set.json", "--definitions", "new"],
        ] {
            let next = "next: `cargo p21 fetch --service Labor --refresh --into new` fetches it again";
            fails(folder.path(), arguments, &["new/Labor.json", place, next]);
        }
    }
}

/// A whole JSON that is no definition: an answer of something else, saved by hand.
#[test]
fn a_file_that_is_no_definition() {
    for text in ["[]", "7", "{}", "null", "\u{feff}", "<html></html>"] {
        let folder = project();
        std::fs::write(folder.path().join("new/Labor.json"), text).unwrap();
        fails(folder.path(), &["diff", "old", "new"], &["new/Labor.json", "next: "]);
    }
}

/// The file is whole, and fetching what it is called would be of no use.
#[test]
fn a_definition_under_another_name() {
    let folder = project();
    std::fs::rename(folder.path().join("new/Labor.json"), folder.path().join("new/client.json")).unwrap();
    for arguments in [&["diff", "old", "new"][..], &["generate", "--definitions", "new", "--out", "src"]] {
        let words = [
            "new/client.json: service `Labor`: the file is named after another service; rename it to `Labor.json`",
            "next: rename the file as the line says",
        ];
        fails(folder.path(), arguments, &words);
    }
}

/// Rules are written by people: nothing brings them again.
#[test]
fn a_rules_file_that_is_wrong() {
    let folder = project();
    std::fs::create_dir(folder.path().join("new/rules")).unwrap();
    std::fs::write(folder.path().join("set.json"), SET).unwrap();
    for file in ["Labor", "any"] {
        let path = format!("new/rules/{file}.toml");
        std::fs::write(folder.path().join(&path), "[[length]]\nmax = \"four\"\n").unwrap();
        for arguments in [
            &["generate", "--definitions", "new", "--out", "src"][..],
            &["check", "set.json", "--definitions", "new"],
            &["diff", "old", "new"],
        ] {
            let line = format!("{path}:2: `max`: invalid type");
            fails(folder.path(), arguments, &[&line, &format!("next: put right what the line names in {path}")]);
        }
        std::fs::remove_file(folder.path().join(&path)).unwrap();
    }
}

#[test]
fn a_service_that_the_folder_one_is_in_does_not_have() {
    let folder = project();
    std::fs::write(folder.path().join("set.json"), r#"{"Name": "Order", "Transactions": []}"#).unwrap();
    let here = folder.path().canonicalize().unwrap().join("old");
    let run = p21(&here, &["check", "../set.json", "--definitions", here.to_str().unwrap()]);
    assert!(text(&run).contains("no definition of `Order` in .\n"), "{}", text(&run));
}

/// What cargo can't read is no list of features either.
#[test]
fn a_manifest_that_is_none() {
    let folder = project();
    std::fs::create_dir(folder.path().join("acme")).unwrap();
    std::fs::write(folder.path().join("acme/Cargo.toml"), "[package]\nname = \n").unwrap();
    let arguments = ["generate", "--definitions", "old", "--crate", "acme", "--name", "acme"];
    fails(folder.path(), &arguments, &["acme/Cargo.toml:2: it is no manifest: ", "next: mend what the line names"]);
}

fn definition(name: &str) -> String {
    json!({"Name": name, "TransactionDefinition": {"KeyDefinitions": [], "DataElementDefinitions": [
        {"Name": "FORM.form", "Type": "Form", "KeyFields": ["id"], "FieldDefinitions": [
            {"Name": "id", "DataType": "Char", "Required": true}]}]}})
    .to_string()
}

/// What was fetched of a server that was updated meanwhile is whole, of the older build, and asked for again.
#[test]
fn a_server_that_changes_version_between_two_fetches() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let url = serve(move |path| match path {
        "/common/v1/serverinfo" | "/ui/common/v1/serverinfo" => {
            let build = if count.fetch_add(1, Ordering::SeqCst) == 0 { "26.1.5910.3" } else { "26.1.5940.0" };
            Answer::Json(200, json!({"Result": {"Version/Application Version": build}}).to_string())
        }
        path => match path.strip_prefix("/api/v2/definition/") {
            Some(name) => Answer::Json(200, definition(name)),
            None => Answer::Empty(404),
        },
    });
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["fetch", "--url", &url, "--service", "Alpha", "--into", "out"];
    let run = p21(folder.path(), &arguments);
    let said = text(&run);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains("updated from 26.1.5910.3 to 26.1.5940.0") && said.contains("next: run the same"), "{said}");
    assert_eq!(files(folder.path()).into_keys().collect::<Vec<_>>(), ["out/Alpha.json", "out/manifest.json"]);
    // A diff of it would be of no version: the manifest says of which build each file is.
    let again = p21(folder.path(), &arguments);
    assert!(again.status.success() && text(&again).contains("1 fetched"), "{}", text(&again));
    let manifest = String::from_utf8(files(folder.path())["out/manifest.json"].clone()).unwrap();
    assert!(manifest.contains("26.1.5940") && !manifest.contains("5910"), "{manifest}");
}

/// A connection that ends in the middle of the last definition: what came before it is kept, nothing of it is written.
#[test]
fn a_fetch_that_is_interrupted() {
    let url = serve(|path| match path.strip_prefix("/api/v2/definition/") {
        Some("Beta") => Answer::Cut(definition("Beta")),
        Some(name) => Answer::Json(200, definition(name)),
        None => Answer::Empty(404),
    });
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["fetch", "--url", &url, "--service", "Alpha", "--service", "Beta", "--into", "out"]);
    let said = text(&run);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains("failed: Beta: ") && said.contains("next: run the same command again"), "{said}");
    assert_eq!(said.matches("error: ").count(), 1, "{said}");
    assert_eq!(files(folder.path()).into_keys().collect::<Vec<_>>(), ["out/Alpha.json", "out/manifest.json"]);
}

/// Something stands where a folder has to be; so that root, whom no rights keep off, is kept off, too.
#[test]
fn a_folder_that_is_not_writable() {
    let folder = project();
    std::fs::write(folder.path().join("file"), "mine").unwrap();
    let out = ["generate", "--definitions", "old", "--out", "file"];
    let below = ["generate", "--definitions", "old", "--out", "file/src"];
    let own = ["generate", "--definitions", "old", "--crate", "file/acme", "--name", "acme"];
    let fetch = ["fetch", "--sandbox", "--service", "Labor", "--into", "file"];
    let deep = ["fetch", "--sandbox", "--service", "Labor", "--into", "file/definitions"];
    for arguments in [&out[..], &below, &own, &fetch, &deep, &["man", "file"], &["man", "file/man1"]] {
        fails(folder.path(), arguments, &["file", "next: "]);
    }
}

/// The same by its rights, of whom they keep off.
#[cfg(unix)]
#[test]
fn a_folder_whose_rights_forbid_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = project();
    let shut = folder.path().join("shut");
    std::fs::create_dir(&shut).unwrap();
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(shut.join("probe"), "").is_ok() {
        std::fs::remove_file(shut.join("probe")).unwrap();
        return eprintln!("skipped: rights don't keep this user off");
    }
    for arguments in [
        &["fetch", "--sandbox", "--service", "Labor", "--into", "shut"][..],
        &["generate", "--definitions", "old", "--out", "shut"],
        &["generate", "--definitions", "old", "--crate", "shut", "--name", "acme"],
    ] {
        fails(folder.path(), arguments, &["shut", "next: "]);
    }
}

#[test]
fn rust_that_does_not_parse() {
    let folder = project();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/good.rs"), "fn f() {}").unwrap();
    let new = LABOR.replacen(
        "\"Name\": \"skill_level\", \"Label\": \"Skill Level\", \"DataType\": \"Long\"",
        "\"Name\": \"skill_level\", \"DataType\": \"Char\"",
        1,
    );
    std::fs::write(folder.path().join("new/Labor.json"), new).unwrap();
    for (text, place) in [
        (&b"fn f() {\n    let = 1;\n}\n"[..], "src/bad.rs:2:9: this is no Rust"),
        (b"fn f( {", "src/bad.rs:1:"),
        (b"\xff\xfe", "src/bad.rs is not UTF-8"),
    ] {
        std::fs::write(folder.path().join("src/bad.rs"), text).unwrap();
        for code in ["src", "src/bad.rs", "."] {
            fails(folder.path(), &["diff", "old", "new", "--no-witness", "--code", code], &[place, "next: "]);
        }
    }
}
