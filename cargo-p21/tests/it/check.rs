//! `cargo p21 check`, as a user calls it.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

#[allow(dead_code, reason = "the server is for the other tests")]
use crate::support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::{p21, text};

/// Checks a payload, given on standard input.
fn check(payload: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-p21"))
        .args(["check", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Some calls end before they have read anything.
    if let Err(error) = child.stdin.take().unwrap().write_all(payload.as_bytes()) {
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
    }
    child.wait_with_output().unwrap()
}

fn findings(payload: &str, arguments: &[&str]) -> Vec<Value> {
    let run = check(payload, &[&["--format", "json"], arguments].concat());
    serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", text(&run)))
}

fn codes(payload: &str, arguments: &[&str]) -> Vec<String> {
    findings(payload, arguments).iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// A contract line whose price comes too early, on line 8, column 14.
const EARLY_PRICE: &str = r#"{"Name": "JobContractPricing", "Transactions": [{"Status": "New", "DataElements": [
  {"Name": "FORM.d_dw_job_price_hdr", "Type": "Form", "Rows": [{"Edits": [
    {"Name": "job_no", "Value": "100001"},
    {"Name": "end_date", "Value": "2099-12-31"}
  ]}]},
  {"Name": "JOBPRICELINE.jobpriceline", "Type": "List", "Keys": ["item_id"], "Rows": [{"Edits": [
    {"Name": "item_id", "Value": "WIDGET-001"},
    {"Name": "price", "Value": "25.00"},
    {"Name": "pricing_method", "Value": "Price"}
  ]}]}
]}]}
"#;

