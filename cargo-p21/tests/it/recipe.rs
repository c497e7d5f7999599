//! `docs/guide/updates-of-p21.md`: the job of every night, run as it stands there.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Sandbox, text};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/updates-of-p21.md");

/// The script of the page.
fn script() -> String {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let script = page.split("<!-- the test of this page runs it -->\n```sh\n").nth(1).unwrap();
    script.split("```").next().unwrap().to_owned()
}

/// A project that runs `cargo p21` as an installed one, whatever cargo is.
fn run(project: &Path, command: &str, url: &str) -> Output {
    let path = format!("{}:{}", project.join("bin").display(), std::env::var("PATH").unwrap());
    Command::new("sh")
        .args(["-c", command])
        .current_dir(project)
        .env("PATH", path)
        .env("P21_BASE_URL", url)
        .env("P21_USERNAME", "sandbox")
        .env("P21_PASSWORD", "sandbox")
        .env("GIT_AUTHOR_NAME", "a")
        .env("GIT_AUTHOR_EMAIL", "a@example.com")
        .env("GIT_COMMITTER_NAME", "a")
        .env("GIT_COMMITTER_EMAIL", "a@example.com")
        .output()
        .unwrap()
}

#[test]
fn the_job_of_every_night_commits_an_update_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path();
    std::fs::create_dir(project.join("bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_cargo-p21"), project.join("bin/cargo")).unwrap();
    std::fs::write(project.join("p21-update.sh"), script()).unwrap();
    std::fs::set_permissions(project.join("p21-update.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings = "folder = \"definitions\"\nservices = [\"TimeEntry\", \"Labor\"]\n[output]\ncrate = \"acme-p21\"\nname = \"acme-p21\"\n";
    std::fs::write(project.join("p21.toml"), settings).unwrap();
    std::fs::write(project.join(".gitignore"), "bin\np21-update.md\n").unwrap();
    let old = Sandbox::start("25.2");
    let first =
        "git init --quiet -b main && cargo p21 fetch && cargo p21 generate && git add . && git commit --quiet -m first";
    let first = run(project, first, &old.url);
    assert!(first.status.success(), "{}", text(&first));
    let branch = |project: &Path| text(&run(project, "git branch --show-current", "")).trim().to_owned();

    let nothing = run(project, "./p21-update.sh", &old.url);
    assert!(nothing.status.success(), "{}", text(&nothing));
    assert_eq!(branch(project), "main", "nothing is new");

    let new = Sandbox::start("26.1");
    let update = run(project, "./p21-update.sh", &new.url);
    assert!(update.status.success(), "{}", text(&update));
    assert!(branch(project).starts_with("p21-update-"), "{}", text(&update));
    let said = text(&run(project, "git show --stat --format=%B", ""));
    assert!(said.starts_with("## P21 25.2"), "{said}");
    assert!(said.contains("element-key-added") && said.contains("stored by new: 2 rows"), "{said}");
    for file in ["definitions/TimeEntry.json", "acme-p21/src/time_entry/labor.rs"] {
        assert!(said.contains(file), "{file}: {said}");
    }
    assert!(!said.contains("definitions/Labor.json"), "it did not change: {said}");
}
