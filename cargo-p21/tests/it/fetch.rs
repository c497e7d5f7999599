//! `cargo p21 fetch` against servers that behave, and servers that don't.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use support::{Answer, cargo_of_generated, p21, serve, text};

fn definition(name: &str) -> String {
    json!({"Name": name, "TransactionDefinition": {"KeyDefinitions": [], "DataElementDefinitions": [
        {"Name": "FORM.form", "Type": "Form", "KeyFields": ["id"], "FieldDefinitions": [
            {"Name": "id", "DataType": "Char", "Required": true},
            {"Name": "carrier", "DataType": "Char", "ValidValues": ["Fast Freight"]},
            {"Name": "ufc_color", "DataType": "Char"}]}]}})
    .to_string()
}

/// A server with three good services, one that is not deployed, and one for each way to misbehave.
fn mixed() -> String {
    serve(|path| {
        match path {
        "/api/v2/services" => {
            let names = ["Alpha", "Beta", "Gamma", "Undeployed", "../../x", "a/b", "Html", "Lies", "Cut"];
            Answer::Json(200, json!(names.map(|name| json!({"Name": name}))).to_string())
        }
        "/api/v2/definition/Undeployed" => Answer::Json(
            500,
            json!({"ErrorMessage": "Window <<Undeployed>> is not available or user does not have permission to open it"}).to_string(),
        ),
        "/api/v2/definition/Html" => Answer::Html(200, "<html><body>maintenance</body></html>"),
        "/api/v2/definition/Lies" => Answer::Json(200, definition("Other")),
        "/api/v2/definition/Cut" => Answer::Cut(definition("Cut")),
        path => match path.strip_prefix("/api/v2/definition/") {
            Some(name) if ["Alpha", "Beta", "Gamma"].contains(&name) => Answer::Json(200, definition(name)),
            _ => Answer::Empty(404),
        },
    }
    })
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn good_services_are_stored_and_the_others_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = p21(folder.path(), &["fetch", "--url", &mixed(), "--all", "--into", "out"]);
    let said = text(&run);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert_eq!(files(&out), ["Alpha.json", "Beta.json", "Gamma.json", "manifest.json"]);
    let refused = &manifest(&out)["refused"];
    assert!(refused["Undeployed"]["text"].as_str().unwrap().contains("Window <<Undeployed>>"), "{refused}");
    assert_eq!(refused["Undeployed"]["status"], 500);
    for hostile in ["../../x", "a/b"] {
        assert!(refused[hostile]["text"].as_str().unwrap().contains("can't be a file name"), "{refused}");
    }
    assert!(refused["Lies"]["text"].as_str().unwrap().contains("the definition of `Other`"), "{refused}");
    assert!(said.contains("failed: Html"), "{said}");
    assert!(said.contains("failed: Cut"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert_eq!(files(folder.path()), ["out"], "nothing outside of the folder");
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let url = mixed();
    let first = p21(folder.path(), &["fetch", "--url", &url, "--service", "Alpha", "--into", "out"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first));
    // A file that is not what the manifest says counts as not fetched.
    std::fs::write(folder.path().join("out/Beta.json"), "half").unwrap();
    let second =
        p21(folder.path(), &["fetch", "--url", &url, "--service", "Alpha", "--service", "Beta", "--into", "out"]);
    assert!(text(&second).contains("1 fetched (3 fields), 1 kept"), "{}", text(&second));
    assert!(std::fs::read_to_string(folder.path().join("out/Beta.json")).unwrap().contains("\"Beta\""));
}

#[test]
fn sanitising_takes_out_what_is_the_sites_own() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["fetch", "--url", &mixed(), "--service", "Alpha", "--sanitize", "--into", "out"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    let stored = std::fs::read_to_string(folder.path().join("out/Alpha.json")).unwrap();
    assert!(!stored.contains("ufc_") && !stored.contains("Fast Freight"), "{stored}");
    assert!(stored.contains("\"ValidValuesRedacted\": true"), "{stored}");
}

/// The whole run fails with one clear error, and nothing is written.
fn fails(answer: fn(&str) -> Answer, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let url = serve(answer);
    let run = p21(folder.path(), &["fetch", "--url", &url, "--all", "--into", "out"]);
    let said = text(&run);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains(expected), "expected `{expected}` in: {said}");
    assert!(said.matches("error:").count() == 1 && !said.contains("panicked"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_server_that_refuses_the_user_is_one_error() {
    fails(|_| Answer::Json(401, r#"{"error":"invalid_token"}"#.to_owned()), "401");
}

#[test]
fn a_web_page_is_one_error() {
    fails(|_| Answer::Html(200, "<html>hello</html>"), "a web page where JSON was asked for");
}

#[test]
fn redirects_in_a_loop_are_one_error() {
    fails(|_| Answer::Redirect("/ui/api/v2/services".to_owned()), "redirect");
}

#[test]
fn a_body_that_never_ends_is_one_error() {
    fails(|_| Answer::Endless, "larger than");
}

#[test]
fn services_of_another_shape_are_one_error() {
    fails(|_| Answer::Json(200, "42".to_owned()), "makes no sense");
}

#[test]
fn usage_errors_exit_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in
        [&["fetch"][..], &["fetch", "--all", "--sandbox", "--url", "x"], &["nonsense"], &["generate", "--name", "x"]]
    {
        assert_eq!(p21(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    let nowhere = p21(folder.path(), &["fetch", "--all"]);
    assert!(text(&nowhere).contains("name the server with --url, P21_BASE_URL"), "{}", text(&nowhere));
}

#[test]
fn nothing_fetched_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let login = serve(|_| Answer::Html(200, "<html><form>log in</form></html>"));
    let fetch =
        |url: &str, service: &str| p21(folder.path(), &["fetch", "--url", url, "--service", service, "--into", "out"]);
    let page = fetch(&login, "Alpha");
    assert_eq!(page.status.code(), Some(2), "{}", text(&page));
    assert!(text(&page).contains("failed: Alpha: a web page") || text(&page).contains("web page"), "{}", text(&page));
    let none = fetch(&mixed(), "Undeployed");
    assert_eq!(none.status.code(), Some(2), "{}", text(&none));
    assert!(text(&none).contains("nothing was fetched"), "{}", text(&none));
}

#[test]
fn two_runs_into_one_folder_lose_nothing_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let url = serve(|path| match path.strip_prefix("/api/v2/definition/") {
        Some(name) => Answer::Json(200, definition(name)),
        None => Answer::Empty(404),
    });
    let run = |names: std::ops::Range<usize>| {
        let mut arguments: Vec<String> = ["fetch", "--url", &url, "--into", "out"].map(str::to_owned).into();
        arguments.extend(names.flat_map(|n| ["--service".to_owned(), format!("Service{n}")]));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        p21(folder.path(), &arguments)
    };
    std::thread::scope(|scope| {
        let runs = [0..40, 40..80, 80..120].map(|names| scope.spawn(|| run(names)));
        for run in runs {
            let run = run.join().unwrap();
            assert_eq!(run.status.code(), Some(0), "{}", text(&run));
        }
    });
    let manifest = manifest(&folder.path().join("out"));
    assert_eq!(manifest["services"].as_object().unwrap().len(), 120, "{manifest}");
}

/// Names that files, Windows, cargo or the bindings keep for something else.
const KEPT: [&str; 20] = [
    "manifest",
    "any",
    "rules",
    "off",
    "Lib",
    "Main",
    "Bin",
    "Model",
    "Default",
    "Full",
    "client",
    "bindings",
    "v1",
    "con",
    "Aux",
    "com1",
    "prelude",
    "derive",
    "Self",
    "generated",
];

/// From the server to bindings that compile, with rules for each.
#[test]
fn services_of_any_name_are_fetched_generated_and_compiled() {
    let server = serve(|path| match path.strip_prefix("/api/v2/definition/") {
        Some(name) if KEPT.contains(&name) => Answer::Json(200, definition(name)),
        _ if path == "/api/v2/services" => Answer::Json(200, json!(KEPT.map(|name| json!({"Name": name}))).to_string()),
        _ => Answer::Empty(404),
    });
    let folder = tempfile::tempdir().unwrap();
    let fetch = ["fetch", "--url", &server, "--all", "--into", "out"];
    let run = p21(folder.path(), &fetch);
    assert!(run.status.success(), "{}", text(&run));
    let found = manifest(&folder.path().join("out"));
    assert_eq!(found["services"].as_object().unwrap().len(), KEPT.len(), "{found}");
    // Nothing is fetched twice.
    let again = p21(folder.path(), &fetch);
    assert!(again.status.success(), "{}", text(&again));
    assert_eq!(manifest(&folder.path().join("out")), found);

    let rules = folder.path().join("out/rules");
    std::fs::create_dir(&rules).unwrap();
    for name in KEPT {
        let stem = p21_model::name::file_stem(name).unwrap();
        let text = format!(
            "service = \"{name}\"\n\n[alias]\nonly = \"FORM.form\"\n\n[[note]]\nelement = \"only\"\n\
             consequence = \"A note about {name}.\"\nevidence = \"verified on 26.1\"\n"
        );
        std::fs::write(rules.join(format!("{stem}.toml")), text).unwrap();
    }
    let arguments =
        ["generate", "--definitions", "out", "--p21-version", "25.2", "--crate", "kept", "--name", "kept-p21"];
    let run = p21(folder.path(), &arguments);
    assert!(run.status.success(), "{}", text(&run));
    let check = cargo_of_generated(
        &folder.path().join("kept"),
        &["check", "--quiet", "--no-default-features", "--features", "full"],
    );
    assert!(check.status.success() && check.stderr.is_empty(), "{}", text(&check));
    for name in KEPT {
        let noted =
            walk(&folder.path().join("kept")).iter().any(|text| text.contains(&format!("A note about {name} (")));
        assert!(noted, "the rules of {name} are not in its bindings");
    }
}

/// The texts of the Rust files below a folder.
fn walk(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(walk(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    texts
}

/// A server of a build, which the test can update, with one service whose definition it can change.
fn changing(build: &'static str) -> (String, Arc<Mutex<(&'static str, bool)>>) {
    let state = Arc::new(Mutex::new((build, false)));
    let now = Arc::clone(&state);
    let url = serve(move |path| {
        let (build, is_changed) = *now.lock().unwrap();
        match path {
            "/common/v1/serverinfo" | "/ui/common/v1/serverinfo" => {
                let text = json!({"Result": {"Version/Application Version": build}});
                Answer::Json(200, text.to_string())
            }
            "/api/v2/services" => Answer::Json(200, r#"[{"Name": "Alpha"}, {"Name": "Beta"}]"#.to_owned()),
            "/api/v2/definition/Alpha" if is_changed => {
                Answer::Json(200, definition("Alpha").replace("carrier", "freight"))
            }
            path => match path.strip_prefix("/api/v2/definition/") {
                Some(name) => Answer::Json(200, definition(name)),
                None => Answer::Empty(404),
            },
        }
    });
    (url, state)
}

#[test]
fn an_updated_server_is_asked_again_and_only_what_changed_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (url, state) = changing("26.1.5910.3");
    let arguments = ["fetch", "--url", &url, "--all", "--into", "out", "--format", "json"];
    let fetch = || -> Value {
        let run = p21(folder.path(), &arguments);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run));
        serde_json::from_slice(&run.stdout).unwrap()
    };
    assert_eq!(fetch()["new"], json!(["Alpha", "Beta"]));
    let found = manifest(&folder.path().join("out"));
    assert_eq!((&found["build"], &found["whole"]), (&json!("26.1.5910.3"), &json!(true)));
    assert_eq!(found["services"]["Alpha"]["build"], "26.1.5910.3");
    assert!(found["fetched"].is_string() && found["services"]["Alpha"]["since"].is_string(), "{found}");
    let again = fetch();
    assert_eq!((&again["fetched"], &again["kept"]), (&json!(0), &json!(2)));
    let written = |name: &str| std::fs::metadata(folder.path().join("out").join(name)).unwrap().modified().unwrap();
    let before = (written("Alpha.json"), written("Beta.json"));
    *state.lock().unwrap() = ("26.1.5940.0", true);
    let updated = fetch();
    assert_eq!((&updated["fetched"], &updated["changed"]), (&json!(2), &json!(["Alpha"])), "{updated}");
    assert!(written("Alpha.json") != before.0 && written("Beta.json") == before.1);
    assert_eq!(manifest(&folder.path().join("out"))["services"]["Beta"]["build"], "26.1.5940.0");
}

#[test]
fn a_server_that_is_updated_meanwhile_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let asked = Arc::new(Mutex::new(0));
    let url = serve(move |path| match path {
        "/common/v1/serverinfo" | "/ui/common/v1/serverinfo" => {
            let mut asked = asked.lock().unwrap();
            *asked += 1;
            let build = if *asked == 1 { "26.1.5910.3" } else { "26.1.5940.0" };
            Answer::Json(200, json!({"Result": {"Version/Application Version": build}}).to_string())
        }
        path => match path.strip_prefix("/api/v2/definition/") {
            Some(name) => Answer::Json(200, definition(name)),
            None => Answer::Empty(404),
        },
    });
    let arguments = ["fetch", "--url", &url, "--service", "Alpha", "--into", "out"];
    let run = p21(folder.path(), &arguments);
    assert_eq!(run.status.code(), Some(2), "{}", text(&run));
    assert!(text(&run).contains("was updated from 26.1.5910.3 to 26.1.5940.0"), "{}", text(&run));
    let again = p21(folder.path(), &arguments);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
    assert!(text(&again).contains("1 fetched"), "what is of the older build is asked for again: {}", text(&again));
}

/// Reports are never listed: those that are there are fetched again with all others.
#[test]
fn a_report_that_was_fetched_once_is_not_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (url, _) = changing("26.1.5940.0");
    let fetch = |more: &[&str]| {
        let run = p21(folder.path(), &[&["fetch", "--url", &url, "--into", "out", "--format", "json"], more].concat());
        serde_json::from_slice::<Value>(&run.stdout).unwrap()
    };
    assert_eq!(fetch(&["--service", "m_picktickets"])["new"], json!(["m_picktickets"]));
    let all = fetch(&["--all", "--refresh"]);
    assert_eq!((&all["fetched"], &all["new"]), (&json!(3), &json!(["Alpha", "Beta"])));
}
