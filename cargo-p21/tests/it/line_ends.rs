//! Files as Windows writes them: every reader takes `\r\n`, lines are counted as without, and nothing that is written has any.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::path::Path;

use p21_client::{Client, Credentials};
use serde_json::Value;

use crate::support::{Sandbox, p21, p21_as, text};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Writes a text with the ends of lines that Windows has.
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text.replace("\r\n", "\n").replace('\n', "\r\n")).unwrap();
}

fn published(version: &str, service: &str) -> String {
    std::fs::read_to_string(format!("{REPOSITORY}/definitions/{version}/{service}.json")).unwrap()
}

/// Every file below a folder, whose lines end as they do anywhere.
fn is_plain(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += is_plain(&path);
        } else {
            assert!(!std::fs::read(&path).unwrap().contains(&b'\r'), "{}", path.display());
            files += 1;
        }
    }
    files
}

/// `p21.toml`, definitions, a manifest and rules: the bindings are the same, byte for byte.
#[test]
fn bindings_do_not_depend_on_the_ends_of_lines() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, windows) = (folder.path().join("plain"), folder.path().join("windows"));
    let rules = "service = \"Labor\"\n\n[[note]]\nelement = \"FORM.labor\"\nconsequence = \"\"\"\nOne line,\nand another.\"\"\"\n\
                 evidence = \"documented\"\n";
    let files = [
        (
            "p21.toml",
            "folder = \"definitions\"\nservices = [\n  \"Labor\",\n]\n\n[output]\nfolder = \"src\"\n".to_owned(),
        ),
        ("definitions/Labor.json", published("25.2", "Labor")),
        ("definitions/rules/Labor.toml", rules.to_owned()),
        ("definitions/manifest.json", "{\n  \"p21_version\": \"25.2\"\n}\n".to_owned()),
    ];
    for (name, text) in &files {
        std::fs::create_dir_all(plain.join(name).parent().unwrap()).unwrap();
        std::fs::write(plain.join(name), text).unwrap();
        write(&windows.join(name), text);
    }
    for project in [&plain, &windows] {
        let run = p21(project, &["generate"]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run));
        assert!(text(&run).contains("1 services of P21 25.2"), "{}", text(&run));
    }
    assert!(is_plain(&windows.join("src")) > 5);
    let header = |project: &Path| std::fs::read_to_string(project.join("src/labor/header.rs")).unwrap();
    assert_eq!(header(&plain), header(&windows));
    // As git writes a checkout there.
    let labor = windows.join("src/labor.rs");
    let generated = std::fs::read_to_string(&labor).unwrap();
    write(&labor, &generated);
    let check = p21(&windows, &["generate", "--check"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check));
}

/// Mistakes are told in the line in which they stand, with nothing of the line's end in them.
#[test]
fn mistakes_have_the_line_that_an_editor_shows() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("old/Labor.json"), &published("25.2", "Labor"));
    write(&at("new/Labor.json"), &published("25.2", "Labor").replace("\"Type\": \"List\"", "\"Type\": 7"));
    write(&at("ruled/Labor.json"), &published("25.2", "Labor"));
    write(
        &at("ruled/rules/Labor.toml"),
        "service = \"Labor\"\n\n[[note]]\nelement = \"FORM.labour\"\nconsequence = \"x\"\nevidence = \"documented\"\n",
    );
    write(&at("bad.toml"), "folder = \"old\"\n\nversoin = \"25.2\"\n");
    write(&at("accept.toml"), "\n[[accept]]\nfingerprint = \"0123456789ab\"\ndate = \"2026-11-22\"\n");
    write(&at("src/lib.rs"), "fn f() {\n    let = 1;\n}\n");
    write(&at("cut.json"), "{\n  \"Name\": \"Labor\",\n  \"Transactions\": [\n");
    for (arguments, problem) in [
        (&["generate", "--out", "out", "--config", "bad.toml"][..], "bad.toml:3: there is no setting `versoin`"),
        (&["diff", "old", "old", "--accept", "accept.toml"], "accept.toml:2: missing field `reason`"),
        (&["diff", "old", "new"], "new/Labor.json: service `Labor`, element"),
        (&["generate", "--definitions", "ruled", "--out", "out"], "warning: ruled/rules/Labor.toml:3: "),
        (
            &["diff", "published:25.2", "published:26.1", "--no-witness", "--code", "src"],
            "src/lib.rs:2:9: this is no Rust",
        ),
        (&["check", "cut.json"], "cut.json"),
    ] {
        let run = p21(folder.path(), arguments);
        let said = text(&run);
        assert_eq!(run.status.code() == Some(0), problem.starts_with("warning"), "{arguments:?}: {said}");
        assert!(said.contains(problem), "{arguments:?}: {said}");
        assert!(!said.contains('\r'), "{arguments:?}: {said:?}");
    }
}

