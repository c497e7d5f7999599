//! Rules about windows: what they are compiled to, by version, and what is wrong with those that name what is not there.
#![cfg(feature = "rules")]
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use crate::support;

use p21_model::Version;
use p21_model::rules::{Kind, Rules};
use p21_model::schema::{Door, NewKey, Proof, RuleSet, ServiceSchema};

const WHY: &str = "consequence = \"c\"\nevidence = \"reported\"\n";

/// A price page with these rules and no others.
fn compiled(rules: &str) -> Result<ServiceSchema, String> {
    let text = format!("service = \"SalesPricePage\"\n[alias]\nheader = \"FORM.form\"\n{rules}");
    let rules = Rules::load("site/SalesPricePage.toml", &text).map_err(|error| error.to_string())?;
    let set = RuleSet::new(Version::new(25, 2)).with_service(&rules);
    ServiceSchema::compile(&support::definition("SalesPricePage"), set).map_err(|error| error.to_string())
}

#[test]
fn a_rule_that_names_what_is_not_there_is_refused_with_its_line() {
    let cases = [
        ("[[place]]\nelement = \"hedaer\"\nband = true\n", "no element `hedaer`"),
        ("[[place]]\nelement = \"header\"\n", "says nothing"),
        ("[[key_entry]]\nelement = \"header\"\nfields = [\"price_page_id\"]\nnew = \"given\"\n", "`price_page_uid`?"),
        ("[[key_entry]]\nelement = \"header\"\nfields = []\nnew = \"given\"\n", "names no field"),
        (
            "[[key_entry]]\nelement = \"USED BY.price_book_x_page\"\nfields = [\"price_book_price_book_id\"]\nnew = \"given\"\n",
            "is a list",
        ),
        ("[[stage]]\non = \"create\"\nparts = [{ element = \"nowhere\" }]\n", "no element `nowhere`"),
        (
            "[[stage]]\non = \"create\"\nparts = [{ element = \"header\", unlocks = [\"nowhere\"] }]\n",
            "no element `nowhere`",
        ),
        ("[[stage]]\non = \"create\"\nparts = [{ element = \"header\" }, { element = \"header\" }]\n", "two parts"),
        ("[[stage]]\non = \"create\"\nparts = []\n", "no parts"),
        ("[[first_row]]\nelement = \"header\"\n", "is a form"),
        ("[[cursor_key]]\nelement = \"header\"\nfield = \"company_id\"\n", "is a form"),
        ("[[separate_calls]]\nelement = \"header\"\nfields = [\"company_id\"]\n", "two fields"),
        ("[[selector]]\nelement = \"header\"\nfields = [\"company_id\"]\n", "is a form"),
        ("[[detail]]\nelement = \"header\"\nlist = \"header\"\nfields = [\"company_id\"]\n", "is a form"),
        (
            "[[popup_entry]]\nelement = \"header\"\ntool = \"t\"\nclass = \"c\"\ndatawindow = \"d\"\nfields = []\ndone = \"ok\"\n",
            "no field",
        ),
        (
            "[[popup_entry]]\nelement = \"header\"\ntool = \"t\"\nclass = \"c\"\ndatawindow = \"d\"\nfields = [[\"x\", \"y\"]]\ndone = \"ok\"\n",
            "no field `x`",
        ),
        ("[[dialog]]\nname = \"q\"\nanswers = { yes = \"cb_1\" }\n", "`on_save`"),
        ("[[dialog]]\nname = \"q\"\non_save = true\nanswers = {}\n", "no answers"),
        (
            "[[dialog]]\nname = \"q\"\non_save = true\nanswers = { yes = \"cb_1\" }\nalways = \"no\"\n",
            "none of the answers",
        ),
        ("[[dialog]]\nname = \"Q!\"\non_save = true\nanswers = { yes = \"cb_1\" }\n", "constant"),
        ("[[dialog]]\nname = \"q\"\non_save = true\ncertain = true\nanswers = { yes = \"cb_1\" }\n", "`certain`"),
        ("[[proof]]\nelement = \"header\"\nby = \"table\"\n", "wants `table`"),
        ("[[proof]]\nelement = \"header\"\nby = \"nothing\"\ntable = \"t\"\n", "belong to a proof by a table"),
        ("[[door]]\non = \"create\"\nuse = \"transaction_then_window\"\n", "wants `elements`"),
        ("[[door]]\non = \"sometimes\"\nuse = \"window\"\n", "sometimes"),
    ];
    for (rule, problem) in cases {
        let said = compiled(&format!("{rule}{WHY}")).unwrap_err();
        // A value that is none stands on a line of its own, `on` on the first below its table.
        let line = if problem == "sometimes" { 5 } else { 4 };
        assert!(said.starts_with(&format!("site/SalesPricePage.toml:{line}: ")), "{rule}{said}");
        assert!(said.contains(problem), "{rule}{said}");
    }
}

