//! The real pair: 25.2 and 26.1.

use p21_definitions::Definitions;
use p21_definitions::diff::{Diff, Effect, compare};
use p21_model::Version;

use super::{names, side};
use crate::repository;

fn versions(old: &str, new: &str) -> Diff {
    let [old, new] = [old, new].map(|version| side(version, &repository(), version.parse().unwrap()));
    compare(&old, &new).unwrap()
}

#[test]
fn time_entry_has_a_second_key_and_breaks_are_shut() {
    let diff = versions("25.2", "26.1");
    let of = |service: &str| -> Vec<_> { diff.changes.iter().filter(|change| change.service == service).collect() };
    let time: Vec<_> = of("TimeEntry").iter().map(|change| (change.rule.name, change.effect())).collect();
    assert_eq!(
        time,
        [("element-key-added", Effect::Silent), ("field-added", Effect::Harmless), ("rule-begins", Effect::Silent)]
    );
    let key = of("TimeEntry")[0];
    assert_eq!(key.path(), "TimeEntry / TP_LABORRECORDING.prod_order_line_comp_labor / line_number");
    assert_eq!((&*key.before, &*key.after), ("prod_order_number", "prod_order_number, line_number"));
    let contracts = of("JobContractPricing");
    assert!(
        contracts.iter().any(|change| change.rule.name == "rule-begins"
            && change.writers == Effect::Breaks
            && change.after.contains("values")),
        "{contracts:?}"
    );
    assert_eq!(diff.compared.services, 19);
    let old = Definitions::open(repository(), Some(Version::new(25, 2))).unwrap();
    let fields = old.services().map(|service| old.source(service).unwrap().definition.field_count());
    assert_eq!(diff.compared.fields, fields.sum::<usize>());
    assert!(diff.compared.rules > 5, "{:?}", diff.compared);
}

#[test]
fn the_other_way_round_everything_is_its_mirror() {
    let (there, back) = (versions("25.2", "26.1"), versions("26.1", "25.2"));
    let mut mirrored: Vec<&str> = there.changes.iter().map(|change| change.rule.mirror().unwrap().name).collect();
    let mut names = names(&back.changes);
    mirrored.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, mirrored);
    assert!(versions("25.2", "25.2").changes.is_empty());
    // The builds before it have the one key.
    assert!(!super::names(&versions("25.2", "26.1.5910").changes).contains(&"element-key-added"));
}

#[test]
fn captured_definitions_give_the_same() {
    let captured = repository().join("../../shared/definitions");
    if !captured.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "CI needs the captured definitions in ../shared/definitions");
        eprintln!("skipped: no captured definitions in ../shared/definitions");
        return;
    }
    let of = |version: Version| side("captured", &captured.join(version.to_string()), version);
    let diff = compare(&of(Version::new(25, 2)), &of(Version::new(26, 1))).unwrap();
    assert_eq!(diff.compared.unchanged.len(), 18, "26.1 was captured of one service only");
    let names: Vec<_> =
        diff.changes.iter().filter(|change| change.service == "TimeEntry").map(|change| change.rule.name).collect();
    assert_eq!(names, ["element-key-added", "field-added", "rule-begins"]);
}
