//! Help texts, a case each in `tests/it/help`: `BLESS=1` writes them anew, and the difference is read before it is
//! committed.

use std::path::{Path, PathBuf};

use crate::support::{p21, text};

fn help(arguments: &[&str]) -> String {
    let run = p21(Path::new(env!("CARGO_MANIFEST_DIR")), arguments);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(!said.contains('\u{1b}'), "colours are for terminals");
    said
}

/// The commands that the help lists.
pub(crate) fn commands() -> Vec<String> {
    let help = help(&["help"]);
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    list.lines().filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
}

#[test]
fn every_help_text_is_what_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/help");
    let case = |name: &str, said: String| {
        let path: PathBuf = folder.join(format!("{name}.txt"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &said).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(said, expected, "{name}: BLESS=1 writes it anew");
    };
    case("p21", help(&["help"]));
    let commands = commands();
    for command in commands.iter().filter(|command| *command != "help") {
        case(command, help(&["help", command]));
        assert_eq!(help(&["help", command]), help(&[command, "--help"]), "{command}");
        assert_eq!(help(&["p21", "help", command]), help(&["help", command]), "as cargo calls it");
    }
    let cases = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(cases, commands.len(), "a case a command, and one of them all in place of `help`");
}