#[test]
fn a_finding_points_into_the_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("contract.json"), EARLY_PRICE).unwrap();
    let run = p21(folder.path(), &["check", "contract.json"]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run));
    let expected = "\
P21-020

  x A field before one that must come first
   ,-[contract.json:8:14]
 7 |     {\"Name\": \"item_id\", \"Value\": \"WIDGET-001\"},
 8 |     {\"Name\": \"price\", \"Value\": \"25.00\"},
   :              ^^^|^^^
   :                 `-- `price` is sent before `pricing_method`
 9 |     {\"Name\": \"pricing_method\", \"Value\": \"Price\"}
   `----
  help: send `pricing_method` first
        note: Setting pricing_method clears a price";
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(printed.starts_with(expected), "{printed}");
    let place = "\n        place: `line`, first row (Transactions[0].DataElements[1].Rows[0].Edits[1])\n";
    assert!(printed.contains(place), "{printed}");
    assert!(
        printed.ends_with("contract.json: 1 error, 0 warnings; `cargo p21 explain CODE` explains each\n"),
        "{printed}"
    );
    assert!(!printed.contains('\u{1b}'), "colours are for terminals");
}

#[test]
fn findings_are_json_for_programs() {
    let findings = findings(EARLY_PRICE, &[]);
    assert_eq!(findings.len(), 1);
    let mut finding = findings[0].clone();
    let effect = finding["effect"].take();
    assert!(effect.as_str().unwrap().contains("saved at 0"), "{effect}");
    assert_eq!(
        finding,
        json!({"code": "P21-020", "severity": "error", "path": "Transactions[0].DataElements[1].Rows[0].Edits[1]",
            "place": "`line`, first row (Transactions[0].DataElements[1].Rows[0].Edits[1])",
            "line": 8, "column": 14, "element": "JOBPRICELINE.jobpriceline", "field": "price",
            "problem": "`price` is sent before `pricing_method`", "effect": null,
            "remedy": "send `pricing_method` first"})
    );
}

#[test]
fn the_exit_code_tells_errors_from_warnings() {
    let good = EARLY_PRICE.replace("price\", \"Value\": \"25.00", "uom\", \"Value\": \"EA");
    let run = check(&good, &[]);
    assert_eq!((run.status.code(), text(&run).contains("<stdin>: no findings")), (Some(0), true), "{}", text(&run));
    assert_eq!(check(&good, &["--format", "json"]).stdout, b"[]\n");
    let warned = good.replace("\"uom\"", "\"ufc_color\"");
    let run = check(&warned, &[]);
    assert_eq!((run.status.code(), text(&run).contains("0 errors, 1 warning;")), (Some(0), true), "{}", text(&run));
    assert_eq!(check(EARLY_PRICE, &[]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_checked_exits_with_2() {
    for (payload, problem) in [
        (json!({"Name": "../../x"}).to_string(), "service name `../../x` can't be a file name"),
        (json!({"Name": "Ordr", "Transactions": []}).to_string(), "did you mean `Order`?"),
        ("  \n".to_owned(), "is empty"),
    ] {
        let run = check(&payload, &[]);
        assert_eq!(run.status.code(), Some(2), "{}", text(&run));
        assert!(text(&run).contains(problem), "{}", text(&run));
    }
    let run = p21(Path::new("."), &["check", "no-such-file.json"]);
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(check("{}", &["--format", "yaml"]).status.code(), Some(2));
}

#[test]
fn the_shape_is_checked_where_the_service_is_not_known() {
    let payload = json!({"Name": "Ordr", "UseCodeValues": "no", "Transactions": []}).to_string();
    let run = check(&payload, &["--format", "json"]);
    assert_eq!(run.status.code(), Some(2));
    let findings: Vec<Value> = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(findings.len(), 2, "{findings:?}");
}

#[test]
fn services_of_other_endpoints_need_no_definition() {
    let set = |service: &str, status: Value| {
        json!({"Name": service, "Transactions": [{"Status": status, "DataElements": [
            {"Name": "TABPAGE_1.tp_1_dw_1", "Type": "Form", "Rows": []}]}]})
        .to_string()
    };
    assert_eq!(codes(&set("ItemNotepad", json!("New")), &[]), ["P21-001"]);
    assert_eq!(codes(&set("m_invoices", json!("New")), &[]), ["P21-001"]);
    assert_eq!(codes(&set("m_invoices", json!(0)), &[]), [""; 0]);
}

#[test]
fn profiles_choose_the_rules() {
    let set = json!({"Name": "JobContractPricing", "Transactions": [{"Status": "New", "DataElements": [
        {"Name": "FORM.d_dw_job_price_hdr", "Type": "Form", "Rows": [{"Edits": [
            {"Name": "job_no", "Value": "7"}, {"Name": "end_date", "Value": "2099-12-31"}]}]},
        {"Name": "JOBPRICELINE.jobpriceline", "Type": "List", "Rows": [{"Edits": [{"Name": "item_id", "Value": "A"}]}]},
        {"Name": "VALUES.values", "Type": "Form", "Rows": [{"Edits": [{"Name": "calculation_value1", "Value": "1"}]}]}
    ]}]})
    .to_string();
    assert_eq!(codes(&set, &[]), [""; 0]);
    assert_eq!(codes(&set, &["--p21-version", "25.2"]), [""; 0]);
    assert_eq!(codes(&set, &["--p21-version", "26.1"]), ["P21-041"]);
}

#[test]
fn dates_are_compared_with_today() {
    let past = EARLY_PRICE.replace("2099-12-31", "2020-12-31");
    assert_eq!(codes(&past, &[]), ["P21-062", "P21-020"], "in the order of the file");
}

#[test]
fn long_lines_are_cut_around_what_is_wrong() {
    let minified = serde_json::from_str::<Value>(&EARLY_PRICE.replace("JOBPRICELINE", "JOBPRICELINES")).unwrap();
    let run = check(&minified.to_string(), &[]);
    let printed = text(&run);
    assert!(printed.contains("P21-002") && printed.contains("did you mean"), "{printed}");
    assert!(printed.lines().all(|line| line.chars().count() < 240), "{printed}");
}

#[test]
fn broken_text_is_shown_where_it_breaks() {
    let broken = "\u{feff}{\"Name\": \"Order\",\n  \"Transactions\": [}\n";
    let found = findings(broken, &[]);
    assert_eq!((&found[0]["code"], &found[0]["line"], &found[0]["column"]), (&json!("P21-090"), &json!(2), &json!(20)));
    let found = findings("<TransactionSet>\n  <Name>é</Nam>", &[]);
    assert_eq!((&found[0]["code"], &found[0]["line"]), (&json!("P21-080"), &json!(2)));
}

#[test]
fn xml_and_read_requests_are_known_by_their_content() {
    let xml = "<TransactionStateRequest xmlns=\"http://schemas.datacontract.org/2004/07/P21.Transactions.Model.V2\">\n\
               <ServiceName>Order</ServiceName><TransactionStates><TransactionState>\n\
               <DataElementName>TP_ITEMS.items</DataElementName>\n\
               <Keys><Key><Name>oe_order_item_id</Name><Value>A</Value></Key></Keys>\n\
               </TransactionState></TransactionStates></TransactionStateRequest>";
    let found = findings(xml, &[]);
    assert_eq!((&found[0]["code"], &found[0]["line"], &found[0]["column"]), (&json!("P21-072"), &json!(3), &json!(18)));
    let blank = r#"{"ServiceName": "Order", "Keys": [{"Name": "order_no", "Value": "1"}]}"#;
    assert_eq!(codes(blank, &[]), ["P21-074"]);
}

/// As many findings as asked for, one in each row, on lines of their own or on one.
fn many(count: usize, separator: &str) -> String {
    let row = r#"{"Edits": [{"Name": "nonsense", "Value": "1"}]}"#;
    let rows = vec![row; count].join(&format!(",{separator}"));
    format!(
        r#"{{"Name": "Order", "Transactions": [{{"Status": "New", "DataElements": [{{"Name": "TP_ITEMS.items",
        "Type": "List", "Rows": [{rows}]}}]}}]}}"#
    )
}