#[test]
fn two_rules_that_say_the_same_of_one_version_are_refused() {
    let key = |versions: &str, new: &str| {
        format!("[[key_entry]]\nelement = \"header\"\nfields = [\"price_page_uid\"]\nnew = \"{new}\"\n{versions}{WHY}")
    };
    let said = compiled(&[key("", "given"), key("", "assigned_and_told")].concat()).unwrap_err();
    assert!(said.contains("same versions"), "{said}");
    let by_version = [key("versions = \"<26.1\"\n", "given"), key("versions = \">=26.1\"\n", "assigned_and_told")];
    let schema = compiled(&by_version.concat()).unwrap();
    for (version, new) in [("25.2", NewKey::Given), ("26.1.5940", NewKey::AssignedAndTold)] {
        assert_eq!(schema.window(version.parse().unwrap()).key_entry().unwrap().0.new, new, "{version}");
    }
    assert_eq!(schema.at("26.1".parse().unwrap()).windows.len(), 2, "every version's rules go along");
}

#[test]
fn rules_about_windows_are_of_a_service() {
    for kind in Kind::ALL.iter().filter(|kind| kind.is_of_windows()) {
        let (_, example) = kind.page().split_once("```toml\n").unwrap();
        let (example, _) = example.split_once("```").unwrap();
        let text = format!("{}\n{WHY}", example.split("\n\n").next().unwrap());
        let said = Rules::load("rules/any.toml", &text).unwrap_err().to_string();
        assert!(said.contains("belongs into the file of its service"), "{}: {said}", kind.name());
    }
}

#[test]
fn a_sites_rule_on_top_means_what_the_aliases_below_mean() {
    let below = std::fs::read_to_string(support::repository().join("definitions/rules/SalesPricePage.toml")).unwrap();
    let above = format!(
        "service = \"SalesPricePage\"\n[alias]\nheading = \"FORM.form\"\n\
         [[stage]]\non = \"create\"\nparts = [{{ element = \"heading\", unlocks = [\"VALUES.values\"] }}, {{ element = \"VALUES.values\" }}]\n{WHY}"
    );
    let rules = Rules::load_layers(&[("below.toml", &below), ("above.toml", &above)]).unwrap();
    let set = RuleSet::new(Version::new(25, 2)).with_service(&rules);
    let schema = ServiceSchema::compile(&support::definition("SalesPricePage"), set).unwrap();
    let facts = schema.window(schema.version);
    let new: Vec<_> = facts.stages().filter(|(stages, _)| stages.on.includes(true)).collect();
    let names: Vec<&str> =
        new[0].0.parts().map(|part| &*schema.elements.get(part.element.into()).unwrap().name).collect();
    assert_eq!((new.len(), names), (1, vec!["FORM.form", "VALUES.values"]));
    assert_eq!(facts.stages().count(), 2, "that of stored pages stays");
}

#[test]
fn what_is_known_of_windows_is_told_by_version() {
    let schema = support::schema("JobContractPricing", "25.2");
    let index = |module: &str| schema.elements.iter().find(|element| element.module == module).unwrap().index;
    let breaks = [index("breaks")];
    let door = |version: &str| {
        let facts = schema.window(version.parse().unwrap());
        facts.doors(&breaks, true).map(|(door, ..)| door).collect::<Vec<_>>()
    };
    assert_eq!((door("25.2"), door("26.1.5940")), (vec![], vec![Door::Window]));
    let facts = schema.window(schema.version);
    let header = schema.elements.get(index("header").into()).unwrap();
    assert_eq!(facts.page(header), "FORM");
    assert_eq!(facts.datawindows(header), ["d_dw_job_price_hdr", "form"]);
    assert!(matches!(facts.proof(index("breaks")), Proof::Read));
    assert_eq!(facts.selector(index("ship_to"), true), None);
    assert!(facts.selector(index("ship_to"), false).is_some());
}
