//! `docs/guide/from-the-sdk.md` has every method of the published clients and of the SDK.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn page() -> String {
    std::fs::read_to_string(repository("docs/guide/from-the-sdk.md")).unwrap()
}

/// What stands in the columns that name other clients.
fn listed() -> BTreeSet<String> {
    let page = page();
    let (mut columns, mut names) = (0, BTreeSet::new());
    for line in page.lines() {
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if !line.starts_with('|') {
            columns = 0;
        } else if cells.last() == Some(&"here") {
            columns = cells.len() - 1;
        } else if columns > 0 {
            let named = cells.iter().take(columns).flat_map(|cell| cell.split('`').skip(1).step_by(2));
            names.extend(named.map(str::to_owned));
        }
    }
    names
}

/// The methods that a published text defines, in Python and in C#, and those of the SDK that it names.
fn defined(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        let python = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ");
        let is_method = ["public ", "private "].iter().any(|start| line.starts_with(start)) && line.contains('(');
        let c_sharp = is_method.then(|| line.split('(').next().unwrap_or_default());
        // A constructor has the name of its class, and a property's default may call something.
        let c_sharp = c_sharp.filter(|head| !head.contains('=') && head.split_whitespace().count() > 2);
        let named = python.map(|rest| rest.split('(').next().unwrap_or_default());
        let named = named.or(c_sharp.and_then(|head| head.split_whitespace().last()));
        // One whose return type stands in the line before.
        let named = named.or(line.strip_suffix('(').filter(|name| name.ends_with("Async")));
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        names.extend(named.filter(is_name).map(str::to_owned));
        if let Some((before, _)) = line.split_once("() (SDK)") {
            names.extend(before.split_whitespace().last().map(str::to_owned));
        }
        // As the SDK is used.
        if let Some((_, call)) = line.split_once("porgwindow.") {
            names.extend(call.split('(').next().map(str::to_owned));
        }
        if let Some((method, path)) = line.split_once(" /uiserver0/ui/") {
            let path = path.split_whitespace().next().unwrap_or_default();
            names.insert(format!("{method} /ui/{path}"));
        }
    }
    names
}

#[test]
fn methods_are_read_as_they_are_published() {
    let text = "async def change_data(\npublic async Task<JObject> GetDataAsync()\npublic P21Client(string base)\n\
                public List<string> Messages { get; init; } = new();\nporgwindow.ChangeData(\"a\");\nCall GetState() (SDK) or\n\
                PUT /uiserver0/ui/interactive/v1/tab Change tab\nclass Window:\nprivate void SetAuthHeaders()";
    let due = ["ChangeData", "GetDataAsync", "GetState", "PUT /ui/interactive/v1/tab", "SetAuthHeaders", "change_data"];
    assert_eq!(defined(text), due.map(str::to_owned).into());
}

#[test]
fn every_published_method_is_in_the_table() {
    let listed = listed();
    assert!(listed.len() > 90, "{}", listed.len());
    let folder = repository("../shared/seeds");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert!(std::env::var_os("CI").is_none(), "CI needs the published clients in ../shared/seeds");
        eprintln!("skipped: no published clients in ../shared/seeds");
        return;
    };
    let mut defined_there = BTreeSet::new();
    for entry in entries {
        defined_there.extend(defined(&std::fs::read_to_string(entry.unwrap().path()).unwrap()));
    }
    assert!(defined_there.len() > 80, "{defined_there:?}");
    let missing: Vec<_> = defined_there.difference(&listed).collect();
    assert!(missing.is_empty(), "docs/guide/from-the-sdk.md lacks {missing:?}");
    let invented: Vec<_> = listed.difference(&defined_there).collect();
    assert!(invented.is_empty(), "nobody has published {invented:?}");
}
