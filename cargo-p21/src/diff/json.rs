//! A difference for programs.

use anyhow::Result;
use p21_definitions::diff::{Action, Compared, Effect, Level};
use serde::Serialize;

use super::api::Changed;
use super::code::Place;
use super::report::{Item, Report};
use super::witness::Witness;

#[derive(Serialize)]
struct Document<'a> {
    old: SideOf<'a>,
    new: SideOf<'a>,
    /// Those that nobody accepted and that are not harmless.
    findings: usize,
    changes: Vec<ChangeOf<'a>>,
    rust: Option<&'a Changed>,
    compared: &'a Compared,
}

#[derive(Serialize)]
struct SideOf<'a> {
    name: &'a str,
    version: String,
}

#[derive(Serialize)]
struct ChangeOf<'a> {
    fingerprint: String,
    rule: &'static str,
    level: Level,
    /// The kind of the rule that begins or ends.
    kind: Option<&'static str>,
    action: Action,
    class: &'static str,
    writers: Effect,
    readers: Effect,
    service: &'a str,
    element: Option<&'a str>,
    field: Option<&'a str>,
    before: &'a str,
    after: &'a str,
    consequence: &'a str,
    remedy: &'static str,
    /// Part of another change.
    part: bool,
    accepted: Option<&'a str>,
    witness: Option<&'a Witness>,
    places: Option<&'a [Place]>,
}

pub(super) fn render(report: &Report<'_>) -> Result<String> {
    let side = |(name, version): &'_ (String, p21_model::Version)| (name.clone(), version.to_string());
    let ((old, of_old), (new, of_new)) = (side(&report.diff.old), side(&report.diff.new));
    let document = Document {
        old: SideOf { name: &old, version: of_old },
        new: SideOf { name: &new, version: of_new },
        findings: report.items.iter().filter(|item| item.is_open()).count(),
        changes: report.items.iter().filter(|item| report.all || !item.change.is_part).map(change).collect(),
        rust: report.rust.as_ref(),
        compared: &report.diff.compared,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn change<'a>(item: &'a Item<'_>) -> ChangeOf<'a> {
    let change = item.change;
    ChangeOf {
        fingerprint: change.fingerprint(),
        rule: change.rule.name,
        level: change.rule.level,
        kind: change.kind.map(|kind| kind.name()),
        action: change.rule.action,
        class: change.effect().word(),
        writers: change.writers,
        readers: change.readers,
        service: &change.service,
        element: change.element.as_deref(),
        field: change.field.as_deref(),
        before: &change.before,
        after: &change.after,
        consequence: item.consequence(),
        remedy: change.rule.remedy,
        part: change.is_part,
        accepted: item.accepted.as_deref(),
        witness: item.witness.as_ref(),
        places: item.places.as_deref(),
    }
}
