//! `cargo p21 explain`, as a user calls it.

use crate::support::{p21, text};

#[test]
fn a_code_is_explained_and_an_unknown_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["explain", "P21-020"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    assert!(text(&run).starts_with("# P21-020"), "{}", text(&run));
    let run = p21(folder.path(), &["explain", "P21-999"]);
    assert_eq!(run.status.code(), Some(2), "{}", text(&run));
    assert!(text(&run).contains("there is no code `P21-999`"), "{}", text(&run));
    let all = p21(folder.path(), &["explain"]);
    assert!(text(&all).contains("P21-001  ") && text(&all).contains("P21-103  "), "{}", text(&all));
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_slice(&p21(folder.path(), &[&["explain", "--format", "json"], arguments].concat()).stdout)
            .unwrap()
    };
    let codes = json(&[]);
    assert!(codes.as_array().unwrap().iter().any(|code| code["code"] == "element-key-added"), "{codes}");
    assert!(json(&["20"])["text"].as_str().unwrap().starts_with("# P21-020"));
}
