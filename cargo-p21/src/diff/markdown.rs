//! A difference as a section of a change log.

use std::fmt::Write as _;

use p21_definitions::diff::Effect;

use super::report::{Item, Report};
use super::text::transition;
use super::witness::Witness;

pub(super) fn render(report: &Report<'_>) -> String {
    let ((old, of_old), (new, of_new)) = (&report.diff.old, &report.diff.new);
    let mut out = format!("## P21 {of_old} to {of_new}\n\n{} ({} to {}).\n", report.count(), code(old), code(new));
    for (effect, heading) in [
        (Effect::Silent, "Silent: stored or read otherwise, and nobody is told"),
        (Effect::Breaks, "Breaking"),
        (Effect::Harmless, "Harmless"),
    ] {
        let items: Vec<&Item<'_>> = report.of(effect).collect();
        if items.is_empty() || (effect == Effect::Harmless && !report.all) {
            continue;
        }
        let _ = writeln!(out, "\n### {heading}\n");
        items.iter().for_each(|item| one(&mut out, item));
    }
    if let Some(rust) = report.rust.as_ref().filter(|rust| !rust.is_empty()) {
        out.push_str("\n### Generated bindings\n\n```diff\n");
        out.extend(rust.lines().map(|line| line + "\n"));
        out.push_str("```\n");
    }
    let accepted: Vec<_> = report.accepted().collect();
    if !accepted.is_empty() {
        out.push_str("\n### Accepted\n\n");
        for (item, reason) in accepted {
            let _ = writeln!(out, "- {}, `{}`: {}", code(&item.change.path()), item.change.rule.name, line(reason));
        }
    }
    out.push('\n');
    for compared in report.compared() {
        let _ = writeln!(out, "- {}", line(&compared));
    }
    out
}

fn one(out: &mut String, item: &Item<'_>) {
    let change = item.change;
    let _ = writeln!(
        out,
        "- **{}**, {} (`{}`, `{}`): {}",
        code(&change.path()),
        item.whom(),
        change.rule.name,
        change.fingerprint(),
        line(&transition(change))
    );
    if change.effect() == Effect::Harmless {
        return;
    }
    let _ = writeln!(out, "  {} {}", line(item.consequence()), line(change.rule.remedy));
    match &item.witness {
        Some(none @ Witness::None(_)) => drop(writeln!(out, "  Witness: {}", line(&none.text("")))),
        Some(shown) => drop(writeln!(out, "\n  ```text\n  {}\n  ```\n", shown.text("  "))),
        None => {}
    }
    for place in item.places.iter().flatten() {
        let _ = writeln!(out, "  - {}", code(&place.to_string()));
    }
}

/// A foreign name between backticks, of which it may have some itself.
fn code(text: &str) -> String {
    let line = line(text);
    if line.contains('`') { format!("`` {line} ``") } else { format!("`{line}`") }
}

/// Text that stays in its line and means no markup.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('<', "&lt;").replace('|', "\\|")
}