/// With a cost that grows as the square this would take minutes.
#[test]
fn tens_of_thousands_of_findings_are_reported_at_once_and_cut_at_a_stated_number() {
    for separator in ["\n", ""] {
        let payload = many(20_000, separator);
        let run = check(&payload, &[]);
        let printed = text(&run);
        assert_eq!(run.status.code(), Some(1));
        assert_eq!(printed.matches("A field that").count() + printed.matches("The element has no").count(), 100);
        assert!(printed.contains("and 19900 more; `--limit 0` prints all"), "how many more there are is said");
        assert!(printed.contains("20000 errors, 0 warnings"), "{}", &printed[printed.len() - 200..]);
        let all = check(&many(200, separator), &["--limit", "0"]);
        assert!(!text(&all).contains(" more; "));
        assert_eq!(findings(&payload, &[]).len(), 20_000);
    }
}

#[test]
fn the_number_of_findings_can_be_chosen() {
    assert_eq!(findings(&many(20, "\n"), &["--limit", "7"]).len(), 7);
}

#[test]
fn what_steers_a_terminal_stays_in_the_file() {
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{200f}";
    let quoted =
        format!("{{\"Name\": \"Order\", \"Transactions\": [{{\"Status\": \"New{hostile}\", \"Data{hostile}\": 1}}]}}")
            .replace('\u{1b}', "\\u001b");
    let raw = quoted.replace("\\u001b", "\u{1b}");
    let service = format!("{{\"Name\": \"Ord{}\", \"Transactions\": []}}", "\u{9b}31m\u{202e}");
    let xml = format!("<TransactionSet><Na{}></Na></TransactionSet>", "\u{202e}");
    for payload in [quoted, raw, service, xml] {
        for format in ["text", "json"] {
            let run = check(&payload, &["--format", format]);
            let printed = text(&run);
            let unseen = |c: &char| c.is_control() && *c != '\n' || ('\u{200b}'..='\u{206f}').contains(c);
            let found: Vec<char> = printed.chars().filter(|c| *c != '\u{2026}').filter(unseen).collect();
            assert!(found.is_empty(), "{found:?} in {printed:?}");
        }
    }
}

#[test]
fn the_exit_code_says_whether_the_work_was_done() {
    assert_eq!(check(EARLY_PRICE, &["--p21-version", "banana"]).status.code(), Some(2));
    assert_eq!(check(EARLY_PRICE, &["--definitions", "no-such-folder"]).status.code(), Some(2));
}

