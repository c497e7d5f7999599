//! Definitions and rules, compiled: every committed rule must fit its definition.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::check::{CheckOptions, Code, check_json};
use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{Endpoint, RuleSet, ServiceSchema, ValueType};

#[test]
fn every_committed_service_compiles_with_its_rules() {
    for service in support::services() {
        for version in ["25.2", "26.1"] {
            let schema = support::schema(&service, version);
            let definition = support::definition(&service);
            assert_eq!(schema.elements.len(), definition.elements.len());
            for (compiled, defined) in schema.elements.iter().zip(&definition.elements) {
                assert_eq!(compiled.fields.len(), defined.fields.len(), "{service} {}", defined.name);
            }
        }
    }
}

#[test]
fn the_number_of_services_is_told_as_it_is() {
    let told = format!("{} services", support::services().len());
    let mut pages = vec!["README.md", "ARCHITECTURE.md"];
    pages.retain(|page| !std::fs::read_to_string(support::repository().join(page)).unwrap().contains(&told));
    assert!(pages.is_empty(), "say that there are {told} in {}", pages.join(", "));
}

#[test]
fn every_rules_file_is_tested_on_a_definition() {
    let services = support::services();
    for entry in std::fs::read_dir(support::repository().join("definitions/rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let folders = ["p21-model/tests/small", "p21-sandbox/sketches"];
            let small = folders.map(|folder| support::repository().join(folder).join(format!("{stem}.json")));
            assert!(stem == "any" || services.contains(&stem) || small.iter().any(|file| file.is_file()), "{stem}");
        }
    }
}

#[test]
fn the_headline_example_has_exactly_its_required_fields() {
    let schema = support::schema("JobContractPricing", "25.2");
    let required = |module: &str| -> Vec<String> {
        let element = schema.elements.iter().find(|element| element.module == module).unwrap();
        element.required().map(|field| field.name.to_string()).collect()
    };
    assert_eq!(required("header"), ["company_id", "contract_no", "end_date"]);
    assert_eq!(required("line"), ["item_id", "uom", "pricing_method"]);
}

#[test]
fn emission_order_keeps_the_order_rules() {
    let schema = support::schema("SalesPricePage", "25.2");
    let header = schema.element("FORM.form").unwrap();
    let place = |name: &str| header.field(name).unwrap().0;
    for pair in [
        ("price_page_type_cd", "company_id"),
        ("company_id", "product_group_id"),
        ("discount_group_id", "supplier_id"),
        ("supplier_id", "description"),
    ] {
        assert!(place(pair.0) < place(pair.1), "{pair:?}");
    }
}

#[test]
fn labels_types_and_codes_come_from_both_sources() {
    let schema = support::schema("JobContractPricing", "25.2");
    let line = schema.element("JOBPRICELINE.jobpriceline").unwrap();
    let field = |name: &str| line.field(name).unwrap().1;
    assert_eq!(field("pricing_method").value_type, ValueType::Label);
    assert_eq!(field("pricing_method").code("Price"), Some("221"));
    assert_eq!(field("pricing_method").label_of_code("234"), Some("Pricing Libraries"));
    assert_eq!(field("copy_contract_line_flag").value_type, ValueType::Switch);
    assert_eq!(field("copy_contract_line_flag").code("ON"), Some("Y"));
    assert_eq!(field("source_price").value_type, ValueType::Text);
    assert!(field("source_price").values.contains("Supplier List Price"));
    assert_eq!(field("uom").value_type, ValueType::Text);
    assert_eq!(field("line_no").value_type, ValueType::Integer);
    assert_eq!(field("row_status_flag").code("Delete"), Some("700"));
}

#[test]
fn endpoints_come_from_the_rules_of_every_service() {
    assert_eq!(support::schema("m_picktickets", "25.2").endpoint, Endpoint::PdfReport);
    assert_eq!(support::schema("Order", "25.2").endpoint, Endpoint::Transaction);
}

fn small() -> ServiceDefinition {
    let text = r#"{"Name": "S", "TransactionDefinition": {"DataElementDefinitions": [
        {"Name": "A.form", "Type": "Form", "FieldDefinitions": [{"Name": "a"}, {"Name": "b"}, {"Name": "c"}]},
        {"Name": "B.list", "Type": "List", "FieldDefinitions": [{"Name": "x"}]}]}}"#;
    ServiceDefinition::load("S.json", text.as_bytes()).unwrap()
}

fn compile(rules: &str, version: &str) -> Result<ServiceSchema, String> {
    let rules = Rules::load("rules/S.toml", &format!("service = \"S\"\n{rules}")).map_err(|error| error.to_string())?;
    ServiceSchema::compile(&small(), RuleSet::new(version.parse().unwrap()).with_service(&rules))
        .map_err(|error| error.to_string())
}

const REASON: &str = "consequence = \"c\"\nevidence = \"verified\"\n";

#[test]
fn rules_that_name_what_is_not_there_are_errors_with_their_line() {
    let order = format!("[[order]]\nelement = \"A.form\"\nfields = [\"a\", \"bb\"]\neffect = \"clears\"\n{REASON}");
    assert_eq!(
        compile(&order, "25.2").unwrap_err(),
        "rules/S.toml:2: service `S`, element `A.form`: `A.form` has no field `bb`; did you mean `b`?"
    );
}

