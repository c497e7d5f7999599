//! `cargo p21 batch`, the real program against a sandbox in a process of its own.

mod options;
mod replace;
mod workflows;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use p21_client::odata::col;
use p21_client::{Client, Credentials};
use serde_json::Value;

use crate::support::{Sandbox, text};

const MAP: &str = r#"
service = "SalesPriceBook"
settle = "key"
ignore = ["owner"]

[element.header]
price_book_id = "id"
price_book_description = "text"
row_status_flag = { value = "Active" }
"#;

/// A folder with files, and a sandbox.
struct Desk {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
}

impl Desk {
    fn new(arguments: &[&str]) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), sandbox: Sandbox::start_with(arguments) }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Runs it to its end, or kills it where that takes longer.
    #[cfg(unix)]
    fn run_or_kill(&self, arguments: &[&str], within: Option<Duration>) -> Option<Output> {
        let mut process = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let since = Instant::now();
        while let Some(within) = within
            && process.try_wait().unwrap().is_none()
        {
            if since.elapsed() >= within {
                process.kill().unwrap();
                process.wait().unwrap();
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Some(process.wait_with_output().unwrap())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), &self.sandbox.url, arguments)
    }

    fn batch(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs it and says its exit code and both outputs.
    fn says(&self, arguments: &[&str]) -> (i32, String) {
        let run = self.batch(arguments);
        (run.status.code().unwrap(), text(&run))
    }

    /// What the column of a table has that starts so, sorted.
    fn there(&self, table: &str, column: &'static str, start: &str) -> Vec<String> {
        let credentials = Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD);
        let client = Client::builder(&self.sandbox.url).credentials(credentials).build().unwrap();
        let query = client.table(table).filter(col(column).starts_with(start)).select([column]).page_size(25_000);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let rows: Vec<std::collections::HashMap<String, String>> = runtime.block_on(query.rows()).unwrap();
        let mut all: Vec<String> = rows.into_iter().filter_map(|mut row| row.remove(column)).collect();
        all.sort();
        all
    }
}

fn command(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-p21"));
    command.arg("batch").args(arguments).current_dir(folder);
    command.env("P21_BASE_URL", url).env("P21_USERNAME", p21_sandbox::USER).env("P21_PASSWORD", p21_sandbox::PASSWORD);
    command.env_remove("P21_CONSUMER_KEY");
    command
}

const RUN: [&str; 5] = ["run", "--input", "books.csv", "--map", "books.toml"];

