//! `docs/silent-failures.md`: the tests that it names exist, and each silent failure that the facts name has its row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What can stop a failure.
const STOPS: [&str; 7] = ["type", "check", "rule", "policy", "proof", "client", "nothing"];

struct Row {
    id: String,
    sheets: BTreeMap<String, BTreeSet<u32>>,
    stops: String,
    tests: String,
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// `transaction-api 3, 7; odata 5`.
fn sheets(cell: &str) -> BTreeMap<String, BTreeSet<u32>> {
    let sheet = |part: &str| {
        let (sheet, sections) = part.trim().split_once(' ').unwrap();
        (sheet.to_owned(), sections.split(',').map(|section| section.trim().parse().unwrap()).collect())
    };
    cell.split(';').map(sheet).collect()
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(repository("docs/silent-failures.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 5, "{line}");
            Row {
                id: cells[0].trim_matches('`').to_owned(),
                sheets: sheets(cells[2]),
                stops: cells[3].to_owned(),
                tests: cells[4].to_owned(),
            }
        })
        .collect()
}

/// Whether a test exists: `crate/file::test` below `tests/it`, or a case that doesn't compile.
fn exists(named: &str) -> bool {
    let (krate, rest) = named.split_once('/').unwrap();
    if rest.starts_with("ui/") {
        return repository(named).is_file();
    }
    let Some((file, function)) = rest.split_once("::") else { return false };
    let text = std::fs::read_to_string(repository(&format!("{krate}/tests/it/{file}"))).unwrap_or_default();
    let starts = [format!("fn {function}("), format!("fn {function}<")];
    text.lines().any(|line| starts.iter().any(|start| line.contains(start.as_str())))
}

#[test]
fn every_row_says_what_stops_it_and_names_tests_that_exist() {
    let (rows, mut ids) = (rows(), BTreeSet::new());
    assert!(rows.len() > 60, "{}", rows.len());
    for row in &rows {
        assert!(ids.insert(row.id.clone()), "`{}` stands there twice", row.id);
        let bold = row.stops.split("**").nth(1).unwrap_or_default();
        assert!(row.stops.starts_with("**") && STOPS.contains(&bold), "{}: {}", row.id, row.stops);
        let named: Vec<&str> = row.tests.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "`{}` names no test: {}", row.id, row.tests);
        for test in named {
            assert!(exists(test), "{}: there is no `{test}`", row.id);
        }
    }
}

#[test]
fn the_guide_and_the_readme_lead_there() {
    for page in ["README.md", "docs/guide/when-p21-says-succeeded.md", "docs/guide/windows-from-rust.md"] {
        let text = std::fs::read_to_string(repository(page)).unwrap();
        assert!(text.contains("silent-failures.md"), "{page}");
    }
}

