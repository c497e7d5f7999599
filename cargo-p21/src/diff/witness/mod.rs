//! What shows a silent change: a payload that a sandbox stored under both versions, both records side by side.

mod draft;
mod key;
mod rule;
mod run;

use std::fmt::Write as _;

use anyhow::Result;
use p21_definitions::diff::{Change, Level, Witness as Kind};
use p21_model::payload::{KeyValue, TransactionSet};
use serde::Serialize;
use serde_json::{Map, Value};

use super::side::Input;
use crate::advice::line;
use draft::{Draft, Wanted};
use run::{Server, Stored};

/// What shows a silent change, or why nothing does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Witness {
    /// It was stored under both versions.
    Shown(Box<Shown>),
    /// There is none, and why.
    None(String),
}

/// What was sent, and what is stored.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// What was sent to the old version.
    sent_to_old: TransactionSet,
    /// What was sent to the new one: the same, with the fields that only it has.
    sent_to_new: TransactionSet,
    /// The rows of the element on the old version.
    stored_by_old: Vec<Map<String, Value>>,
    /// The same on the new one.
    stored_by_new: Vec<Map<String, Value>>,
    /// What a read finds of them, where it is the read that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<Read>,
    /// The element.
    element: String,
}

/// A read by the key of the old version.
#[derive(Debug, Serialize)]
struct Read {
    by: Vec<KeyValue>,
    found_by_old: Vec<Map<String, Value>>,
    found_by_new: Vec<Map<String, Value>>,
}

/// What a payload has to have, and where.
struct Target {
    element: String,
    field: String,
    wanted: Wanted,
}

/// Builds a witness. What goes wrong on the way is why there is none.
pub(super) async fn of(change: &Change, old: &Input, new: &Input) -> Witness {
    let targets = match (change.witness(), change.rule.level) {
        (Kind::None(why), _) => Err(why.to_owned()),
        (Kind::Read, _) => key::targets(change, old, new),
        (_, Level::Rule) => rule::targets(change, old, new),
        (Kind::Rows, _) => named(change, Wanted::Rows),
        (Kind::Value, _) => named(change, Wanted::Value),
        _ => Err("nobody knows how to show a change of this kind".to_owned()),
    };
    let targets = match targets {
        Ok(targets) => targets,
        Err(why) => return Witness::None(why),
    };
    let mut none = "there is nothing to show it with".to_owned();
    for target in targets {
        match build(change, &target, old, new).await {
            Ok(Witness::None(why)) => none = why,
            Ok(shown) => return shown,
            Err(error) => none = format!("the sandbox could not be asked: {}", line(&error)),
        }
    }
    Witness::None(none)
}

/// The field that a change names; of a change of the element as a whole none.
fn named(change: &Change, wanted: Wanted) -> Result<Vec<Target>, String> {
    let field = change.field.clone().unwrap_or_default();
    let wanted = if field.is_empty() && wanted == Wanted::Rows { Wanted::OtherRows } else { wanted };
    match &change.element {
        Some(element) => Ok(vec![Target { element: element.clone(), field, wanted }]),
        None => Err("the change is of no element".to_owned()),
    }
}

async fn build(change: &Change, target: &Target, old: &Input, new: &Input) -> Result<Witness> {
    let (mut stored, mut by, mut found) = (Vec::new(), None, Vec::new());
    for (input, other) in [(old, new), (new, old)] {
        let version = input.side.version();
        // What a side does not have is taken as unchanged, with the rules of its version.
        let Some(server) = Server::start(input, other, version, &change.service).await? else {
            return Ok(Witness::None("the sandbox doesn't serve it".to_owned()));
        };
        match one(&server, target).await? {
            Ok(row) => stored.push(row),
            Err(why) => {
                return Ok(Witness::None(format!("the sandbox of {version} refuses what would show it: {why}")));
            }
        }
        if let Wanted::Records { key } = &target.wanted {
            // The key that programs have is that of the old version.
            let sent = stored.first().map(|(set, _)| set);
            let by = by.get_or_insert_with(|| key::values(sent, &target.element, key));
            found.push(server.read(&target.element, by).await?);
        }
    }
    let [(sent_to_old, by_old), (sent_to_new, by_new)] =
        <[_; 2]>::try_from(stored).map_err(|_| anyhow::anyhow!("a side is missing"))?;
    if by_old.is_empty() && by_new.is_empty() {
        return Ok(Witness::None("the sandbox stores no row of the element of its own".to_owned()));
    }
    let read = match (by, <[_; 2]>::try_from(found)) {
        (Some(by), Ok([found_by_old, found_by_new])) => Some(Read { by, found_by_old, found_by_new }),
        _ => None,
    };
    if read.as_ref().map_or(by_old == by_new, |read| read.found_by_old == read.found_by_new) {
        return Ok(Witness::None("the sandbox stores the same on both versions".to_owned()));
    }
    Ok(Witness::Shown(Box::new(Shown {
        sent_to_old,
        sent_to_new,
        stored_by_old: by_old,
        stored_by_new: by_new,
        read,
        element: target.element.clone(),
    })))
}

/// Sends drafts, from the barest on, until one is stored.
async fn one(server: &Server, target: &Target) -> Result<Result<Stored, String>> {
    let mut refused = "it has no such element".to_owned();
    for variant in 0..draft::VARIANTS {
        let draft = Draft::new(server, &target.element, &target.field, &target.wanted, variant);
        let Some(set) = draft.set().await? else { continue };
        match server.store(set, &target.element).await? {
            Ok(stored) => return Ok(Ok(stored)),
            Err(why) => refused = why,
        }
    }
    Ok(Err(refused))
}

impl Witness {
    /// For people; lines after the first are indented.
    pub(super) fn text(&self, indent: &str) -> String {
        let Shown { sent_to_old, sent_to_new, stored_by_old, stored_by_new, read, element } = match self {
            Self::None(why) => return format!("none: {why}"),
            Self::Shown(shown) => &**shown,
        };
        let mut out = format!("of {element}, in a sandbox of each version, Succeeded both times:");
        let sent = |set: &TransactionSet| -> Vec<String> {
            let elements = set.transactions.iter().flat_map(|transaction| &transaction.data_elements);
            let rows = elements.filter(|sent| sent.name == *element).flat_map(|element| &element.rows);
            rows.map(|row| {
                row.edits.iter().map(|edit| format!("{}={}", edit.name, edit.value)).collect::<Vec<_>>().join(" ")
            })
            .collect()
        };
        let stored = |rows: &[Map<String, Value>]| -> Vec<String> { rows.iter().map(row_text).collect() };
        let mut sides = vec![
            ("sent to old", sent(sent_to_old)),
            ("sent to new", sent(sent_to_new)),
            ("stored by old", stored(stored_by_old)),
            ("stored by new", stored(stored_by_new)),
        ];
        if let Some(Read { by, found_by_old, found_by_new }) = read {
            let by: Vec<String> = by.iter().map(|key| format!("{}={}", key.name, key.value)).collect();
            let _ = write!(out, "\n{indent}read by {}", by.join(" "));
            sides.extend([("found by old", stored(found_by_old)), ("found by new", stored(found_by_new))]);
        }
        for (side, lines) in sides {
            let _ = write!(out, "\n{indent}{side}: {}", rows_in_words(lines.len()));
            for line in lines {
                let _ = write!(out, "\n{indent}  {line}");
            }
        }
        out
    }
}

fn rows_in_words(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn row_text(row: &Map<String, Value>) -> String {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    row.iter().map(|(column, content)| format!("{column}={}", value(content))).collect::<Vec<_>>().join(" ")
}