#[test]
fn rows_are_stored_and_those_that_fail_are_mended_and_run_again() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    // With a mark, quotes, a row that is short, one whose required text is empty, and one that is there twice.
    let rows = "\u{feff}id,text,owner\r\nCLI-1,\"Fasteners, \"\"small\"\"\",anna\r\nCLI-2\r\nCLI-3,,ben\r\n\
                CLI-4,\"two\nlines\",\r\nCLI-1,\"Fasteners, \"\"small\"\"\",anna\r\nCLI-5,Last,\r\n";
    desk.write("books.csv", rows);
    let (code, dry) = desk.says(&[&RUN[..], &["--dry-run"]].concat());
    assert_eq!(code, 1, "{dry}");
    for expected in
        ["books.csv:3: the row has 1 fields", "books.csv:4: column text: it is empty", "6 records, 3 would not be sent"]
    {
        assert!(dry.contains(expected), "{expected}: {dry}");
    }
    assert!(desk.there("price_book", "price_book_id", "CLI-").is_empty(), "a dry run sends nothing");
    assert!(!desk.folder.path().join("p21-batch.journal").exists(), "a dry run leaves no journal");

    let (code, said) = desk.says(&RUN);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("books: 6 records: 3 stored, 3 not stored, 0 ambiguous"), "{said}");
    assert_eq!(desk.there("price_book", "price_book_id", "CLI-"), ["CLI-1", "CLI-4", "CLI-5"]);
    let (code, status) = desk.says(&["status"]);
    assert_eq!(code, 1, "{status}");
    assert!(status.contains("books (transactions): 6 records, 3 stored, 3 not stored"), "{status}");

    let (code, failures) = desk.says(&["failures", "--rows", "again.csv", "--report", "report.csv"]);
    assert_eq!(code, 1, "{failures}");
    assert!(failures.contains("books.csv:3: refused (input): the row has 1 fields"), "{failures}");
    let again = desk.read("again.csv");
    assert_eq!(again, "\u{feff}id,text,owner\nCLI-2\nCLI-3,,ben\nCLI-1,\"Fasteners, \"\"small\"\"\",anna\n");
    assert_eq!(desk.read("report.csv").lines().count(), 4);
    assert!(desk.read("report.csv").contains(",\"CLI-3,,ben\","), "each with its row: {}", desk.read("report.csv"));
    desk.says(&["failures", "--report", "report.jsonl"]);
    let first: Value = serde_json::from_str(desk.read("report.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!((&first["row"], &first["place"]["line"]), (&"CLI-2".into(), &3.into()), "{first}");
    desk.write(
        "again.csv",
        again.replace("CLI-2\n", "CLI-2,Two,\n").replace("CLI-3,,", "CLI-3,Three,").replace("CLI-1", "CLI-6"),
    );
    let (code, said) = desk.says(&["run", "--input", "again.csv", "--map", "books.toml", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["summary"]["tally"]["stored"], 3, "{said}");
    assert_eq!(desk.there("price_book", "price_book_id", "CLI-").len(), 6);

    let (code, twice) = desk.says(&RUN);
    assert_eq!(code, 2, "{twice}");
    assert!(twice.contains("the journal has a run `books` already"), "{twice}");
    let (code, several) = desk.says(&["resume"]);
    assert_eq!(code, 2, "{several}");
    assert!(several.contains("several runs (`books`, `again`)"), "{several}");
}

#[test]
fn every_mistake_of_a_map_is_told_with_its_place_and_nothing_is_sent() {
    let desk = Desk::new(&[]);
    desk.write("books.csv", "id,text,other\nMAP-1,One,x\n");
    let map = "service = \"SalesPriceBook\"\nsettle = \"key\"\nfind = [\"price_book_id\"]\nidempotency = [\"idd\"]\n\n\
               [element.header]\nprice_bok_id = \"id\"\nprice_book_description = \"txt\"\nrow_status_flag = { value = \"Activ\" }\n\n\
               [element.nonsense]\nx = \"id\"\n\n[element.\"LIST.list_detail\"]\nprice_page_uid = { value = \"1,5\" }\n\n\
               [keys]\n\"LIST.list_detail\" = [\"supplier_id\"]\n";
    desk.write("books.toml", map);
    let (code, said) = desk.says(&RUN);
    assert_eq!(code, 2, "{said}");
    for expected in [
        "error: books.toml:2:10: the key has `price_book_id` of `FORM.form`, and nothing is mapped to it",
        "error: books.toml:3:9: `find` is for `settle = \"find\"`",
        "error: books.toml:4:16: books.csv has no column `idd`; did you mean `id`?",
        "error: books.toml:6:10: `FORM.form` wants `price_book_id` in a new row",
        "error: books.toml:7:1: `FORM.form` has no field `price_bok_id`; did you mean `price_book_id`?",
        "error: books.toml:8:26: books.csv has no column `txt`; did you mean `text`?",
        "error: books.toml:9:19: `Activ` is no label of `row_status_flag`; did you mean `Active`?",
        "error: books.toml:11:10: `SalesPriceBook` has no element `nonsense`",
        "error: books.toml:15:18: ",
        "error: books.toml:18:23: the key `supplier_id` of `LIST.list_detail` has no column",
        "error: books.csv:1: column other: nothing in the map reads it",
        "next: put books.toml right",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(said.contains("`1,5`") && said.contains("numbers have a point"), "{said}");
    assert!(desk.there("price_book", "price_book_id", "MAP-").is_empty());
    assert!(!desk.folder.path().join("p21-batch.journal").exists());
    for (map, expected) in [
        ("settle = \"guess\"\n", "books.toml:1:10: "),
        (
            "settle = \"key\"\n\n[element.header]\nprice_book_id = { colum = \"id\" }\n",
            "books.toml:4:17: expected `{ value",
        ),
        (
            "service = \"SalesPriceBook\"\nsettle = \"key\"\n\n[element.header]\nprice_book_id = { column = \"id\", at_least = 1 }\n",
            "books.toml:5:17: `price_book_id` has no numbers, and `at_least` is for those",
        ),
        ("settle = \"key\"\ndor = \"windows\"\n", "books.toml:2:1: there is no setting `dor`"),
        ("[element.header]\nid = \"id\"\n", "books.toml:1:1: missing field `settle`"),
        ("service = \"Order\"\nsettle = \"key\"\n", "books.toml:1:11: the map is for `Order`, and `--service` says"),
        ("service = \"SalesPriceBook\"\nsettle = \"key\"\n", "books.toml:1:1: the map has no element"),
    ] {
        desk.write("books.toml", map);
        let (code, said) = desk.says(&[&RUN[..], &["--service", "SalesPriceBook"]].concat());
        assert_eq!(code, 2, "{map}: {said}");
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}

#[test]
fn json_lines_keep_their_digits_and_are_settled_by_a_find() {
    let desk = Desk::new(&[]);
    let map = "service = \"SalesPricePage\"\nsettle = \"find\"\nfind = [\"description\"]\ndoor = \"windows\"\n\n\
               [element.header]\nprice_page_type_cd = { value = \"Supplier / Product Group\" }\n\
               company_id = { value = \"ACME\" }\npricing_method_cd = { value = \"Source\" }\n\
               source_price_cd = { value = \"Supplier List Price\" }\neffective_date = { value = \"2027-01-01\" }\n\
               expiration_date = \"until\"\nsupplier_id = \"supplier\"\nproduct_group_id = \"group\"\ndescription = \"name\"\n\n\
               [element.breaks]\ncalculation_method_cd = { value = \"Multiplier\" }\ncalculation_value1 = \"multiplier\"\n";
    desk.write("pages.toml", map);
    let rows = "{\"name\":\"Jsonl 1\",\"supplier\":10,\"group\":\"FASTENERS\",\"until\":\"2030-12-31\",\"multiplier\":0.10000000000000000001}\n\
                {\"name\":\"Jsonl 2\",\"supplier\":10,\"group\":\"FASTENERS\",\"until\":\"31.12.2030\",\"multiplier\":0.9}\n\
                {\"name\":\"Jsonl 3\",\"supplier\":10,\"group\":\"FASTENERS\",\"until\":\"2030-12-31\"}\n\
                {\"name\":\"Jsonl 4\",\"supplier\":10,\"group\":[],\"until\":\"2030-12-31\",\"multiplier\":0.9}\n\
                {\"name\":\"Jsonl 5\",\"supplier\":10,\"group\":\"FASTENERS\",\"until\":\"2030-12-31\",\"multiplier\":null}\n";
    desk.write("pages.jsonl", rows);
    let (code, dry) =
        desk.says(&["run", "--input", "pages.jsonl", "--map", "pages.toml", "--dry-run", "--format", "json"]);
    assert_eq!(code, 1, "{dry}");
    let dry: Value = serde_json::from_str(&dry).unwrap();
    let why: Vec<String> = dry["why"].as_array().unwrap().iter().map(|one| one.to_string()).collect();
    assert_eq!(why.len(), 3, "{why:#?}");
    assert!(why[0].contains("is not a date such as") && why[0].contains("\"until\""), "{}", why[0]);
    assert!(why[1].contains("the member is missing") && why[1].contains("\"multiplier\""), "{}", why[1]);
    assert!(why[2].contains("no list or object"), "{}", why[2]);
    let (code, said) = desk.says(&["run", "--input", "pages.jsonl", "--map", "pages.toml", "--at-once", "1"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("5 records: 2 stored, 3 not stored"), "{said}");
    assert_eq!(desk.there("price_page", "description", "Jsonl"), ["Jsonl 1", "Jsonl 5"]);
    let (_, failures) = desk.says(&["failures", "--rows", "again.jsonl", "--format", "json"]);
    assert_eq!(failures.lines().filter(|line| line.starts_with('{')).count(), 3, "{failures}");
    assert_eq!(desk.read("again.jsonl").lines().collect::<Vec<_>>(), rows.lines().skip(1).take(3).collect::<Vec<_>>());
}

/// Ten books a second would take a while: killed again and again it comes to the same as one run.
#[cfg(unix)]
#[test]
fn killed_at_any_instant_it_resumes_and_nothing_is_lost_or_doubled() {
    let desk = Desk::new(&["--fault", "commit-drop=0.03,drop=0.02"]);
    desk.write("books.toml", MAP.replace("ignore = [\"owner\"]\n", ""));
    let ids: Vec<String> = (0..120).map(|number| format!("KILL-{number:03}")).collect();
    let rows: String = ids.iter().map(|id| format!("{id},Book {id}\n")).collect();
    desk.write("books.csv", format!("id,text\n{rows}"));
    let input = ["--input", "books.csv", "--map", "books.toml"];
    let (mut kills, mut rounds) = (0, 0);
    loop {
        rounds += 1;
        assert!(rounds < 60, "it doesn't come to its end");
        let known =
            desk.folder.path().join("p21-batch.journal").exists() && desk.says(&["status"]).1.contains("records");
        // Nothing of the sandbox's is later than that.
        let waits = ["--timeout", "3", "--lands-within", "1"];
        let arguments = [&[if known { "resume" } else { "run" }], &input[..], &waits[..]].concat();
        let within = (kills < 6).then(|| Duration::from_millis(150 + 60 * kills));
        let Some(output) = desk.run_or_kill(&arguments, within) else {
            kills += 1;
            continue;
        };
        match output.status.code() {
            Some(0) => break,
            _ => panic!("{}", text(&output)),
        }
    }
    assert!(kills > 2, "{kills}");
    assert_eq!(desk.there("price_book", "price_book_id", "KILL-"), ids);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_between_records_and_resume_needs_no_input() {
    let desk = Desk::new(&["--latency", "40ms"]);
    desk.write("books.toml", MAP);
    let rows: String = (0..150).map(|number| format!("STOP-{number:03},Book,x\n")).collect();
    desk.write("books.csv", format!("id,text,owner\n{rows}"));
    let process =
        desk.command(&RUN).args(["--at-once", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while desk.there("price_book", "price_book_id", "STOP-").len() < 3 {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The journal can be looked at meanwhile, and a second process is refused.
    let (_, status) = desk.says(&["status", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&status).unwrap()[0]["run"], "books", "{status}");
    let (code, second) = desk.says(&["resume"]);
    assert!(code == 2 && second.contains("in use by another process"), "{second}");
    assert!(Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap().success());
    let stopped = process.wait_with_output().unwrap();
    let said = text(&stopped);
    assert_eq!(stopped.status.code(), Some(2), "{said}");
    assert!(said.contains("it was stopped") && said.contains("next: `cargo p21 batch resume"), "{said}");
    let stored = desk.there("price_book", "price_book_id", "STOP-").len();
    assert!((3..150).contains(&stored), "{stored}");
    std::fs::remove_file(desk.folder.path().join("books.csv")).unwrap();
    let (code, said) = desk.says(&["resume"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(desk.there("price_book", "price_book_id", "STOP-").len(), 150);
}

#[test]
fn an_input_that_changed_is_refused_and_a_journal_that_is_none_is_said_to_be_none() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    desk.write("books.csv", "id,text,owner\nCH-1,One,\n");
    assert_eq!(desk.says(&RUN).0, 0);
    desk.write("books.csv", "id,text,owner\nCH-1,Other,\n");
    let (code, said) = desk.says(&["resume", "--input", "books.csv", "--map", "books.toml"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("record 1 of the input (books.csv:2) is another one"), "{said}");
    for (arguments, expected) in [
        (&["status", "--journal", "nowhere"][..], "there is no journal nowhere"),
        (&["failures", "--journal", "books.csv"], "is no journal of batches"),
        (&["resume", "--run", "other"], "the journal has no run `other`"),
        (&["run", "--input", "gone.csv", "--map", "books.toml"], "gone.csv can't be read"),
        (&["run", "--input", "books.csv", "--map", "gone.toml"], "gone.toml"),
    ] {
        let (code, said) = desk.says(arguments);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(said.contains(expected) && said.contains("next: "), "{arguments:?}: {said}");
    }
}

/// The system lets the process write no file further than so many blocks of 512 bytes, as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_is_a_clear_error_and_the_run_goes_on_when_there_is_room() {
    let desk = Desk::new(&[]);
    desk.write("books.toml", MAP);
    let rows: String = (0..600).map(|number| format!("FULL-{number:03},Book {number},x\n")).collect();
    desk.write("books.csv", format!("id,text,owner\n{rows}"));
    let with_room_for = |blocks: u32, arguments: &[&str]| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" batch \"$@\"");
        let mut limited = Command::new("sh");
        limited.args(["-c", &script, env!("CARGO_BIN_EXE_cargo-p21")]).args(arguments);
        limited.current_dir(desk.folder.path()).env("P21_BASE_URL", &desk.sandbox.url);
        limited.env("P21_USERNAME", p21_sandbox::USER).env("P21_PASSWORD", p21_sandbox::PASSWORD);
        let run = limited.output().unwrap();
        (run.status.code(), text(&run))
    };
    let input = ["--input", "books.csv", "--map", "books.toml", "--timeout", "3", "--lands-within", "1"];
    // While the input is taken up.
    let (code, said) = with_room_for(300, &[&["run"], &input[..]].concat());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the journal can't take up records") && said.contains("next: "), "{said}");
    assert!(desk.there("price_book", "price_book_id", "FULL-").is_empty(), "nothing is sent before all is taken up");
    // When records are on their way: SQLite makes its log smaller only when it has twice as much.
    let (code, said) = with_room_for(4_000, &[&["resume"], &input[..]].concat());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("the journal can't") && said.contains("next: "), "{said}");
    let stored = desk.there("price_book", "price_book_id", "FULL-").len();
    assert!((1..600).contains(&stored), "{stored}: {said}");
    let (code, said) = desk.says(&[&["resume"], &input[4..]].concat());
    assert_eq!(code, 0, "{said}");
    assert_eq!(desk.there("price_book", "price_book_id", "FULL-").len(), 600);
}
