//! What every format prints.

use p21_definitions::diff::{Change, Compared, Diff, Effect};

use super::api::Changed;
use super::code::Place;
use super::witness::Witness;

/// A difference, and what was made of it.
pub(super) struct Report<'a> {
    pub(super) diff: &'a Diff,
    pub(super) items: Vec<Item<'a>>,
    /// Harmless changes and parts of others are printed, too.
    pub(super) all: bool,
    /// What differs in the names of bindings, where that is asked for.
    pub(super) rust: Option<Changed>,
}

/// A change.
pub(super) struct Item<'a> {
    pub(super) change: &'a Change,
    /// Why it was accepted, if it was.
    pub(super) accepted: Option<String>,
    /// What shows it, if it is silent.
    pub(super) witness: Option<Witness>,
    /// Where a program names it, if that was looked for.
    pub(super) places: Option<Vec<Place>>,
}

impl<'a> Item<'a> {
    pub(super) fn new(change: &'a Change, accepted: Option<String>) -> Self {
        Self { change, accepted, witness: None, places: None }
    }

    /// Whether somebody has to look at it.
    pub(super) fn is_open(&self) -> bool {
        self.accepted.is_none() && self.change.effect() != Effect::Harmless && !self.change.is_part
    }

    /// `silent for writers, breaking for readers`.
    pub(super) fn whom(&self) -> String {
        let Change { writers, readers, .. } = self.change;
        match (*writers, *readers) {
            (one, other) if one == other => match one {
                Effect::Harmless => "harmless".to_owned(),
                effect => format!("{} for writers and readers", effect.word()),
            },
            (effect, Effect::Harmless) => format!("{} for writers", effect.word()),
            (Effect::Harmless, effect) => format!("{} for readers", effect.word()),
            (writers, readers) => format!("{} for writers, {} for readers", writers.word(), readers.word()),
        }
    }

    /// What happens, of this change where that is said.
    pub(super) fn consequence(&self) -> &str {
        self.change.why.as_deref().unwrap_or(self.change.rule.consequence)
    }
}

impl Report<'_> {
    /// Whether something breaks or is silent, and nobody has accepted it.
    pub(super) fn has_findings(&self) -> bool {
        self.items.iter().any(Item::is_open)
    }

    /// Those of an effect that are printed, as they are.
    pub(super) fn of(&self, effect: Effect) -> impl Iterator<Item = &Item<'_>> {
        self.items.iter().filter(move |item| {
            item.change.effect() == effect && item.accepted.is_none() && (self.all || !item.change.is_part)
        })
    }

    /// Those that were accepted.
    pub(super) fn accepted(&self) -> impl Iterator<Item = (&Item<'_>, &str)> {
        self.items.iter().filter_map(|item| Some((item, item.accepted.as_deref()?)))
    }

    /// How many there are of each, in words.
    pub(super) fn count(&self) -> String {
        let of = |effect| self.of(effect).filter(|item| !item.change.is_part).count();
        let accepted = self.accepted().count();
        let accepted = if accepted == 0 { String::new() } else { format!(", {accepted} accepted") };
        let (silent, breaking, harmless) = (of(Effect::Silent), of(Effect::Breaks), of(Effect::Harmless));
        format!("{silent} silent, {breaking} breaking, {harmless} harmless{accepted}")
    }

    /// How much was compared, a line each.
    pub(super) fn compared(&self) -> Vec<String> {
        let Compared { services, elements, fields, rules, unchanged, redacted, left_out, .. } = &self.diff.compared;
        let mut lines = vec![format!(
            "compared: {services} services, {elements} elements, {fields} fields, {rules} rules that are bound to versions"
        )];
        if !unchanged.is_empty() {
            let some = unchanged.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = if unchanged.len() > 5 { ", .." } else { "" };
            let of = &self.diff.new.0;
            lines.push(format!(
                "not in {of}, which doesn't say that they are gone, so taken as unchanged: {} services ({some}{more})",
                unchanged.len()
            ));
        }
        if *redacted > 0 {
            lines.push(format!("not compared: {redacted} lists of labels that were emptied for publication"));
        }
        lines.extend(left_out.iter().map(|what| format!("not compared: {what}")));
        lines
    }
}
