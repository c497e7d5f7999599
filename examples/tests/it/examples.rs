//! Every example runs on a sandbox and prints what it says.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::process::Command;

/// Runs an example on a sandbox of its own; what it printed.
fn run(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("P21_")) {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[track_caller]
fn says(said: &str, lines: &[&str]) {
    let mut rest = said.lines();
    for line in lines {
        assert!(rest.any(|other| other.trim() == *line), "`{line}` is missing, or comes too early, in:\n{said}");
    }
}

#[test]
fn contract() {
    says(&run(env!("CARGO_BIN_EXE_contract"), &[]), &["WIDGET-001: 25.00", "WIDGET-002: from its source"]);
}

#[test]
fn expire_pages() {
    says(&run(env!("CARGO_BIN_EXE_expire_pages"), &[]), &["1 ended, 0 had, 0 are still in force"]);
}

#[test]
fn replace_pages() {
    let said = run(env!("CARGO_BIN_EXE_replace_pages"), &[]);
    let lines = ["3 created, 3 linked", "3 ended, 3 created, 6 linked", "held back: 0; ended without a successor: 0"];
    says(&said, &lines);
}

#[test]
fn find_books() {
    let lines = [
        "`WIDGETS`: WIDGETS",
        "`S` is no answer: COMPONENTS, WIDGETS",
        "no book has any of SCREWS, BOLTS",
        "STANDARD: WIDGETS",
        "STANDARD: COMPONENTS",
    ];
    says(&run(env!("CARGO_BIN_EXE_find_books"), &[]), &lines);
}

#[test]
fn contract_prices() {
    let said = run(env!("CARGO_BIN_EXE_contract_prices"), &[]);
    assert!(said.contains("line 3: `31,5`: ") && said.contains("numbers have a point"), "{said}");
    assert!(said.contains("2 records: 1 stored, 1 not stored") && said.contains(",WIDGET-002,\"31,5\""), "{said}");
}

#[test]
fn adjustment() {
    says(&run(env!("CARGO_BIN_EXE_adjustment"), &[]), &["adjustment 6000001"]);
}

#[test]
fn order() {
    let said = run(env!("CARGO_BIN_EXE_order"), &[]);
    assert!(said.starts_with("not sent: P21-012"), "{said}");
    says(
        &said,
        &[
            "010 5 x WIDGET-001",
            "020 10 x WIDGET-001",
            "line 020 changed, line 030 added",
            "010 5 x WIDGET-001",
            "020 9 x WIDGET-001",
            "030 1 x WIDGET-002",
        ],
    );
}

#[test]
fn bulk_update() {
    says(
        &run(env!("CARGO_BIN_EXE_bulk_update"), &[]),
        &[
            "BULK-2 updated",
            "BULK-3 refused: P21 refused the transaction: end date must be equal to or greater than today",
            "BULK-5 updated",
            "1 more updated",
        ],
    );
}

#[test]
fn price_page() {
    says(
        &run(env!("CARGO_BIN_EXE_price_page"), &[]),
        &[
            "Fasteners of Example Supply, until 2030-12-31, 0.90 from 1 and 0.85 from 10",
            "expired",
            "Fasteners of Example Supply, until 2027-06-30, 0.90 from 1 and 0.85 from 10",
        ],
    );
}

#[test]
fn assembly() {
    let said = run(env!("CARGO_BIN_EXE_assembly"), &[]);
    says(&said, &["WIDGET-001 is made of", "2 x COMPONENT-A", "1 x COMPONENT-B"]);
    assert!(said.contains("This item ID is not valid"), "{said}");
}

#[test]
fn copy() {
    says(
        &run(env!("CARGO_BIN_EXE_copy"), &[]),
        &[
            "left out: `FORM.d_dw_job_price_hdr` `job_no` (1 row): P21 assigns it",
            "WIDGET-001 costs 25.00 in contract JOB-2002",
            "WIDGET-002 costs 12.50 in contract JOB-2002",
        ],
    );
}

#[test]
fn reprint() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(env!("CARGO_BIN_EXE_reprint"), &[folder.path().to_str().unwrap()]);
    let pdf = folder.path().join("PO4000001 PURCHASE_ORDER.pdf");
    let saved = format!("saved {}", pdf.display());
    says(&said, &["purchase order 4000001", &saved, "nothing to print for order 1"]);
    assert!(std::fs::read(pdf).unwrap().starts_with(b"%PDF"));
}

