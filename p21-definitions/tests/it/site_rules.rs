//! A site's rules on top of those that come with the crate, on the real definition of contracts.

use std::path::Path;

use p21_definitions::Definitions;
use p21_model::Version;
use p21_model::schema::{Compiled, ElementSchema, RuleKind};

use crate::repository;

const LINE: &str = "JOBPRICELINE.jobpriceline";
const WHY: &str = "consequence = \"seen here\"\nevidence = \"verified on 26.1\"\n";

/// The contracts of a site with these rules, and with its definition changed.
fn contracts(rules: &str, change: impl Fn(String) -> String) -> Result<Compiled, String> {
    let folder = tempfile::tempdir().unwrap();
    let definition = std::fs::read_to_string(repository().join("25.2/JobContractPricing.json")).unwrap();
    let write = |path: &str, text: String| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("JobContractPricing.json", change(definition));
    if !rules.is_empty() {
        write("rules/JobContractPricing.toml", format!("service = \"JobContractPricing\"\n{rules}"));
    }
    let definitions = Definitions::open(folder.path(), Some(Version::new(26, 1))).map_err(|error| error.to_string())?;
    let source = definitions.source("JobContractPricing").map_err(|error| error.to_string())?;
    source.compile(definitions.any()).map_err(|error| error.to_string())
}

fn element(compiled: &Compiled, name: &str) -> ElementSchema {
    compiled.schema.element(name).unwrap().clone()
}

/// The consequences of the rules of an element that say that these fields are disabled.
fn shut(element: &ElementSchema, field: &str) -> Vec<String> {
    let index = element.field(field).unwrap().0;
    let rules = element
        .rules
        .iter()
        .filter(|rule| matches!(&rule.kind, RuleKind::Disabled { fields, .. } if fields.contains(&index)));
    rules.map(|rule| rule.why.consequence.to_string()).collect()
}

#[test]
fn a_plain_folder_has_the_built_in_rules() {
    let compiled = contracts("", |definition| definition).unwrap();
    assert_eq!(compiled.misfits, []);
    assert!(element(&compiled, LINE).rules.len() > 5);
    assert_eq!(element(&compiled, LINE).module, "line", "aliases are rules too");
}

#[test]
fn a_rule_about_the_same_thing_replaces_and_off_removes() {
    let bins = |rules: &str| {
        let compiled = contracts(rules, |definition| definition).unwrap();
        assert_eq!(compiled.misfits, []);
        let bins = element(&compiled, "BINS.bins");
        ["capacity", "max_qty"].map(|field| shut(&bins, field))
    };
    let [capacity, max_qty] = bins("");
    assert_eq!((capacity.len(), max_qty.len()), (1, 1));
    let head = "[[disabled]]\nelement = \"bins\"\nfields = [\"capacity\"]\n";
    let [replaced, kept] = bins(&format!("{head}ignore_disabled = \"refused\"\n{WHY}"));
    assert_eq!((replaced, kept), (vec!["seen here".to_owned()], max_qty.clone()), "each field by itself");
    let [off, kept] = bins(&format!("{head}off = \"open since our upgrade\"\n"));
    assert_eq!((off, kept), (Vec::new(), max_qty));
}

#[test]
fn an_off_without_a_reason_or_with_more_is_an_error_and_one_about_nothing_a_warning() {
    let error = |rules: &str| contracts(rules, |definition| definition).unwrap_err();
    let follows = "[[follows]]\nchild = \"breaks\"\n";
    assert!(
        error(&format!("{follows}off = \" \"\n")).contains("rules/JobContractPricing.toml:2: `off` wants a reason")
    );
    assert!(error(&format!("{follows}off = \"x\"\nparent = \"line\"\n")).contains("says nothing beside `off`"));
    let unused = contracts("[[follows]]\nchild = \"line\"\noff = \"x\"\n", |definition| definition).unwrap();
    assert!(unused.misfits[0].to_string().contains("no [[follows]] of this to switch off"), "{:?}", unused.misfits);
}

