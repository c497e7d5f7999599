//! What a killed program leaves goes with the next one; what somebody writes, or what is not ours, stays.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use p21_files::{Temporary, write};

const FOLDER: &str = "P21_FILES_TEST_FOLDER";

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Not a test by itself: the program that is killed while it writes.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut file = Temporary::in_folder(folder.as_ref()).unwrap();
    file.write_all(b"half").unwrap();
    println!("writing");
    std::thread::sleep(std::time::Duration::from_secs(600));
}

fn start_victim(folder: &std::path::Path) -> std::process::Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["killed::victim", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("writing") {
        assert!(std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0, "the victim ended early");
    }
    child
}

#[test]
fn what_a_killed_program_left_goes_and_what_another_writes_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut killed = start_victim(folder.path());
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(names(folder.path()).len(), 1, "the victim leaves its file");
    let mut alive = start_victim(folder.path());
    let its = names(folder.path());
    assert_eq!(its.len(), 1, "the second one removed what the first left");
    write(&folder.path().join("Order.json"), "{}").unwrap();
    assert_eq!(names(folder.path()).len(), 2, "the second one is still writing: {:?}", names(folder.path()));
    alive.kill().unwrap();
    alive.wait().unwrap();
}

#[test]
fn what_others_named_stays() {
    let folder = tempfile::tempdir().unwrap();
    let others =
        [".p21-", ".p21-notes.tmp", ".p21-abcdefg.tmp", ".p21-abc_efgh.tmp", "p21-abcdefgh.tmp", ".p21-abcdefgh"];
    for name in others {
        fs::write(folder.path().join(name), "mine").unwrap();
    }
    fs::create_dir(folder.path().join(".p21-folder12.tmp")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join(".p21-"), folder.path().join(".p21-linklink.tmp")).unwrap();
    fs::write(folder.path().join(".p21-Abcdef12.tmp"), "left over").unwrap();
    let before = names(folder.path()).len();
    write(&folder.path().join("Order.json"), "{}").unwrap();
    let after = names(folder.path());
    assert_eq!(after.len(), before, "one went, one came: {after:?}");
    assert!(!after.contains(&".p21-Abcdef12.tmp".to_owned()));
}

#[test]
fn a_refused_write_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("Order.json")).unwrap();
    write(&folder.path().join("Order.json"), "{}").unwrap_err();
    assert_eq!(names(folder.path()), ["Order.json"]);
}
