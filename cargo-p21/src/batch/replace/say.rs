//! What replacing came to, in words and as JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Result, anyhow};
use p21_batch::RunSummary;
use p21_batch::workflow::{Replaced, Replacement, ReplacementPlan};
use serde_json::json;

use super::super::{Where, many};
use super::input::Wrong;
use crate::advice::quoted;
use crate::exit::Done;
use crate::format::Format;
use crate::{printable, shown};

fn json(value: &serde_json::Value) -> Result<()> {
    printable::print(&(printable::escaped(&serde_json::to_string_pretty(value)?) + "\n"))
}

/// So many of a list.
fn count<T>(all: &[T], what: &str) -> String {
    many(all.len() as u64, what)
}

fn listed<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Every mistake, one a line.
pub(super) fn all(wrong: &[Wrong]) -> anyhow::Error {
    let lines: Vec<String> = wrong.iter().map(|one| format!("{}: {}", one.place, one.problem)).collect();
    anyhow!(lines.join("\nerror: "))
}

/// What a call without `--dry-run` would do, or what keeps it from that.
pub(super) fn plan(
    plan: Option<&ReplacementPlan>,
    wrong: &[Wrong],
    wanted: &Replacement,
    day: &str,
    format: Format,
) -> Result<Done> {
    let done = if wrong.is_empty() { Done::Clean } else { Done::Findings };
    let unnamed = |plan: &ReplacementPlan| {
        plan.expire.iter().copied().filter(|uid| !wanted.old.contains(uid)).collect::<Vec<i64>>()
    };
    if format == Format::Json {
        let unnamed = plan.map(unnamed).unwrap_or_default();
        json(&json!({ "ends_on": day, "wrong": wrong, "plan": plan, "ends_without_a_row": unnamed }))?;
        return Ok(done);
    }
    let mut text = String::new();
    for one in wrong {
        let _ = writeln!(text, "{}: {}", one.place, one.problem);
    }
    match plan {
        None => text.push_str("as long as a row is wrong, nothing would be sent; nothing was sent\n"),
        Some(plan) => {
            for uid in &plan.expire {
                let _ = writeln!(text, "would end: page {uid}, on {day}");
            }
            for name in &plan.create {
                let _ = writeln!(text, "would create: {name}");
            }
            for (name, book) in &plan.link {
                let _ = writeln!(text, "would link: {name} to {book}");
            }
            let unnamed = unnamed(plan);
            if !unnamed.is_empty() {
                let _ = writeln!(text, "note: no row replaces {}: {}", count(&unnamed, "page"), listed(&unnamed));
            }
            let (expire, create, link) =
                (count(&plan.expire, "page"), count(&plan.create, "page"), count(&plan.link, "link"));
            let _ = writeln!(
                text,
                "{expire} would end ({} ended before), {create} would be created ({} there before), {link} made; nothing was sent",
                plan.ended, plan.there
            );
        }
    }
    printable::print(&printable::spelt(&text))?;
    Ok(done)
}

/// What it came to, as P21 shows it.
pub(super) fn done(
    done: &Replaced,
    named: &BTreeSet<i64>,
    name: &str,
    place: &Where,
    day: &str,
    format: Format,
) -> Result<Done> {
    let found = if done.is_whole() { Done::Clean } else { Done::Findings };
    let unnamed: Vec<i64> = done.expired.expired.iter().copied().filter(|uid| !named.contains(uid)).collect();
    if format == Format::Json {
        let mut said = serde_json::to_value(done)?;
        said["run"] = name.into();
        said["journal"] = serde_json::to_value(&place.journal)?;
        said["ends_on"] = day.into();
        said["is_whole"] = done.is_whole().into();
        said["ended_without_a_row"] = unnamed.into();
        json(&said)?;
        return Ok(found);
    }
    let Replaced { expired, created, linked, held_back, without_successor, .. } = done;
    let new = (created.pages.len() + created.several.len()).saturating_sub(created.skipped);
    let mut text = format!(
        "{name}: {} ended on {day} ({} ended before), {} created ({} there before), {} made ({} there before)\n",
        count(&expired.expired, "page"),
        expired.skipped,
        many(new as u64, "page"),
        created.skipped,
        many(linked.linked as u64, "link"),
        linked.skipped
    );
    if !unnamed.is_empty() {
        let _ = writeln!(text, "note: no row replaces {} that ended: {}", count(&unnamed, "page"), listed(&unnamed));
    }
    if !expired.open.is_empty() {
        let _ = writeln!(text, "still in force: {}", listed(&expired.open));
    }
    for name in held_back {
        let _ = writeln!(text, "held back, because what it replaces is still in force: {name}");
    }
    for name in &created.missing {
        let _ = writeln!(text, "not created: {name}");
    }
    for (name, uids) in &created.several {
        let _ = writeln!(text, "several pages in force are called so, and none was linked: {name} ({})", listed(uids));
    }
    for (uid, book) in &linked.missing {
        let _ = writeln!(text, "not in its book: page {uid} in {book}");
    }
    for uid in without_successor {
        let _ = writeln!(text, "WITHOUT SUCCESSOR: page {uid} has ended, and nothing prices what it priced");
    }
    printable::print(&printable::spelt(&text))?;
    if found == Done::Findings {
        eprintln!("next: {}", printable::spelt(&next(done, name, place)));
    }
    Ok(found)
}

fn next(done: &Replaced, name: &str, place: &Where) -> String {
    let journal = quoted(&shown(&place.journal));
    let steps = [&done.expired.summary, &done.created.summary, &done.linked.summary];
    let ambiguous: u64 = steps.iter().map(|step| step.tally.ambiguous).sum();
    let look = match ambiguous {
        0 => String::new(),
        count => format!(
            "{} may be stored or not, and {} never sent again under this name: look at each page first; ",
            many(count, "record"),
            if count == 1 { "is" } else { "are" }
        ),
    };
    format!(
        "{look}`cargo p21 batch failures --journal {journal} --run {}` says why; when that is mended, run the same input under \
         another name (`--run`): what is done is passed over",
        quoted(name)
    )
}

/// A step that didn't come to its end, as JSON; in words it is an error.
pub(super) fn unfinished(step: &str, summary: &RunSummary, name: &str, place: &Where, format: Format) -> Result<()> {
    match format {
        Format::Json => json(
            &json!({ "run": name, "journal": place.journal, "is_whole": false, "unfinished": step, "summary": summary }),
        ),
        Format::Text => Ok(()),
    }
}