/// What was fetched and checked out by git on Windows is not fetched again, nor taken for changed.
#[test]
fn what_git_checked_out_counts_as_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let fetch = || {
        let run = p21(folder.path(), &["fetch", "--sandbox", "--service", "Labor", "--format", "json"]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run));
        assert!(!text(&run).contains('\r'));
        serde_json::from_slice::<Value>(&run.stdout).unwrap()
    };
    assert_eq!(fetch()["new"], serde_json::json!(["Labor"]));
    assert_eq!(is_plain(&folder.path().join("definitions")), 2);
    for name in ["Labor.json", "manifest.json"] {
        let file = folder.path().join("definitions").join(name);
        let fetched = std::fs::read_to_string(&file).unwrap();
        write(&file, &fetched);
    }
    let again = fetch();
    assert_eq!((&again["fetched"], &again["kept"]), (&serde_json::json!(0), &serde_json::json!(1)), "{again}");
}

/// Accepted findings, and a difference of files of either kind.
#[test]
fn a_difference_is_none_of_line_ends() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("windows/Labor.json"), &published("25.2", "Labor"));
    std::fs::create_dir(at("plain")).unwrap();
    std::fs::write(at("plain/Labor.json"), published("25.2", "Labor")).unwrap();
    let same = p21(folder.path(), &["diff", "plain", "windows"]);
    assert!(same.status.success() && text(&same).contains("0 silent, 0 breaking, 0 harmless"), "{}", text(&same));
    let sides = ["diff", "windows", "new", "--no-witness", "--format"];
    write(
        &at("new/Labor.json"),
        &published("25.2", "Labor").replace("\"KeyFields\": [\"location_id\"]", "\"KeyFields\": []"),
    );
    let json = p21(folder.path(), &[&sides[..], &["json"]].concat());
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    let entry = format!(
        "[[accept]]\nfingerprint = {}\nreason = \"\"\"\nlooked at,\nand fine\"\"\"\ndate = \"2026-11-22\"\n",
        json["changes"][0]["fingerprint"]
    );
    write(&at("p21.accept.toml"), &entry);
    for format in ["text", "markdown", "json"] {
        let run = p21(folder.path(), &[&sides[..], &[format]].concat());
        assert_eq!(run.status.code(), Some(0), "{format}: {}", text(&run));
        assert!(!run.stdout.contains(&b'\r'), "{format}: {}", text(&run));
    }
}

