//! What is said about an input and a run, and the progress bar.

use std::time::Instant;

use super::{Desk, MAP, RUN};

#[test]
fn a_spreadsheets_semicolons_and_windows_1252_are_taken_where_they_are_said() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    desk.write("books.csv", b"id;text;owner\r\nWIN-1;caf\xE9 \x80 5;x\r\nWIN-2;last;y");
    let (code, said) = desk.says(&[&RUN[..], &["--delimiter", ";"]].concat());
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("books.csv:2: column 10: byte 0xE9 is no UTF-8") && said.contains("--windows-1252"),
        "{said}"
    );
    assert!(desk.there("price_book", "price_book_id", "WIN-").is_empty(), "nothing is sent");
    let (code, said) = desk.says(&[&RUN[..], &["--windows-1252", "--run", "commas"]].concat());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("books.csv has no column `id`; there are id;text;owner"), "{said}");
    let all = ["--delimiter", ";", "--windows-1252", "--run", "spreadsheet"];
    let (code, said) = desk.says(&[&RUN[..], &all].concat());
    assert_eq!(code, 1, "{said}");
    let (_, failures) = desk.says(&["failures", "--run", "spreadsheet", "--rows", "again.csv"]);
    assert!(failures.contains("may be cut off") && failures.contains("--allow-no-final-newline"), "{failures}");
    assert_eq!(desk.read("again.csv"), "\u{feff}id;text;owner\nWIN-2;last;y\n", "it is mended as it was written");
    assert_eq!(desk.there("price_book", "description", "caf"), ["café € 5"]);
    let whole = [&all[..4], &["whole", "--allow-no-final-newline"]].concat();
    let (code, said) = desk.says(&[&RUN[..], &whole].concat());
    assert_eq!(code, 0, "{said}");
    assert_eq!(desk.there("price_book", "price_book_id", "WIN-"), ["WIN-1", "WIN-2"]);
    for delimiter in ["ab", "é", ""] {
        let (code, said) = desk.says(&[&RUN[..], &["--delimiter", delimiter]].concat());
        assert!(code == 2 && said.contains("one character of ASCII, or `\\t`"), "{said}");
    }
}

#[test]
fn a_run_goes_no_faster_than_its_rate() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    let rows: String = (0..5).map(|number| format!("RATE-{number}\tBook\tx\n")).collect();
    desk.write("books.csv", format!("id\ttext\towner\n{rows}"));
    for rate in ["0", "-1", "fast", "inf"] {
        let (code, said) = desk.says(&[&RUN[..], &[&format!("--rate={rate}")]].concat());
        assert!(code == 2 && said.contains("a number"), "{said}");
    }
    let since = Instant::now();
    let (code, said) = desk.says(&[&RUN[..], &["--delimiter", "\\t", "--rate", "10"]].concat());
    assert_eq!(code, 0, "{said}");
    // Four pauses of a tenth of a second: a lower bound holds on any machine.
    assert!(since.elapsed().as_millis() >= 400, "{:?}", since.elapsed());
    assert_eq!(desk.there("price_book", "price_book_id", "RATE-").len(), 5);
}

/// A name is one line, whatever stands in it, and rows behind empty lines have their own.
#[test]
fn a_run_of_an_odd_name_is_told_in_one_line() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    desk.write("books.csv", "id,text,owner\n\nODD-1,Book,x\nODD-2,,x\n");
    let (code, said) = desk.says(&[&RUN[..], &["--run", "odd\nother\u{1b}[2J"]].concat());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains(r"odd\nother\u{1b}[2J: 2 records: 1 stored, 1 not stored"), "{said}");
    let (_, status) = desk.says(&["status"]);
    assert_eq!(
        status.trim_end(),
        r"odd\nother\u{1b}[2J (transactions): 2 records, 1 stored, 1 not stored, 0 ambiguous"
    );
    let (_, failures) = desk.says(&["failures"]);
    assert!(failures.starts_with("books.csv:4: column text: refused (input): it is empty"), "{failures}");
    let (code, report) = desk.says(&["failures", "--report", "nowhere/report.csv"]);
    assert!(code == 2 && report.contains("nowhere/report.csv can't be written"), "{report}");
}