#[test]
fn async_callback() {
    let refused = "P21 refused the transaction: end date must be equal to or greater than today";
    let said = run(env!("CARGO_BIN_EXE_async_callback"), &[]);
    for how in ["waited for", "told about"] {
        // Before 26.1 P21 says of a stored transaction of a failed set only that it is stored.
        says(&said, &[&format!("{how}: contract 1 is stored"), &format!("{how}: contract 2: {refused}")]);
    }
}

#[test]
fn note() {
    let said = run(env!("CARGO_BIN_EXE_note"), &[]);
    let refused = "without an area: the window was not saved as it was meant: the step `save` failed: You must select at \
                   least one area where this note will display.";
    says(&said, &[refused, "saved in 8 steps"]);
}

#[test]
fn odata_lookup() {
    let said = run(env!("CARGO_BIN_EXE_odata_lookup"), &[]);
    says(
        &said,
        &[
            "13 price pages, 2 of them active",
            "1 Widgets of supplier 10",
            "3 Components of supplier 10",
            "page 1 is in book WIDGETS of library STANDARD",
            "page 3 is in book COMPONENTS of library STANDARD",
        ],
    );
    assert!(said.contains("the table `price_page` has no column `delete_flag`"), "{said}");
}

#[test]
fn window() {
    let said = run(env!("CARGO_BIN_EXE_window"), &[]);
    says(
        &said,
        &[
            "linked to WIDGETS",
            "Fasteners of Example Supply, until 2030-12-31",
            "Fasteners of Example Supply, until 2027-06-30",
            "no page 999999",
        ],
    );
}

#[test]
fn contract_breaks() {
    let said = run(env!("CARGO_BIN_EXE_contract_breaks"), &[]);
    assert!(said.starts_with("not typed:") && said.contains("`SHIP_TO_ITEM.ship_to_item`"), "{said}");
    assert!(said.contains("by Window: A transaction refuses them"), "{said}");
    says(&said, &["0.90 from 1, 0.85 from 10"]);
}

#[test]
fn order_note() {
    let said = run(env!("CARGO_BIN_EXE_order_note"), &[]);
    says(&said, &["by TransactionThenWindow", "Handle with care: It breaks."]);
    assert!(said.contains("LINE_NOTE.line_note"), "{said}");
}

#[test]
fn purchase_note() {
    says(
        &run(env!("CARGO_BIN_EXE_purchase_note"), &[]),
        &[
            "purchase order 4000001",
            "Notepad Entry Window (w_notepad_response_lite)",
            "the note is in the window, and not stored yet",
            "stored: Deliver early",
        ],
    );
}

#[test]
fn item_location() {
    let said = run(env!("CARGO_BIN_EXE_item_location"), &[]);
    says(&said, &["open Item", "save", "bins are tracked"]);
    assert!(said.contains("`accounts`"), "{said}");
    assert!(said.contains("was answered with cb_2"), "{said}");
}

#[test]
fn web() {
    let said = run(env!("CARGO_BIN_EXE_web"), &[]);
    for nth in 1..=12 {
        assert!(said.lines().any(|line| line.starts_with(&format!("{nth}: 200 "))), "{said}");
    }
    let stored = said.matches("\"read_back\":true").count();
    assert_eq!(stored, 12, "{said}");
    says(&said, &["3 sessions were used"]);
}

/// The programs in `src/bin` that have a test here; `demo` is run by `xtask demo`.
#[test]
fn every_example_is_run() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin");
    let here = include_str!("examples.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_run = name == "demo" || here.contains(&format!("CARGO_BIN_EXE_{name}\""));
        assert!(is_run, "{name} has no test");
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
        assert!(
            name == "demo" || readme.contains(&format!("`{name}`")) || readme.contains(&format!("--bin {name}`")),
            "README.md doesn't name the example `{name}`"
        );
    }
}
