//! Witnesses of rules that hold on one version only: each kind that can be silent is shown, or says why it can't be.

use std::path::Path;

use p21_definitions::diff::{Effect, KINDS, KindEffects, Witness};
use serde_json::{Value, json};

use crate::support::{p21, text};

/// A rule of each kind that can be silent, of `Labor`: its file, and its table.
const RULES: &[(&str, &str, &str)] = &[
    ("order", "Labor", "element = 'FORM.labor'\nfields = ['min_hours_charged', 'estimated_hours']\neffect = 'clears'"),
    ("default", "Labor", "element = 'FORM.labor'\nfield = 'labor_type_cd'\nvalue = 'Indirect'"),
    ("assigned", "Labor", "element = 'TP_RATES.base_rate'\nfields = ['rate_sequence']\nhow = 'line'"),
    ("follows", "Labor", "child = 'COSTS.costs_by_location'\nparent = 'FORM.labor'"),
    ("sequence", "Labor", "elements = ['FORM.labor', 'TP_CLASSES.tp_classes']"),
    ("no_key", "Labor", "element = 'TP_RATES.hourly_rate'\nfields = ['hourly_rate']"),
    ("key", "Labor", "element = 'FORM.labor'\nfields = ['service_labor_id', 'service_labor_desc']"),
    ("bounded", "Labor", "element = 'FORM.labor'\nranges = [['service_labor_id']]"),
    ("endpoint", "any", "services = ['Labor']\nuse = 'commands'"),
    ("use_code_values", "Labor", ""),
    ("cursor_key", "Labor", "element = 'TP_RATES.hourly_rate'\nfield = 'hourly_rate'"),
];

/// A folder with `Labor` and one rule, that holds from 26.1 on.
fn folder(kind: &str, file: &str, table: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let definition = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions/25.2/Labor.json");
    let text = std::fs::read_to_string(definition).unwrap();
    let name = field_of_rates(&text);
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    let service = if file == "any" { "" } else { "service = 'Labor'\n" };
    let rule = format!(
        "{service}[[{kind}]]\n{}\nversions = '>=26.1'\nconsequence = 'What this test is about.'\nevidence = 'inferred; of a test'\n",
        table.replace("'hourly_rate'", &format!("'{name}'")),
    );
    std::fs::write(folder.path().join(format!("rules/{file}.toml")), rule).unwrap();
    std::fs::write(folder.path().join("Labor.json"), text).unwrap();
    folder
}

/// The decimal field of the list of rates.
fn field_of_rates(text: &str) -> String {
    let definition = p21_model::definition::ServiceDefinition::load("Labor.json", text.as_bytes()).unwrap();
    let element = definition.element("TP_RATES.hourly_rate").unwrap();
    let decimal = |field: &&p21_model::definition::FieldDefinition| {
        field.data_type == Some(p21_model::definition::DataType::Decimal) && !element.key_fields.contains(&field.name)
    };
    element.fields.iter().find(decimal).unwrap().name.clone()
}

/// The change that a rule is when the server goes from one version to the other.
fn change(folder: &Path, kind: &str, versions: [&str; 2]) -> Value {
    let [old, new] = versions;
    let run = p21(folder, &["diff", ".", ".", "--old-version", old, "--new-version", new, "--format", "json"]);
    let diff: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{kind}: {}", text(&run)));
    let ours = |change: &&Value| {
        change["kind"] == kind && change["consequence"].as_str().unwrap().starts_with("What this test is about.")
    };
    diff["changes"].as_array().unwrap().iter().find(ours).unwrap_or_else(|| panic!("{kind}: {diff}")).clone()
}

#[test]
fn every_kind_of_rule_that_can_be_silent_has_a_witness_or_says_why_none_can_be_built() {
    let mut shown = Vec::new();
    for KindEffects { kind, begins, ends, witness, .. } in KINDS {
        let is_silent = |(writers, readers): &(Effect, Effect)| *writers.max(readers) == Effect::Silent;
        if !is_silent(begins) && !is_silent(ends) {
            continue;
        }
        let kind = kind.name();
        let (_, file, table) = RULES.iter().find(|(of, ..)| *of == kind).unwrap_or_else(|| panic!("no rule of {kind}"));
        let folder = folder(kind, file, table);
        for (versions, effects) in [(["25.2", "26.1"], begins), (["26.1", "25.2"], ends)] {
            let change = change(folder.path(), kind, versions);
            if !is_silent(effects) {
                assert_eq!(change["witness"], Value::Null, "{kind}: {change}");
                continue;
            }
            match witness {
                Witness::None(why) => assert_eq!(change["witness"], json!({"none": why}), "{kind}"),
                _ => {
                    let of = |side: &str| change["witness"]["shown"][side].as_array().map(Vec::len);
                    assert_eq!((of("stored_by_old"), of("stored_by_new")), (Some(1), Some(1)), "{kind}: {change}");
                    shown.push((kind, versions[0], change["witness"]["shown"].clone()));
                }
            }
        }
    }
    let kinds: Vec<(&str, &str)> = shown.iter().map(|(kind, from, _)| (*kind, *from)).collect();
    assert_eq!(
        kinds,
        [("order", "25.2"), ("assigned", "25.2"), ("assigned", "26.1"), ("default", "25.2"), ("default", "26.1")]
    );
    let stored = |at: usize, side: &str, field: &str| shown[at].2[side][0][field].clone();
    assert!(stored(0, "stored_by_old", "estimated_hours") != stored(0, "stored_by_new", "estimated_hours"));
    assert!(stored(1, "stored_by_old", "rate_sequence") != stored(1, "stored_by_new", "rate_sequence"));
    assert_eq!(stored(3, "stored_by_new", "labor_type_cd"), "Indirect");
    assert!(stored(4, "stored_by_new", "labor_type_cd") != "Indirect");
}

/// The rule that there is: the order of fields of labour, whose effect nobody knows.
#[test]
fn an_order_whose_effect_is_not_known_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let run = p21(folder.path(), &["diff", "published:25.2", "published:26.1"]);
    assert!(text(&run).contains("witness: none: the order is known, and not what P21 does"), "{}", text(&run));
}