/// A map, rows of either kind, and a sandbox's own data.
#[test]
fn rows_maps_and_seeds_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(
        &at("own.toml"),
        "[[item]]\nitem = \"BOLT-10\"\ndescription = \"Bolt M10\"\nlocations = [\"100\"]\nquantity = 5\n",
    );
    write(&at("boxes.csv"), "item,unit,size\nBOLT-10,BX,50\n");
    let seeds =
        ["--seed", at("own.toml").to_str().unwrap(), "--seed", at("boxes.csv").to_str().unwrap()].map(str::to_owned);
    let sandbox = Sandbox::start_with(&seeds.each_ref().map(String::as_str));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
    let client = Client::builder(&sandbox.url).credentials(credentials).build().unwrap();
    let rows = |table: &str, column: &'static str| -> Vec<String> {
        let rows: Vec<Value> = runtime.block_on(client.table(table).select([column]).rows()).unwrap();
        rows.iter().map(|row| row[column].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(rows("inv_mast", "item_desc").contains(&"Bolt M10".to_owned()));
    assert!(rows("item_uom", "unit_of_measure").contains(&"BX".to_owned()));

    write(
        &at("map.toml"),
        "service = \"SalesPriceBook\"\nsettle = \"key\"\n\n[element.header]\nprice_book_id = \"id\"\n\
                            price_book_description = \"text\"\nrow_status_flag = { value = \"Active\" }\n",
    );
    write(&at("a.csv"), "id,text\nCSV-1,One\nCSV-2,\n");
    write(&at("b.jsonl"), "{\"id\": \"LINE-1\", \"text\": \"One\"}\n\n{\"id\": \"LINE-2\", \"text\": \"Two\"}\n");
    let batch = |arguments: &[&str]| {
        let url = ["--url", &sandbox.url];
        p21_as((p21_sandbox::USER, p21_sandbox::PASSWORD), folder.path(), &[&["batch"], arguments, &url].concat())
    };
    let csv = batch(&["run", "--input", "a.csv", "--map", "map.toml"]);
    assert_eq!(csv.status.code(), Some(1), "{}", text(&csv));
    let lines = batch(&["run", "--input", "b.jsonl", "--map", "map.toml"]);
    assert_eq!(lines.status.code(), Some(0), "{}", text(&lines));
    let descriptions = rows("price_book", "description");
    assert_eq!(
        descriptions.iter().filter(|text| ["One", "Two"].contains(&text.as_str())).count(),
        3,
        "{descriptions:?}"
    );
    let failures = ["batch", "failures", "--run", "a", "--rows", "again.csv", "--report", "report.csv"];
    let failures = p21(folder.path(), &failures);
    assert!(text(&failures).contains("a.csv:3: "), "{}", text(&failures));
    for file in ["again.csv", "report.csv"] {
        let written = std::fs::read_to_string(at(file)).unwrap();
        assert!(!written.contains('\r'), "{file}: {written:?}");
    }
}

/// Payloads, JSON and XML, and the pages that are part of the program.
#[test]
fn payloads_are_checked_in_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let set = "{\"Name\": \"Labor\",\n\"Transactions\": [{\"Status\": \"New\", \"DataElements\": [\n{\"Name\": \"FORM.labor\", \"Type\": \"Form\", \"Rows\": [{\"Edits\": [\n{\"Name\": \"no_such\", \"Value\": \"A\"}]}]}]}]}\n";
    std::fs::write(folder.path().join("plain.json"), set).unwrap();
    write(&folder.path().join("windows.json"), set);
    let places = |file: &str| -> Value {
        let run = p21(folder.path(), &["check", file, "--format", "json"]);
        assert_eq!(run.status.code(), Some(1), "{}", text(&run));
        let said = String::from_utf8(run.stdout).unwrap();
        assert!(!said.contains('\r') && !said.contains("\\r"), "{said}");
        serde_json::from_str(&said.replace(file, "FILE")).unwrap()
    };
    assert_eq!(places("plain.json"), places("windows.json"));
    let said = text(&p21(folder.path(), &["check", "windows.json"]));
    assert!(said.contains("windows.json:4:") && !said.contains('\r'), "{said}");
    assert_eq!(said, text(&p21(folder.path(), &["check", "plain.json"])).replace("plain.json", "windows.json"));
    let page = p21(folder.path(), &["explain", "P21-003"]);
    assert!(page.status.success() && !page.stdout.contains(&b'\r'));
}