#[test]
fn one_field_less_is_a_warning_a_rule_and_every_other_rule_holds() {
    let all = contracts("", |definition| definition).unwrap();
    let less = contracts("", |text| text.replace("\"commission_cost_value\"", "\"renamed\"")).unwrap();
    assert_eq!(less.misfits.len(), 2, "{:?}", less.misfits);
    for misfit in &less.misfits {
        assert_eq!(misfit.file, "built-in rules of JobContractPricing", "no file that a site has");
        assert!(misfit.help.contains("`rules/JobContractPricing.toml`") && misfit.help.contains("`off`"), "{misfit}");
        assert!(misfit.line.is_some() && misfit.problem.contains("has no field `commission_cost_value`"), "{misfit}");
    }
    let count = |compiled: &Compiled| compiled.schema.elements.iter().map(|element| element.rules.len()).sum::<usize>();
    assert_eq!(count(&less), count(&all) - 2);
}

#[test]
fn a_renamed_label_keeps_its_rules_by_code_or_is_told() {
    let rename = |text: String| text.replace("\"Price\", \"None\"", "\"Fixpreis\", \"None\"");
    let told = contracts("", rename).unwrap();
    let labels: Vec<String> =
        element(&told, LINE).field("pricing_method").unwrap().1.values.iter().map(str::to_owned).collect();
    assert!(labels.contains(&"Fixpreis".to_owned()) && !labels.contains(&"Price".to_owned()), "{labels:?}");
    assert!(told.misfits.iter().any(|misfit| misfit.problem.contains("has no `Price`")), "{:?}", told.misfits);
    let codes =
        format!("[[codes]]\nelement = \"line\"\nfield = \"pricing_method\"\nvalues = {{ Fixpreis = \"221\" }}\n{WHY}");
    let kept = contracts(&codes, rename).unwrap();
    assert_eq!(kept.misfits, []);
    let line = element(&kept, LINE);
    let choices: Vec<&str> = line
        .rules
        .iter()
        .filter_map(|rule| match &rule.kind {
            RuleKind::Choice { value, .. } => Some(&**value),
            _ => None,
        })
        .collect();
    assert_eq!(choices, ["Fixpreis", "Source"]);
    let method = line.field("pricing_method").unwrap().1;
    assert_eq!((method.code("Fixpreis"), method.code("Source")), (Some("221"), Some("220")), "the others keep theirs");
}

#[test]
fn a_sites_own_list_is_exact() {
    let own = |text: String| {
        text.replace("\"ValidValues\": [\"Order\", \"Source\", \"Value\"]", "\"ValidValues\": [\"Auftrag\", \"Wert\"]")
    };
    let compiled = contracts("", own).unwrap();
    let cost = element(&compiled, "JOBPRICECOST.jobpricecost");
    let labels: Vec<&str> = cost.field("commission_cost_type_cd").unwrap().1.values.iter().collect();
    assert_eq!(labels, ["Auftrag", "Wert"]);
}

/// Rules of a service that nobody has heard of do nothing, and say so; of one whose definition is not there yet they wait.
#[test]
fn a_rules_file_of_no_service_is_told_with_the_name_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let labor = std::fs::read_to_string(repository().join("25.2/Labor.json")).unwrap();
    put("25.2/Labor.json", &labor);
    put("26.1/Added.json", &labor.replace("\"Name\": \"Labor\"", "\"Name\": \"Added\""));
    for fine in ["Labor", "Added", "Order", "any"] {
        put(&format!("rules/{fine}.toml"), "");
    }
    let misfits = || {
        let definitions = Definitions::open(folder.path(), Some(Version::new(25, 2))).unwrap();
        definitions.misfits().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        misfits(),
        Vec::<String>::new(),
        "a newer version's, and one that has rules inside the crate, are services"
    );
    for strange in ["Labour", "Any", "Zzz"] {
        put(&format!("rules/{strange}.toml"), "");
    }
    let told = misfits();
    assert_eq!(told.len(), 3, "{told:?}");
    for (line, [file, help]) in told.iter().zip([
        ["rules/Any.toml: there is no definition of a service `Any`, so that", "did you mean `any.toml`?"],
        ["rules/Labour.toml: there is no definition of a service `Labour`, so that", "did you mean `Labor.toml`?"],
        [
            "rules/Zzz.toml: there is no definition of a service `Zzz`, so that",
            "fetch that service, or remove the file",
        ],
    ]) {
        assert!(line.contains(file) && line.ends_with(help), "{line}");
    }
}