/// What the sheets say where they speak of a failure that is silent, a piece of each such line, and the row that has it.
const NAMED: &[(&str, &str, &[&str])] = &[
    ("field-clears-another", "transaction-api", &["cascade-breaking edit order", "clears the typed price"]),
    ("field-clears-another", "interactive-api", &["set after `price` zeroes the price"]),
    ("rows-fold", "transaction-api", &["Rows agreeing on them fold to one row"]),
    ("rows-fold", "errors-and-session-pool", &["List rows that agree on the `Keys` collapse"]),
    ("rows-fold", "production-labor", &["collapse into one, last wins"]),
    ("update-inserts", "transaction-api", &["Over-keying therefore inserts"]),
    ("child-on-another-row", "transaction-api", &["both land on line 2, last wins"]),
    (
        "ignore-disabled",
        "transaction-api",
        &[
            "**false success**: `Succeeded 1`",
            "false success, value",
            "false success, note",
            "silent no-op",
            "`IgnoreDisabled` false",
        ],
    ),
    (
        "ignore-disabled",
        "version-differences",
        &["may report success and write nothing", "contract) | nothing written"],
    ),
    ("ignore-disabled", "production-labor", &["`IgnoreDisabled` fakes success"]),
    ("flag-further-down", "transaction-api", &["`IgnoreDisabled` inside a Transaction (or DataElement)"]),
    (
        "member-in-another-case",
        "transaction-api",
        &["a wrong-case property is silently unbound", "property unbound, no error"],
    ),
    ("keys-as-text", "transaction-api", &["or keys ignored"]),
    ("report-as-transaction", "transaction-api", &["`Succeeded`, nothing emitted"]),
    ("report-as-transaction", "errors-and-session-pool", &["says Succeeded and produces nothing"]),
    ("http-200-failed", "errors-and-session-pool", &["success; **also** a failed Transaction"]),
    ("half-of-a-set", "transaction-api", &["independent: earlier ones stay committed"]),
    ("half-of-a-set", "errors-and-session-pool", &["half is live"]),
    ("succeeded-proves-nothing", "transaction-api", &["never proves a value landed"]),
    (
        "stored-and-failed",
        "errors-and-session-pool",
        &["the write may already be saved", "So the data step may have succeeded"],
    ),
    ("side-effects-stay", "transaction-api", &["side effects of a save | not rolled back"]),
    ("side-effects-stay", "errors-and-session-pool", &["documents generated on save may survive"]),
    ("prompt-answered-no", "transaction-api", &["the affected line is discarded silently"]),
    ("assembly-not-exploded", "transaction-api", &["add-as-assembly prompt auto-answered No"]),
    ("blank-record", "transaction-api", &["**HTTP 200 with a blank template**"]),
    ("query-not-heeded", "transaction-api", &["No server-side subsetting"]),
    ("line-notes-unread", "interactive-api", &["but never the line note"]),
    ("late-xml-child", "transaction-api", &["the late child is **silently dropped**"]),
    ("empty-value-clears", "transaction-api", &["typed into the field, i.e. a clear"]),
    ("misspelt-field", "sales-price-page", &["it may just not land"]),
    ("primary-supplier", "transaction-api", &["`Succeeded 1`, **nothing changes**"]),
    ("item-in-small-letters", "transaction-api", &["Lower-case `item_id` is accepted as is"]),
    ("shell-confirm", "transaction-api", &["is a **shell confirm**"]),
    ("shell-confirm", "production-labor", &["**Not by Transaction**: that sets status 1962"]),
    ("method-and-source", "sales-price-page", &["accepted but price wrongly"]),
    ("two-active-pages", "interactive-api", &["applied unpredictably"]),
    ("queued-is-done", "transaction-api", &["**No failed state**"]),
    ("commands-void", "transaction-api", &["A **204 anywhere voids the whole"]),
    ("report-refused-with-200", "transaction-api", &["HTTP status may be **200**"]),
    ("report-half-failed", "transaction-api", &["a 200 may mix both"]),
    ("report-goes-on", "transaction-api", &["does not stop the report"]),
    ("in-operator", "odata", &["**whole table**, filter discarded"]),
    ("column-to-column", "odata", &["**zero rows**: right side taken as the text"]),
    ("unordered-pages", "odata", &["on the key for stable pages"]),
    ("deleted-rows", "odata", &["Soft-deleted rows stay"]),
    ("misleading-columns", "odata", &["Columns that mislead"]),
    ("scope-ignored", "auth", &["in the request is ignored without complaint"]),
    ("xml-for-json", "errors-and-session-pool", &["success; **also** a failed Transaction"]),
    ("xml-for-json", "auth", &["answers the token and router calls in XML"]),
    ("xml-for-json", "version-differences", &["report \"Accept header lost\""]),
    (
        "udt-deletes-nothing",
        "errors-and-session-pool",
        &["success; **also** a failed Transaction", "nothing deleted: parse the `[N]`"],
    ),
    ("udt-deletes-nothing", "version-differences", &["Delete: 200 with `[0] rows deleted"]),
    ("window-200-failed", "interactive-api", &["HTTP 200 never implies success"]),
    ("window-200-failed", "errors-and-session-pool", &["success; **also** a failed Transaction"]),
    ("window-200-failed", "version-differences", &["success means HTTP 200 **and** `Status` 1"]),
    (
        "status-zero",
        "interactive-api",
        &["**None=0, Success=1, Failure=2, Blocked=3**", "missing record load | Status 0"],
    ),
    (
        "empty-window-takes-values",
        "interactive-api",
        &["present but empty **and still writable**", "Status 2, empty window"],
    ),
    ("empty-window-takes-values", "version-differences", &["the window **accepts writes**"]),
    ("empty-window-takes-values", "errors-and-session-pool", &["writes into an empty window also report success"]),
    ("existing-key-loads", "interactive-api", &["Setting the key field loads the record"]),
    ("no-datawindow", "interactive-api", &["`Status:2`, no messages", "200 + Status 2 | no message"]),
    ("no-datawindow", "version-differences", &["Symptom: `Status` 2 with no messages"]),
    ("no-datawindow", "production-labor", &["`Status` 2 with no messages = `DatawindowName` missing"]),
    ("burnt-call", "interactive-api", &["returns 500 with an empty body and does nothing"]),
    ("burnt-call", "errors-and-session-pool", &["on the call after a 400"]),
    ("burnt-call", "version-differences", &["is swallowed: 500, empty, no effect"]),
    ("tab-not-said", "interactive-api", &["\"does not persist\""]),
    ("tab-not-said", "version-differences", &["returns `Status` 1 yet is dropped"]),
    ("tab-name-ignored", "interactive-api", &["honoured | ignored | ignored"]),
    ("tab-name-ignored", "version-differences", &["`TabName` is **ignored**, not refused"]),
    ("batch-stops", "interactive-api", &["earlier items **stay applied**"]),
    ("batch-stops", "errors-and-session-pool", &["earlier items of the batch stay applied"]),
    ("batch-stops", "version-differences", &["not rolled back | sequential"]),
    ("grid-key-moves-cursor", "interactive-api", &["Grid key field commits the row cursor"]),
    ("bin-and-quantity", "interactive-api", &["else the quantity is lost"]),
    ("bin-and-quantity", "production-labor", &["together the quantity is lost"]),
    ("tool-called-name", "interactive-api", &["is accepted and does nothing", "200 + Status 2 | no message"]),
    ("add-line-for-add", "interactive-api", &["files on the selected line"]),
    ("accounts-overwritten", "interactive-api", &["silently overwrites the location's GL"]),
    ("rows-counted-otherwise", "interactive-api", &["(D) list -> detail, records counted from 0"]),
    ("one-behind", "interactive-api", &["(the \"one-behind bug\" is then"]),
    ("detail-trap", "interactive-api", &["silently rebinds the detail"]),
    ("tab-selects-first-row", "interactive-api", &["Grids auto-select their first row"]),
    ("added-with-a-failure", "interactive-api", &["yet the new row exists and is editable"]),
    (
        "save-without-its-row",
        "interactive-api",
        &["a lost or misfiled child row", "names the **primary** datawindow only"],
    ),
    ("save-without-event", "interactive-api", &["| `savesucceeded` |"]),
    ("data-of-one-tab", "interactive-api", &["tracking the tab last touched", "GET `/data` is not proof"]),
    ("data-of-one-tab", "version-differences", &["Absence proves nothing"]),
    ("clear-leaves-values", "interactive-api", &["may leave stale edits"]),
    ("close-loses-values", "interactive-api", &["unsaved edits are lost"]),
    ("wizard-commits", "interactive-api", &["**commits the PO**"]),
    ("session-left-behind", "interactive-api", &["still left a session"]),
    ("session-left-behind", "version-differences", &["The failed create leaves a session"]),
    ("two-drivers", "interactive-api", &["never drive it from two"]),
    ("full-200-failed", "interactive-api", &["failure = 200, `Success:false`"]),
];