#[test]
fn bodies_of_other_endpoints_are_checked_as_what_they_are() {
    // The set of a request with a callback, where it stands in the file.
    let callback = format!("{{\"Callback\": {{\"Url\": \"https://erp.example.com\"}}, \"Content\":\n{EARLY_PRICE}}}");
    let found = findings(&callback, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["code"], "P21-020");
    assert_eq!(found[0]["path"], "Content.Transactions[0].DataElements[1].Rows[0].Edits[1]");
    assert_eq!((&found[0]["line"], &found[0]["column"]), (&json!(9), &json!(14)));
    let wrapped = format!("{{\"TransactionSet\": {EARLY_PRICE}}}");
    assert_eq!(codes(&wrapped, &[]), ["P21-100", "P21-020"]);
    // The sheet's window commands, of a service that has no definition; and of one that has.
    let steps = |service: &str, field: &str| {
        json!({"Requests": [{"Action": 0, "DetailLevel": 0, "Args": {"ServiceName": service}},
            {"Action": 2, "DetailLevel": 0, "Args": {"List": [
                {"DatawindowName": "tp_1_dw_1", "FieldName": field, "Value": "t"}]}},
            {"Action": 6, "DetailLevel": 0}, {"Action": 1, "DetailLevel": 0}]})
        .to_string()
    };
    let run = check(&steps("ItemNotepad", "topic"), &[]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    assert_eq!(codes(&steps("PurchaseOrder", "external_po_no"), &[]), Vec::<String>::new());
    assert_eq!(codes(&steps("PurchaseOrder", "topic"), &[]), ["P21-003"]);
}

/// `check --definitions` and `sandbox --definitions` read a folder alike: with a folder a version in it, or with the files
/// themselves, and a site's rules beside them.
#[test]
fn the_folders_that_it_takes_are_those_of_the_sandbox() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let task = repository.join("p21-sandbox/sketches/Task.json");
    let payload = json!({"Name": "Task", "Transactions": [{"Status": "New", "DataElements": [{"Name": "Form.form",
        "Type": "Form", "Keys": [], "Rows": [{"Edits": [{"Name": "subject", "Value": "x"}, {"Name": "priority", "Value": "1"}]}]}]}]});
    for below in ["25.2", "26.1", ""] {
        let folder = tempfile::tempdir().unwrap();
        let of_version = folder.path().join(below);
        std::fs::create_dir_all(&of_version).unwrap();
        std::fs::copy(&task, of_version.join("Task.json")).unwrap();
        let path = folder.path().to_str().unwrap();
        let version = if below == "26.1" { "26.1" } else { "25.2" };
        let found = findings(&payload.to_string(), &["--definitions", path, "--p21-version", version]);
        assert!(found.iter().any(|finding| finding.to_string().contains("priority")), "{below}: {found:?}");
        let served = p21_sandbox::ServedDefinitions::load(folder.path(), version.parse().unwrap()).unwrap();
        assert_eq!(served.names().collect::<Vec<_>>(), ["Task"], "{below}");
    }
}

/// Nor is it said that there are no findings, where nobody has looked.
#[test]
fn a_rule_that_cant_be_read_is_an_error_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::copy(repository.join("definitions/25.2/Order.json"), folder.path().join("Order.json")).unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/Order.toml"), "service = \"Order\"\n\n[[length]]\nmax = 4\n").unwrap();
    let order = json!({"Name": "TABPAGE_1.order", "Type": "Form", "Keys": [],
        "Rows": [{"Edits": [{"Name": "customer_id", "Value": "1"}]}]});
    let payload = json!({"Name": "Order", "Transactions": [{"Status": "New", "DataElements": [order]}]}).to_string();
    let run = check(&payload, &["--definitions", folder.path().to_str().unwrap()]);
    assert_eq!((run.status.code(), run.stdout), (Some(2), Vec::new()));
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("Order.toml:3"), "{said}");
}

/// What 26.1 stores passes the check for 26.1, though the definition of 25.2 has no such field.
#[test]
fn a_later_version_has_the_definitions_of_its_version() {
    let labor = json!({"Name": "TP_LABORRECORDING.prod_order_line_comp_labor", "Type": "List",
        "Keys": ["prod_order_number", "line_number"], "Rows": [{"Edits": [
            {"Name": "prod_order_number", "Value": "2001"}, {"Name": "line_number", "Value": "1"},
            {"Name": "item_id", "Value": "ASM-1"}, {"Name": "component_labor_id", "Value": "LAB-1"},
            {"Name": "start_time", "Value": "2026-04-01T08:00:00"}, {"Name": "end_time", "Value": "2026-04-01T12:00:00"},
            {"Name": "labor_type_cd", "Value": "Rate"}]}]});
    let technician = json!({"Name": "TP_TECHNICIAN.tp_technician", "Type": "Form", "Rows": [{"Edits": [
        {"Name": "company_id", "Value": "DEMO"}, {"Name": "technician_id", "Value": "301"},
        {"Name": "entry_date", "Value": "2026-04-01"}]}]});
    let set = json!({"Name": "TimeEntry", "Transactions": [{"Status": "New", "DataElements": [technician, labor]}]});
    for version in ["26.1", "26.1.5940"] {
        assert_eq!(codes(&set.to_string(), &["--p21-version", version]), [""; 0], "{version}");
    }
    for version in ["25.2", "26.1-early"] {
        assert_eq!(codes(&set.to_string(), &["--p21-version", version]), ["P21-010", "P21-003"], "{version}");
    }
}

