//! The table of rules.

use std::collections::BTreeSet;

use p21_definitions::diff::{Action, Effect, KINDS, KindEffects, Level, RULES, Witness};
use p21_model::rules::Kind;

#[test]
fn no_rule_lacks_its_mirror() {
    let mut seen = BTreeSet::new();
    for rule in RULES {
        let name = rule.name;
        assert!(seen.insert(name), "{name} is there twice");
        let twins = RULES
            .iter()
            .filter(|other| (other.level, other.aspect, other.action) == (rule.level, rule.aspect, rule.action));
        assert_eq!(twins.count(), 1, "{name}: level, aspect and action are its coordinates");
        let mirror = rule.mirror().unwrap_or_else(|| panic!("{name} has no mirror"));
        assert_eq!(mirror.mirror().map(|rule| rule.name), Some(name), "{name}");
        assert_eq!(mirror.name == name, rule.action == Action::Changed, "{name}");
        let changes = RULES.iter().filter(|other| (other.level, other.aspect) == (rule.level, rule.aspect));
        let both = changes.map(|rule| rule.action == Action::Changed).collect::<BTreeSet<_>>();
        assert_eq!(both.len(), 1, "{name}: an aspect changes, or comes and goes");
    }
}

#[test]
fn every_rule_says_what_happens_and_what_to_do() {
    for rule in RULES {
        assert!(rule.consequence.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.name);
        assert!(rule.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.name);
        let is_silent = rule.writers == Effect::Silent || rule.readers == Effect::Silent;
        assert_eq!(
            rule.witness != Witness::Needless,
            is_silent,
            "{}: what is silent is shown, or says why not",
            rule.name
        );
        if let Witness::None(why) = rule.witness {
            assert!(why.len() > 40, "{}: {why}", rule.name);
        }
        let is_harmless = (rule.writers, rule.readers) == (Effect::Harmless, Effect::Harmless);
        assert!(is_harmless || rule.remedy != "Nothing has to be done.", "{}", rule.name);
    }
    assert_eq!(RULES.iter().filter(|rule| rule.level == Level::Rule).count(), 2);
}

#[test]
fn every_kind_of_rule_says_whom_it_breaks() {
    for kind in Kind::ALL {
        assert_eq!(KINDS.iter().filter(|effects| effects.kind == *kind).count(), 1, "{}", kind.name());
    }
    assert_eq!(KINDS.len(), Kind::ALL.len());
}

#[test]
fn every_kind_of_rule_that_can_be_silent_says_how_it_is_shown_or_why_not() {
    for KindEffects { kind, begins, ends, witness, .. } in KINDS {
        let is_silent = [begins.0, begins.1, ends.0, ends.1].contains(&Effect::Silent);
        assert_eq!(*witness != Witness::Needless, is_silent, "{}", kind.name());
        if let Witness::None(why) = witness {
            assert!(why.len() > 40, "{}: {why}", kind.name());
        }
    }
}
