//! Without the feature `client` nothing of HTTP is compiled.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::process::Command;

fn dependencies(features: &[&str]) -> String {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .args(features)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    String::from_utf8(tree.stdout).unwrap()
}

#[test]
fn bindings_alone_depend_on_no_http() {
    let is_http = |line: &str| {
        ["p21-client ", "reqwest ", "hyper ", "tokio ", "rustls ", "url "].iter().any(|name| line.starts_with(name))
    };
    let bare = dependencies(&["--no-default-features", "--features", "full"]);
    assert!(bare.contains("p21-model "), "{bare}");
    assert_eq!(bare.lines().filter(|line| is_http(line)).collect::<Vec<_>>(), [""; 0]);
    assert!(dependencies(&[]).lines().any(is_http), "the client is on by default");
}
