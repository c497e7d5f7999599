//! `cargo p21 diff --rust --code`: what a program loses, and its places that name it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{p21, text};

fn pair(rule: &str) -> [String; 2] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../p21-definitions/tests/it/diff/pairs").join(rule);
    ["old", "new"].map(|side| folder.join(side).display().to_string())
}

fn program(sources: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in sources {
        let path: PathBuf = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// The places of the only change, as `file:line: what`.
fn places(program: &Path, sides: &[String; 2], rule: &str) -> Vec<String> {
    let run = p21(program, &["diff", &sides[0], &sides[1], "--format", "json", "--no-witness", "--code", "."]);
    let json: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", text(&run)));
    let change = json["changes"].as_array().unwrap().iter().find(|change| change["rule"] == rule).unwrap();
    let place = |place: &Value| {
        let maybe = if place["maybe"] == true { " (maybe)" } else { "" };
        let file = place["file"].as_str().unwrap().trim_start_matches("./").to_owned();
        format!("{file}:{}: {}{maybe}", place["line"], place["what"].as_str().unwrap())
    };
    change["places"].as_array().unwrap().iter().map(place).collect()
}

const FIELDS: &str = r#"use acme_p21::labor::{self, header as codes};
use acme_p21::labor::header::*;

#[derive(DataElement)]
#[p21(codes, edit)]
struct Code {
    skill_level: Option<i64>,
    #[p21(field = "skill_level")]
    grade: Option<i64>,
    #[p21(field = "labor_type_cd")]
    kind: Option<i64>,
}

fn certain() {
    codes::Row::edit().service_labor_id("A").skill_level(3);
    row.get(codes::SKILL_LEVEL);
    row.get(labor::header::SKILL_LEVEL);
    row.get(SKILL_LEVEL);
    println!("{}", codes::Row::edit().skill_level(4));
}

fn not_to_be_told(row: T) {
    row.skill_level(3);
    raw.value("skill_level");
}

fn others() {
    acme_p21::order::header::Row::edit().skill_level(3);
    acme_p21::order::header::SKILL_LEVEL;
    other::skill_level();
    row.skill_levels(3);
}
"#;

#[test]
fn paths_setters_members_and_texts_that_name_a_field_are_found() {
    let program = program(&[("src/main.rs", FIELDS), ("target/debug/made.rs", "this is no rust"), ("notes.txt", "no")]);
    assert_eq!(
        places(program.path(), &pair("field-type"), "field-type"),
        [
            "src/main.rs:7: Code.skill_level",
            "src/main.rs:9: Code.grade",
            "src/main.rs:15: .skill_level(..)",
            "src/main.rs:16: codes::SKILL_LEVEL",
            "src/main.rs:17: labor::header::SKILL_LEVEL",
            "src/main.rs:18: SKILL_LEVEL",
            "src/main.rs:19: .skill_level(..)",
            "src/main.rs:23: .skill_level(..) (maybe)",
            "src/main.rs:24: \"skill_level\" (maybe)",
        ]
    );
    // A field under its old name: programs were written for that.
    assert_eq!(places(program.path(), &pair("field-renamed"), "field-renamed").len(), 9);
}

#[test]
fn members_of_what_is_required_are_found() {
    let source = "fn f() { acme_p21::labor::header::Row::new(acme_p21::labor::header::Required {\n\
                  service_labor_id: \"A\",\nservice_labor_desc: \"B\" }); }";
    let program = program(&[("lib.rs", source)]);
    let [new, old] = pair("required-field-added");
    assert_eq!(places(program.path(), &[old, new], "required-field-removed"), ["lib.rs:3: service_labor_desc: .."]);
}

#[test]
fn a_key_means_every_row_of_its_element() {
    let source = "use acme_p21::labor::base_rates;\n#[derive(DataElement)]\n#[p21(base_rates)]\nstruct Rate { rate_amount: i64 }\n\
                  fn raw() -> &'static str { \"TP_RATES.base_rate\" }\nfn other() { acme_p21::labor::hourly_rates::Row::edit(); }\n";
    let program = program(&[("lib.rs", source)]);
    assert_eq!(
        places(program.path(), &pair("element-key-added"), "element-key-added"),
        ["lib.rs:1: acme_p21::labor::base_rates", "lib.rs:3: base_rates", "lib.rs:5: \"TP_RATES.base_rate\""]
    );
}

/// What derives say in another order, short names of short names, macros that are no list of expressions.
const SAID_OTHERWISE: &[(&str, &str)] = &[
    ("lib.rs", "pub mod short { pub use acme_p21::labor as codes; pub type Code = codes::header::Row; }\n"),
    (
        "a.rs",
        r#"use crate::short::codes::header as h;
use acme_p21::labor as l;
use l::header;

#[derive(DataElement)]
#[p21(crate = acme_p21, edit, h)]
struct Crated {
    #[p21(key, field = skill_level)]
    level: i64,
}

#[derive(FieldLabel)]
#[p21(header::LaborTypeCd)]
enum Kind {
    Direct,
    #[p21(label = "Indirect")]
    Other,
}

fn f(row: header::Row) {
    crate::short::Code::edit().skill_level(3);
    header::Row::edit().skill_level(3);
    rows.map(h::Row::skill_level);
    row.skill_level(3);
    json!({"Name": "skill_level", "Value": [h::SKILL_LEVEL]});
    assert!(matches!(row.get(h::LABOR_TYPE_CD), Some(header::LaborTypeCd::Indirect) | None if true));
    select! { done = row.skill_level(1) => {} }
}
"#,
    ),
];

#[test]
fn derives_short_names_and_macros_are_seen_through() {
    let program = program(SAID_OTHERWISE);
    assert_eq!(
        places(program.path(), &pair("field-type"), "field-type"),
        [
            "a.rs:9: Crated.level",
            "a.rs:21: .skill_level(..)",
            "a.rs:22: .skill_level(..)",
            "a.rs:23: h::Row::skill_level",
            "a.rs:24: .skill_level(..) (maybe)",
            "a.rs:25: \"skill_level\" (maybe)",
            "a.rs:25: h::SKILL_LEVEL",
            "a.rs:27: .skill_level(..) (maybe)",
        ]
    );
    let labels = changed("Labor", "\"Indirect\"", "\"Overhead\"");
    assert_eq!(
        places(program.path(), &sides(&labels), "value-removed"),
        ["a.rs:17: Kind::Other", "a.rs:26: header::LaborTypeCd::Indirect"]
    );
    // Whoever looks at all labels looks at the new one.
    assert_eq!(
        places(program.path(), &sides(&labels), "value-added"),
        ["a.rs:13: header::LaborTypeCd", "a.rs:26: h::LABOR_TYPE_CD", "a.rs:26: header::LaborTypeCd::Indirect",]
    );
}

/// A published definition, and one in which something is otherwise.
fn changed(service: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../definitions/25.2/{service}.json"));
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{service} has no {from}");
    for (side, text) in [("old", text.clone()), ("new", text.replacen(from, to, 1))] {
        std::fs::create_dir(folder.path().join(side)).unwrap();
        std::fs::write(folder.path().join(side).join(format!("{service}.json")), text).unwrap();
    }
    folder
}

fn sides(folder: &tempfile::TempDir) -> [String; 2] {
    ["old", "new"].map(|side| folder.path().join(side).display().to_string())
}

/// The programs of this repository: every line that sets or reads the price of a contract's line, and none of other prices.
#[test]
fn in_real_programs_every_place_is_found_and_no_other() {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/src/bin");
    let price = "{\"Name\": \"price\", \"Label\": \"Price\", \"DataType\": ";
    let definitions = changed("JobContractPricing", &format!("{price}\"Decimal\""), &format!("{price}\"Datetime\""));
    let found = places(&programs, &sides(&definitions), "field-type");
    let mut wanted = Vec::new();
    for entry in std::fs::read_dir(&programs).unwrap() {
        let path = entry.unwrap().path();
        let (name, text) = (path.file_name().unwrap().to_str().unwrap(), std::fs::read_to_string(&path).unwrap());
        if !text.contains("use p21_services::job_contract_pricing") {
            continue;
        }
        let names = |line: &str| line.contains(".price(") || line.contains("line::PRICE)");
        let lines = text.lines().enumerate().filter(|(_, line)| names(line) && !line.trim_start().starts_with("//"));
        wanted.extend(lines.map(|(at, _)| format!("{name}:{}", at + 1)));
    }
    assert!(wanted.len() >= 12, "{wanted:?}");
    let certain: Vec<&String> = found.iter().filter(|place| !place.ends_with("(maybe)")).collect();
    for line in &wanted {
        let starts = |place: &&String| place.starts_with(&format!("{line}:"));
        assert!(certain.iter().any(starts), "{line} is not certain: {found:#?}");
    }
    for place in certain {
        assert!(wanted.iter().any(|line| place.starts_with(&format!("{line}:"))), "{place} is none: {wanted:#?}");
    }

    // A label that is gone, and a form whose name other services have, too.
    let labels = changed("JobContractPricing", "\"Source\", \"Price\"", "\"Price\"");
    let found = places(&programs, &sides(&labels), "value-removed");
    let count = |text: &str| found.iter().filter(|place| place.contains(text)).count();
    assert_eq!(count("line::PricingMethod::Source"), 3, "{found:#?}");
    assert_eq!(count("PricingMethodCd"), 0, "{found:#?}");
    let page = changed(
        "SalesPricePage",
        "\"Name\": \"FORM.form\", \"Type\": \"Form\"",
        "\"Name\": \"FORM.form\", \"Type\": \"List\"",
    );
    for side in sides(&page) {
        let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions/25.2/SalesPriceBook.json");
        std::fs::copy(other, Path::new(&side).join("SalesPriceBook.json")).unwrap();
    }
    let found = places(&programs, &sides(&page), "element-became-list");
    let forms: Vec<&String> = found.iter().filter(|place| place.contains("\"FORM.form\"")).collect();
    assert!(!forms.is_empty() && forms.iter().all(|place| place.ends_with("(maybe)")), "{found:#?}");
}

/// A record that is known by another key concerns those who read it.
#[test]
fn a_key_of_a_record_is_where_records_are_read() {
    let program = program(&[(
        "lib.rs",
        "use acme_p21::labor::{self, header};\nfn f() {\n header::Row::edit();\n client.read(labor::Key::new(1));\n}",
    )]);
    assert_eq!(places(program.path(), &pair("record-key-added"), "record-key-added"), ["lib.rs:4: labor::Key::new"]);
}

#[test]
fn what_generated_code_gains_and_loses_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["diff", "published:25.2", "published:26.1", "--rust", "--no-witness"]);
    let said = text(&run);
    assert!(said.contains("  + time_entry::labor::LINE_NUMBER: Field<i64>\n"), "{said}");
    assert!(
        said.contains("  + time_entry::labor::Row::line_number(self, value: impl p21::IntoInteger) -> Self\n"),
        "{said}"
    );
    let [old, new] = pair("field-type");
    let run = p21(folder.path(), &["diff", &old, &new, "--rust", "--format", "markdown"]);
    assert!(text(&run).contains("\n- labor::header::SKILL_LEVEL: Field<i64>\n"), "{}", text(&run));
    let [old, new] = pair("field-label");
    let run = p21(folder.path(), &["diff", &old, &new, "--rust"]);
    assert!(run.status.code() == Some(0) && text(&run).contains("no name differs"), "{}", text(&run));
}

#[test]
fn sources_that_do_not_parse_are_one_error_with_their_place() {
    let program = program(&[("src/good.rs", "fn f() {}"), ("src/bad.rs", "fn f() {\n    let = 1;\n}\n")]);
    let [old, new] = pair("field-type");
    let run = p21(program.path(), &["diff", &old, &new, "--code", "src"]);
    assert_eq!(run.status.code(), Some(2), "{}", text(&run));
    assert!(text(&run).contains("src/bad.rs:2:9: this is no Rust"), "{}", text(&run));
    assert!(run.stdout.is_empty());
}