#[test]
fn rules_of_other_versions_are_left_out() {
    let order = format!(
        "[[order]]\nelement = \"A.form\"\nfields = [\"b\", \"a\"]\neffect = \"clears\"\nversions = \">=26.1\"\n{REASON}"
    );
    let names = |version: &str| -> Vec<String> {
        compile(&order, version)
            .unwrap()
            .element("A.form")
            .unwrap()
            .fields
            .iter()
            .map(|field| field.name.to_string())
            .collect()
    };
    // Rows leave in an order that is right everywhere, if there is one.
    assert_eq!(names("25.2"), ["b", "a", "c"]);
    assert_eq!(names("26.1"), ["b", "a", "c"]);
    let rules = |schema: &ServiceSchema| schema.element("A.form").unwrap().rules.len();
    let (old, new) = (compile(&order, "25.2").unwrap(), compile(&order, "26.1").unwrap());
    assert_eq!((rules(&old), rules(&new)), (0, 1));
    assert_eq!(rules(&old.at("26.1.5910".parse().unwrap())), 1);
    assert_eq!(rules(&new.at("2025.2.5855.0".parse().unwrap())), 0);
    assert_eq!(rules(&new.at("25.2".parse().unwrap()).at("26.1".parse().unwrap())), 1, "nothing is lost on the way");
}

/// Bindings of one version, read for another, say what a definition read with the rules of the other says.
#[test]
fn a_schema_at_another_version_is_the_one_compiled_for_it() {
    for service in support::services() {
        let own = support::rules_if_any(&service);
        let any = support::rules("any");
        let compile = |version: &str| {
            let set = RuleSet::new(version.parse().unwrap()).with_service(own.as_ref()).with_any(&any);
            ServiceSchema::compile_leniently(&support::definition(&service), set).unwrap().schema
        };
        for (from, to) in [("25.2", "26.1"), ("25.2", "26.1-early"), ("26.1", "25.2"), ("26.1", "25.2.5855")] {
            let (read, compiled) = (compile(from), compile(to));
            let read = read.at(to.parse().unwrap());
            let said = |schema: &ServiceSchema| {
                let elements = schema.elements.iter().map(|element| {
                    let mut rules: Vec<String> = element.rules.iter().map(|rule| format!("{rule:?}")).collect();
                    rules.sort();
                    (rules, format!("{:?} {:?}", &*element.fields, element.parent))
                });
                let sequences: Vec<String> = schema.sequences.iter().map(|sequence| format!("{sequence:?}")).collect();
                (elements.collect::<Vec<_>>(), sequences, format!("{:?}", schema.wants_codes))
            };
            assert_eq!(said(&read), said(&compiled), "{service}, {from} at {to}");
        }
    }
}

#[test]
fn contradictions_are_errors() {
    let order =
        |fields: &str| format!("[[order]]\nelement = \"A.form\"\nfields = {fields}\neffect = \"clears\"\n{REASON}");
    let both = order("[\"a\", \"b\"]") + &order("[\"b\", \"a\"]");
    assert!(compile(&both, "25.2").unwrap_err().contains("contradict each other"));
    let follows =
        |child: &str, parent: &str| format!("[[follows]]\nchild = \"{child}\"\nparent = \"{parent}\"\n{REASON}");
    let twice = follows("B.list", "A.form") + &follows("B.list", "A.form");
    assert!(compile(&twice, "25.2").unwrap_err().contains("already has a parent"));
    let circle = follows("B.list", "A.form") + &follows("A.form", "B.list");
    assert!(compile(&circle, "25.2").unwrap_err().contains("follows itself"));
    assert!(compile("[alias]\ntype = \"A.form\"\n", "25.2").unwrap_err().contains("can't be the name of a module"));
    assert!(
        compile("[alias]\none = \"A.form\"\ntwo = \"A.form\"\n", "25.2").unwrap_err().contains("already has the alias")
    );
}

#[test]
fn the_key_of_a_record_is_resolved_for_each_version() {
    const RULES: &str = r#"
service = "JobContractPricing"

[[key]]
element = "FORM.d_dw_job_price_hdr"
fields = ["job_no"]
versions = ">=26.1"
consequence = "x"
evidence = "verified on 26.1"
"#;
    let rules = Rules::load("JobContractPricing", RULES).unwrap();
    let definition = support::definition("JobContractPricing");
    let declared = ["job_no", "company_id", "contract_no"];
    for own in ["25.2", "26.1"] {
        let set = RuleSet::new(own.parse().unwrap()).with_service(&rules);
        let schema = ServiceSchema::compile(&definition, set).unwrap();
        assert!(schema.depends_on_version());
        // There and back again, from either one.
        for path in [&["25.2"][..], &["26.1"], &["26.1", "25.2"], &["25.2", "26.1", "26.1.5940"]] {
            let mut at = schema.clone();
            for version in path {
                at = at.at(version.parse().unwrap()).into_owned();
                let (_, key) = at.record_key().unwrap();
                let expected = if version.starts_with("26") { &declared[..1] } else { &declared[..] };
                assert_eq!(key, expected, "{own}, {path:?}, {version}");
            }
        }
        let read = serde_json::json!({"ServiceName": "JobContractPricing", "TransactionStates": [
            {"DataElementName": "FORM.d_dw_job_price_hdr", "Keys": [{"Name": "job_no", "Value": "7"}]}]});
        for (version, found) in [("25.2", vec![Code::ReadByNoKey]), ("26.1", vec![])] {
            let options = CheckOptions::new().version(version.parse().unwrap());
            let codes: Vec<Code> =
                check_json(Some(&schema), &read, options).into_iter().map(|finding| finding.code).collect();
            assert_eq!(codes, found, "{own} on {version}");
        }
    }
}