/// Lines that have such words and name no failure that is silent.
const NO_FAILURE: &[(&str, &str, &str)] = &[
    ("auth", "not something to chase silently", "a rule for clients"),
    ("interactive-api", "`Messages`: `{\"Text\",\"Type\"}`", "the shape of messages"),
    (
        "transaction-api",
        "non-discriminating extra key is accepted silently",
        "the other keys tell the rows apart, nothing is lost",
    ),
    ("transaction-api", "`Failed: 1`, nothing written", "a refusal, which is loud"),
    ("transaction-api", "in `Messages`, edit discarded", "a refusal, which is loud"),
    ("errors-and-session-pool", "with nothing after it, or no messages", "the shape of a success"),
    ("odata", "Silent wrong answers", "a heading"),
];

/// Words by which a line of the sheets speaks of a failure that is silent.
const WORDS: &[&str] = &[
    "silent",
    "false success",
    "fakes success",
    "last wins",
    "does nothing",
    "nothing written",
    "nothing emitted",
    "nothing changes",
    "produces nothing",
    "write nothing",
    "whole table",
    "zero rows",
    "blank template",
    "auto-answered",
    "discarded",
    "overwrites",
    "misfiled",
    "is lost",
    "ignored",
    "is not proof",
    "no messages",
    "no message ",
    "unbound",
    "shell confirm",
    "unpredictably",
    "price wrongly",
    "is swallowed",
    "accepts writes",
    "still writable",
    "stay applied",
    "not rolled back",
    "edits are lost",
    "no failed state",
    "never proves",
    "does not persist",
    "removed nothing",
];

