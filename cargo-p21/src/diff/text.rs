//! A difference as text for people: what is silent first, then what breaks; what is harmless is counted.

use std::fmt::Write as _;

use p21_definitions::diff::{Change, Effect};

use super::report::{Item, Report};

/// The longest value that is shown whole.
const LONGEST: usize = 200;

pub(super) fn render(report: &Report<'_>) -> String {
    let ((old, of_old), (new, of_new)) = (&report.diff.old, &report.diff.new);
    let mut out = format!("{old} (P21 {of_old}) -> {new} (P21 {of_new})\n");
    for effect in [Effect::Silent, Effect::Breaks] {
        for item in report.of(effect) {
            one(&mut out, item);
        }
    }
    let harmless: Vec<&Item<'_>> = report.of(Effect::Harmless).collect();
    if report.all {
        harmless.iter().for_each(|item| one(&mut out, item));
    }
    for (item, reason) in report.accepted() {
        let _ = writeln!(
            out,
            "\naccepted  {}  {}\n  {}\n  {reason}",
            item.change.rule.name,
            item.change.fingerprint(),
            item.change.path()
        );
    }
    if let Some(rust) = &report.rust {
        let _ = writeln!(out, "\ngenerated bindings:{}", if rust.is_empty() { " no name differs" } else { "" });
        out.extend(rust.lines().map(|line| format!("  {line}\n")));
    }
    let _ = writeln!(out, "\n{}", report.count());
    for line in report.compared() {
        let _ = writeln!(out, "{line}");
    }
    if !report.all && !harmless.is_empty() {
        let _ = writeln!(out, "`--all` prints harmless changes, too");
    }
    if report.has_findings() {
        let _ = writeln!(out, "`cargo p21 help diff` says how a finding is accepted");
    }
    out
}

fn one(out: &mut String, item: &Item<'_>) {
    let change = item.change;
    let _ = writeln!(out, "\n{}  {}  {}\n  {}", item.whom(), change.rule.name, change.fingerprint(), change.path());
    let _ = writeln!(out, "  {}", transition(change));
    if change.effect() == Effect::Harmless {
        return;
    }
    let _ = writeln!(out, "  what happens: {}\n  what to do: {}", item.consequence(), change.rule.remedy);
    if let Some(witness) = &item.witness {
        let _ = writeln!(out, "  witness: {}", witness.text("    "));
    }
    if let Some(places) = &item.places {
        let _ = writeln!(out, "  in your code:{}", if places.is_empty() { " nothing names it" } else { "" });
        out.extend(places.iter().map(|place| format!("    {place}\n")));
    }
}

/// What was there and what is.
pub(super) fn transition(Change { before, after, .. }: &Change) -> String {
    match (before.as_str(), after.as_str()) {
        ("", "") => "it is not as it was".to_owned(),
        ("", after) => format!("now: {}", cut(after)),
        (before, "") => format!("was: {}", cut(before)),
        (before, after) => format!("was: {}; now: {}", cut(before), cut(after)),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} ..", &text[..at]),
        None => text.to_owned(),
    }
}
