//! Rules that hold on one of the versions only.

use std::collections::BTreeSet;

use p21_model::rules::{Any, Kind, Rules};

use super::{Change, Compared, Effect, Place, Side};

/// What it does when rules of a kind begin to hold, and when they end: to writers, and to readers.
#[derive(Debug)]
#[non_exhaustive]
pub struct KindEffects {
    /// The kind.
    pub kind: Kind,
    /// To writers and readers, where one begins.
    pub begins: (Effect, Effect),
    /// The same, where one ends.
    pub ends: (Effect, Effect),
}

macro_rules! effects {
    ($($($kind:ident)+ => begins $bw:ident $br:ident, ends $ew:ident $er:ident;)+) => {
        /// Every kind.
        pub const KINDS: &[KindEffects] = &[$($(KindEffects {
            kind: Kind::$kind,
            begins: (Effect::$bw, Effect::$br),
            ends: (Effect::$ew, Effect::$er),
        },)+)+];
    };
}

effects! {
    // In another order something is cleared, lands on another row, or is refused: which of them, the rule says.
    Order Follows Sequence => begins Silent Harmless, ends Harmless Harmless;
    // What was taken is refused.
    Choice Required RequiredElement Disabled Dates Today Ascending Primary OneInsert CreatedOnce Either Length Format
    Tiers Reference Repeats => begins Breaks Harmless, ends Harmless Harmless;
    Optional => begins Harmless Harmless, ends Breaks Harmless;
    // P21's own value takes the place of what was sent, or of what was not.
    Assigned Default => begins Silent Harmless, ends Silent Harmless;
    Codes Values => begins Breaks Breaks, ends Breaks Breaks;
    // Rows are told apart otherwise.
    NoKey => begins Silent Harmless, ends Silent Harmless;
    Key => begins Silent Silent, ends Silent Silent;
    // Nothing bounds a report any more, or nothing is answered.
    Bounded => begins Silent Harmless, ends Harmless Harmless;
    Prompt => begins Breaks Harmless, ends Harmless Harmless;
    // Answered with success, and nothing is done.
    Endpoint UseCodeValues => begins Silent Harmless, ends Silent Harmless;
    Quirk => begins Harmless Breaks, ends Harmless Breaks;
    Note => begins Harmless Harmless, ends Harmless Harmless;
    // Windows: entering stops where it meets something else.
    Window Place KeyEntry Stage FirstRow SeparateCalls Selector Detail PopupEntry Dialog => begins Breaks Harmless, ends Breaks Harmless;
    CursorKey => begins Silent Harmless, ends Silent Harmless;
    // Which way a record takes, and how it is looked at afterwards.
    Proof Door => begins Harmless Harmless, ends Harmless Harmless;
}

/// The rules of the new side that hold on one of the versions only.
pub(super) fn compare(old: &Side, new: &Side, changes: &mut Vec<Change>, compared: &mut Compared) {
    for side in [old, new].into_iter().filter(|side| !side.is_version_known) {
        compared
            .left_out
            .push(format!("rules that are bound to versions: nothing says of which version {} is", side.name));
    }
    if !compared.left_out.is_empty() {
        return;
    }
    rules("every service", &new.any, old, new, changes, compared);
    let services: BTreeSet<&String> = old.services.keys().chain(new.services.keys()).collect();
    for service in
        services.into_iter().filter(|service| new.is_gone(service).is_none() || new.services.contains_key(*service))
    {
        // What the new side does not have is taken as unchanged: the rules of the version hold for it all the same.
        let source = new.services.get(service).or_else(|| old.services.get(service));
        if let Some(rules_of) = source.and_then(|source| source.rules.as_ref()) {
            rules(service, rules_of, old, new, changes, compared);
        }
    }
}

fn rules(service: &str, all: &Rules, old: &Side, new: &Side, changes: &mut Vec<Change>, compared: &mut Compared) {
    for Any { kind, rule, .. } in all.all() {
        let versions = rule.versions();
        if versions.are_all() {
            continue;
        }
        compared.rules += 1;
        let (before, after) = (versions.include(old.version), versions.include(new.version));
        if before == after {
            continue;
        }
        let says = rule.says().trim().to_owned();
        let place = Place::service(service);
        let mut change = match after {
            true => Change::new("rule-begins", &place, "", says),
            false => Change::new("rule-ends", &place, says, ""),
        };
        if let Some(effects) = KINDS.iter().find(|effects| effects.kind == kind) {
            (change.writers, change.readers) = if after { effects.begins } else { effects.ends };
        }
        change.why = Some(format!("{} ({}; versions {versions})", rule.consequence(), rule.evidence()));
        changes.push(change);
    }
}