/// The numbered sections of a sheet, a line each with its section; checks repeat what stands before them.
fn lines(sheet: &str) -> Vec<(u32, String)> {
    let mut section = None;
    let mut found = Vec::new();
    for line in sheet.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.split('.').next().unwrap().parse::<u32>().ok();
            if heading.contains("Checks") || heading.contains("Open points") {
                section = None;
            }
        }
        if let Some(section) = section {
            found.push((section, line.to_owned()));
        }
    }
    found
}

/// The facts, where they are beside the repository.
fn facts() -> Option<BTreeMap<String, Vec<(u32, String)>>> {
    let folder = repository("../shared/facts");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert!(std::env::var_os("CI").is_none(), "CI needs the facts in ../shared/facts");
        eprintln!("skipped: no facts in ../shared/facts");
        return None;
    };
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|of| of == "md"));
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, lines(&std::fs::read_to_string(&path).unwrap()))
    };
    Some(paths.map(read).collect())
}

#[test]
fn every_row_is_of_a_failure_that_is_named() {
    let (rows, ids): (Vec<Row>, BTreeSet<&str>) = (rows(), NAMED.iter().map(|(id, ..)| *id).collect());
    for row in &rows {
        assert!(ids.contains(row.id.as_str()), "nothing in the facts names `{}`", row.id);
        for sheet in row.sheets.keys() {
            let is_named = NAMED.iter().any(|(id, of, _)| *id == row.id && of == sheet);
            assert!(is_named, "`{}`: nothing of {sheet} names it", row.id);
        }
    }
    for (id, ..) in NAMED {
        assert!(rows.iter().any(|row| row.id == *id), "docs/silent-failures.md has no row `{id}`");
    }
}

#[test]
fn every_silent_failure_of_the_facts_has_its_row() {
    let Some(facts) = facts() else { return };
    let rows = rows();
    let mut sections: BTreeMap<(&str, &str), BTreeSet<u32>> = BTreeMap::new();
    for (id, sheet, pieces) in NAMED {
        for piece in *pieces {
            let at = facts[*sheet].iter().find(|(_, line)| line.contains(piece));
            let (section, _) = at.unwrap_or_else(|| panic!("{sheet} doesn't say {piece:?}"));
            sections.entry((id, sheet)).or_default().insert(*section);
        }
    }
    // A row names the sections that speak of it.
    for ((id, sheet), due) in &sections {
        let row = rows.iter().find(|row| row.id == *id).unwrap();
        let said = row.sheets.get(*sheet).cloned().unwrap_or_default();
        assert!(due.is_subset(&said), "`{id}`: {sheet} {due:?}, not {said:?}");
    }
    let mut open = Vec::new();
    for (sheet, lines) in &facts {
        for (section, line) in lines {
            let words = line.to_lowercase().replace("ignoredisabled", "");
            let speaks = WORDS.iter().any(|word| words.contains(word));
            let named =
                NAMED.iter().any(|(_, of, pieces)| of == sheet && pieces.iter().any(|piece| line.contains(piece)));
            let is_none = NO_FAILURE.iter().any(|(of, piece, _)| of == sheet && line.contains(piece));
            if speaks && !named && !is_none {
                open.push(format!("{sheet} {section}: {line}"));
            }
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
    for (sheet, piece, _) in NO_FAILURE {
        assert!(facts[*sheet].iter().any(|(_, line)| line.contains(piece)), "{sheet} doesn't say {piece:?}");
    }
}