/// Lists too, whose second rows are no second rows of a form: the stock has moved before anybody looks.
#[test]
fn children_of_several_parents_in_elements_of_their_own_land_on_the_last() {
    let element = |name: &str, field: &str, value: &str, quantity: &str| {
        json!({"Name": name, "Type": "List", "Rows": [{"Edits": [
            {"Name": field, "Value": value}, {"Name": "unit_quantity", "Value": quantity}]}]})
    };
    let item = |value, quantity| element("TABPAGE_17.tp_17_dw_17", "item_id", value, quantity);
    let lot = |value, quantity| element("TABPAGE_LOT.lot", "lot_cd", value, quantity);
    let header = json!({"Name": "TABPAGE_1.tp_1_dw_1", "Type": "Form", "Rows": [{"Edits": [
        {"Name": "location_id", "Value": "100"}, {"Name": "reason_id", "Value": "Cycle Count"}]}]});
    let found = |elements: &[Value]| {
        let elements: Vec<&Value> = std::iter::once(&header).chain(elements).collect();
        let set = json!({"Name": "InventoryAdjustment", "Transactions": [{"Status": "New", "DataElements": elements}]});
        codes(&set.to_string(), &[])
    };
    let (a, b, c) = (item("A", "1"), item("B", "2"), item("C", "1"));
    let (one, two, three) = (lot("L1", "1"), lot("L2", "1"), lot("L3", "1"));
    let clone = |elements: &[&Value]| elements.iter().map(|element| (*element).clone()).collect::<Vec<Value>>();
    assert_eq!(found(&clone(&[&a, &b, &one, &two])), ["P21-022"]);
    assert_eq!(found(&clone(&[&a, &b, &c, &one, &two, &three])), ["P21-022"], "said once");
    for right in [&[&a, &one, &b, &two][..], &[&a, &b, &one], &[&b, &one, &two]] {
        assert_eq!(found(&clone(right)), [""; 0]);
    }
}

#[test]
fn an_empty_status_is_found() {
    let set = EARLY_PRICE.replacen("\"New\"", "\"\"", 1);
    assert!(codes(&set, &[]).contains(&"P21-008".to_owned()), "{set}");
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_refused_and_a_pipe_of_the_shell_is_read() {
    let endless = Command::new(env!("CARGO_BIN_EXE_cargo-p21")).args(["check", "/dev/zero"]).output().unwrap();
    assert_eq!(endless.status.code(), Some(2), "{}", text(&endless));
    assert!(text(&endless).contains("it is larger than 256 MB"), "{}", text(&endless));
    let piped = format!("{} check <(echo '{{}}')", env!("CARGO_BIN_EXE_cargo-p21"));
    let piped = Command::new("bash").args(["-c", &piped]).output().unwrap();
    assert_eq!(piped.status.code(), Some(1), "{}", text(&piped));
}

#[test]
fn a_read_by_a_blank_key_is_found() {
    let read = |value: &str| {
        let keys = json!([{"Name": "order_no", "Value": value}]);
        let states = json!([{"DataElementName": "TABPAGE_1.order", "Keys": keys}]);
        json!({"ServiceName": "Order", "TransactionStates": states}).to_string()
    };
    assert_eq!(codes(&read("1000001"), &[]), [] as [&str; 0]);
    for blank in ["", " ", "\u{a0}\t"] {
        assert_eq!(codes(&read(blank), &[]), ["P21-071"], "{blank:?}");
    }
}