/// On a terminal, which `script` plays.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_bar_shows_rate_failures_and_the_time_that_is_left() {
    use std::process::{Command, Stdio};

    let desk = Desk::new(&["--latency", "30ms"]);
    desk.write("books.toml", MAP);
    let rows: String = (0..25).map(|number| format!("BAR-{number:02},Book,x\n")).collect();
    desk.write("books.csv", format!("id,text,owner\nBAR-EMPTY,,x\n{rows}"));
    let program = env!("CARGO_BIN_EXE_cargo-p21");
    let run = |journal: &str, more: &str| {
        format!("'{program}' batch run --input books.csv --map books.toml --at-once 1 --journal {journal} {more}")
    };
    let mut terminal = desk.command(&[]);
    let environment: Vec<_> =
        terminal.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command", &run("one.journal", ""), "/dev/null"]);
    terminal.envs(environment).env_remove("CI").env("TERM", "xterm").current_dir(desk.folder.path());
    let shown = match terminal.stdin(Stdio::null()).output() {
        Ok(shown) => String::from_utf8_lossy(&shown.stdout).into_owned(),
        Err(error) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "`script`, of util-linux: {error}");
            println!("skipped: there is no `script` (of util-linux) to play a terminal: {error}");
            return;
        }
    };
    let is_shown = |part: &str| shown.split(['\r', '\n']).any(|line| line.contains(part));
    assert!(is_shown("/26 ") && is_shown("/s") && is_shown("1 failed") && is_shown(" left"), "{shown}");
    assert!(shown.contains("26 records: 25 stored, 1 not stored"), "{shown}");
    // Nobody watches a pipe.
    let (_, said) = desk.says(&["run", "--input", "books.csv", "--map", "books.toml", "--journal", "two.journal"]);
    assert!(!said.contains("/26 ") && !said.contains('\u{1b}'), "{said}");
}

/// A server that isn't there, a login that is refused, and a login that isn't found: each is told once, and the run goes on
/// when that is mended.
#[test]
fn what_keeps_a_run_from_beginning_is_told_once() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    desk.write("books.csv", "id,text,owner\nBEGIN-1,Book,x\nBEGIN-2,Book,x\n");
    let below = format!("{}/p21", desk.sandbox.url);
    let urls = [
        ("nobody", "http://127.0.0.1:1", "it stopped because P21 can't be reached: "),
        ("below", below.as_str(), "it stopped because the login fails: "),
    ];
    for (run, url, why) in urls {
        let (code, said) = desk.says(&[&RUN[..], &["--url", url, "--timeout", "5", "--run", run]].concat());
        assert_eq!(code, 2, "{said}");
        assert_eq!(said.matches(why).count(), 1, "{said}");
        assert!(said.contains("2 records: 0 stored, 0 not stored, 0 ambiguous, 2 not begun"), "{said}");
        assert!(said.contains("didn't come to its end\n"), "{said}");
        let (code, said) = desk.says(&["resume", "--run", run]);
        assert_eq!(code, 0, "{said}");
    }
}

/// What no row could mend is a mistake of the map.
#[test]
fn a_map_for_a_report_is_refused_once() {
    let desk = Desk::new(&[]);
    desk.write(
        "print.toml",
        "service = \"m_picktickets\"\nsettle = \"nothing\"\n[element.\"TABPAGE_1.tp_1_dw_1\"]\nlocation_id = \"at\"\n",
    );
    desk.write("print.csv", "at\n100\n200\n");
    let (code, said) = desk.says(&["run", "--input", "print.csv", "--map", "print.toml"]);
    assert_eq!(code, 2, "{said}");
    assert_eq!(said.matches("`m_picktickets` is a report").count(), 1, "{said}");
    assert!(said.contains("print.toml:1:11: ") && !said.contains("unchecked"), "{said}");
}
