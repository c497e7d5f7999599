//! `cargo p21 doctor`, on servers that work and servers that don't.

use serde_json::Value;

use crate::support::{Answer, Sandbox, p21, p21_as, serve, text};

#[test]
fn a_server_that_works_gets_a_verdict_and_no_list_of_complaints() {
    let folder = tempfile::tempdir().unwrap();
    for profile in ["25.2", "26.1"] {
        let sandbox = Sandbox::start(profile);
        let run = p21_as(("sandbox", "sandbox"), folder.path(), &["doctor", "--url", &sandbox.url]);
        let said = text(&run);
        assert_eq!(run.status.code(), Some(0), "{said}");
        assert!(said.starts_with(&format!("verdict: P21 {profile}.")) && said.lines().count() == 1, "{said}");
        for tried in ["login", "router", "a definition (Customer)", "a read", "the pool (5 reads at once;"] {
            assert!(said.contains(tried), "{tried}: {said}");
        }
    }
}

/// What is wrong, what is not tried for that, and the exit code.
fn wrong(url: &str, user: (&str, &str)) -> (Vec<String>, String, Option<i32>) {
    let folder = tempfile::tempdir().unwrap();
    let run = p21_as(user, folder.path(), &["doctor", "--url", url, "--format", "json"]);
    let json: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", text(&run)));
    let problems = json["problems"].as_array().unwrap();
    let what = problems.iter().map(|problem| problem["what"].as_str().unwrap().to_owned()).collect();
    assert!(!text(&run).contains(user.1) || user.1 == "sandbox", "the password is never shown: {}", text(&run));
    (what, json.to_string(), run.status.code())
}

#[test]
fn each_thing_that_is_wrong_is_said_in_words() {
    let (what, said, code) = wrong("http://127.0.0.1:1", ("svc", "s3cret-pass"));
    assert_eq!((what, code), (vec!["login".to_owned()], Some(1)));
    assert!(said.contains("can this machine reach it"), "{said}");

    let sandbox = Sandbox::start("25.2");
    let (what, said, code) = wrong(&sandbox.url, ("sandbox", "s3cret-pass"));
    assert_eq!((what, code), (vec!["login".to_owned()], Some(1)), "{said}");
    assert!(said.contains("check P21_USERNAME and P21_PASSWORD"), "{said}");

    // A login that isn't found is no table that isn't there, and no login that works.
    let (what, said, code) = wrong(&format!("{}/p21", sandbox.url), ("sandbox", "sandbox"));
    assert_eq!((what, code), (vec!["login".to_owned()], Some(1)), "{said}");
    assert!(said.contains("P21 answered 404") && said.contains("check its path"), "{said}");
    assert!(said.contains("\"works\":[]") && !said.contains("company"), "{said}");

    let page = serve(|_| Answer::Html(200, "<html>log in</html>"));
    let (what, said, code) = wrong(&page, ("svc", "s3cret-pass"));
    assert_eq!((what[0].as_str(), code), ("router", Some(1)), "{said}");
    assert!(said.contains("a web page where JSON was asked for"), "{said}");

    let odata = serve(|path| match path {
        "/api/v2/services" => Answer::Json(200, r#"[{"Name": "Undeployed"}]"#.to_owned()),
        _ => Answer::Json(500, r#"{"ErrorMessage": "Window <<Undeployed>> is not available"}"#.to_owned()),
    });
    let (what, said, _) = wrong(&odata, ("svc", "s3cret-pass"));
    assert!(what.contains(&"a definition".to_owned()), "{said}");
}

#[test]
fn a_dirty_pool_is_told_from_other_failures() {
    let labor = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions/25.2/Labor.json");
    let definition = std::fs::read_to_string(labor).unwrap();
    let server = serve(move |path| match path {
        "/api/v2/services" => Answer::Json(200, r#"[{"Name": "Labor"}]"#.to_owned()),
        "/api/v2/definition/Labor" => Answer::Json(200, definition.clone()),
        "/api/v2/transaction/get" => Answer::Json(
            500,
            r#"{"ErrorMessage": "Unexpected response window: Message. Window class: w_message_response"}"#.to_owned(),
        ),
        _ => Answer::Json(200, r#"{"value": []}"#.to_owned()),
    });
    let (what, said, code) = wrong(&server, ("svc", "s3cret-pass"));
    assert_eq!((what, code), (vec!["the pool".to_owned()], Some(1)), "{said}");
    assert!(said.contains("5 of 5 reads met a session in which somebody's call left a dialog open"), "{said}");
}

/// A read that is made again draws another session: what is asked for is each session.
#[test]
fn one_dirty_session_of_a_pool_is_seen() {
    let labor = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions/25.2/Labor.json");
    let definition = std::fs::read_to_string(labor).unwrap();
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let server = serve(move |path| match path {
        "/api/v2/services" => Answer::Json(200, r#"[{"Name": "Labor"}]"#.to_owned()),
        "/api/v2/definition/Labor" => Answer::Json(200, definition.clone()),
        "/api/v2/transaction/get" if reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => Answer::Json(
            500,
            r#"{"ErrorMessage": "Unexpected response window: Message. Window class: w_message_response"}"#.to_owned(),
        ),
        _ => Answer::Json(200, r#"{"value": []}"#.to_owned()),
    });
    let (what, said, code) = wrong(&server, ("svc", "s3cret-pass"));
    assert_eq!((what, code), (vec!["the pool".to_owned()], Some(1)), "{said}");
    assert!(said.contains("1 of 5 reads met a session"), "{said}");
}

#[test]
fn without_a_server_it_is_an_error_and_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["doctor"]);
    assert_eq!(run.status.code(), Some(2), "{}", text(&run));
}
