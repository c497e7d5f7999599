//! Rules that hold on one of the versions only.

use std::collections::BTreeSet;

use p21_model::rules::{Any, Kind, Rules};

use super::{Change, Compared, Effect, Place, Side, Witness};

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
    /// How it can be shown, if it is silent.
    pub witness: Witness,
}

impl KindEffects {
    /// What is said of a kind.
    pub fn of(kind: Kind) -> Option<&'static Self> {
        KINDS.iter().find(|effects| effects.kind == kind)
    }
}

macro_rules! effects {
    ($($($kind:ident)+ => begins $bw:ident $br:ident, ends $ew:ident $er:ident, $witness:expr;)+) => {
        /// Every kind.
        pub const KINDS: &[KindEffects] = &[$($(KindEffects {
            kind: Kind::$kind,
            begins: (Effect::$bw, Effect::$br),
            ends: (Effect::$ew, Effect::$er),
            witness: $witness,
        },)+)+];
    };
}

const NEEDLESS: Witness = Witness::Needless;
const SEVERAL: Witness = Witness::None(
    "it takes rows of several elements that belong together, and which of them do is the program's own knowledge",
);
const UPDATE: Witness =
    Witness::None("it shows when a stored row is sent again, and what is made up to show a change is a new record");
const KEYED: Witness = Witness::None(
    "the sandbox finds a record by the keys that its definition declares, whatever a rule says that programs had better take",
);
const PRINTED: Witness = Witness::None("a report is printed, and nothing is stored that could be laid side by side");
const NOTHING: Witness = Witness::None(
    "it is answered with success and nothing is stored, so that there is no record to lay beside the other one",
);
const CODED: Witness = Witness::None(
    "which codes stand behind labels is in no definition, so that nobody can make up a payload that is right in both",
);
const TYPED: Witness =
    Witness::None("it shows in a window that is typed into, and what is made up to show a change is a transaction");

effects! {
    // In another order something is cleared, lands on another row, or is refused: which of them, the rule says.
    Order => begins Silent Harmless, ends Harmless Harmless, Witness::Order;
    Follows Sequence => begins Silent Harmless, ends Harmless Harmless, SEVERAL;
    // What was taken is refused.
    Choice Required RequiredElement Disabled Dates Today Ascending Primary OneInsert CreatedOnce Either Length Format
    Tiers Reference Repeats => begins Breaks Harmless, ends Harmless Harmless, NEEDLESS;
    Optional => begins Harmless Harmless, ends Breaks Harmless, NEEDLESS;
    // P21's own value takes the place of what was sent, or of what was not.
    Assigned => begins Silent Harmless, ends Silent Harmless, Witness::Value;
    Default => begins Silent Harmless, ends Silent Harmless, Witness::Without;
    Codes Values => begins Breaks Breaks, ends Breaks Breaks, NEEDLESS;
    // Rows are told apart otherwise.
    NoKey => begins Silent Harmless, ends Silent Harmless, UPDATE;
    Key => begins Silent Silent, ends Silent Silent, KEYED;
    // Nothing bounds a report any more, or nothing is answered.
    Bounded => begins Silent Harmless, ends Harmless Harmless, PRINTED;
    Prompt => begins Breaks Harmless, ends Harmless Harmless, NEEDLESS;
    // Answered with success, and nothing is done.
    Endpoint => begins Silent Harmless, ends Silent Harmless, NOTHING;
    UseCodeValues => begins Silent Harmless, ends Silent Harmless, CODED;
    Quirk => begins Harmless Breaks, ends Harmless Breaks, NEEDLESS;
    Note => begins Harmless Harmless, ends Harmless Harmless, NEEDLESS;
    // Windows: entering stops where it meets something else.
    Window Place KeyEntry Stage FirstRow SeparateCalls Selector Detail PopupEntry Dialog => begins Breaks Harmless, ends Breaks Harmless, NEEDLESS;
    CursorKey => begins Silent Harmless, ends Silent Harmless, TYPED;
    // Which way a record takes, and how it is looked at afterwards.
    Proof Door => begins Harmless Harmless, ends Harmless Harmless, NEEDLESS;
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
        if let Some(effects) = KindEffects::of(kind) {
            (change.writers, change.readers) = if after { effects.begins } else { effects.ends };
        }
        change.kind = Some(kind);
        change.why = Some(format!("{} ({}; versions {versions})", rule.consequence(), rule.evidence()));
        changes.push(change);
    }
}
