//! Completions and manual pages.

use std::process::Command;

use crate::help::commands;
use crate::support::{p21, text};

#[test]
fn every_shell_has_its_completions() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = p21(folder.path(), &["completions", shell]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run));
        for command in commands() {
            assert!(text(&run).contains(&command), "{shell}: {command}");
        }
    }
}

/// As bash does it, where there is one.
#[test]
fn bash_completes_commands_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("cargo-p21.bash");
    std::fs::write(&script, p21(folder.path(), &["completions", "bash"]).stdout).unwrap();
    let complete = |words: &str| {
        let asked = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             completes=$(complete -p cargo-p21 | sed 's/.*-F \\([^ ]*\\) .*/\\1/'); \
             $completes cargo-p21 \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
             echo \"${{COMPREPLY[*]}}\"",
            script.display()
        );
        let run = Command::new("bash").args(["-c", &asked]).output();
        run.ok().map(|run| text(&run))
    };
    let Some(commands) = complete("cargo-p21 d") else { return eprintln!("skipped: no bash") };
    assert_eq!(commands.trim(), "diff doctor");
    let options = complete("cargo-p21 diff a b --no").unwrap();
    assert_eq!(options.trim(), "--no-witness");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["man", "man1"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    for command in commands().iter().filter(|command| *command != "help") {
        let page = std::fs::read_to_string(folder.path().join(format!("man1/cargo-p21-{command}.1"))).unwrap();
        assert!(page.starts_with(".ie") || page.contains(".TH"), "{command}: {page}");
        assert!(page.contains("Examples:"), "{command}");
    }
    assert!(folder.path().join("man1/cargo-p21.1").is_file());
}
