//! Replaying a payload: which tab, which record, which row each part of it lands on.

use p21_model::schema::RuleKind;

use super::request::{DataElement, Edit, Row};
use crate::facts::plan::Service;
use crate::facts::texts::{self, NO_OBJECT};
use crate::facts::unknowns::{CreatedAgain, UnknownElement};
use crate::store::identity::{self, Given};
use crate::window::refusal::Stop;
use crate::window::tabs::Selected;
use crate::window::{Applied, COMPANY, Desk, Entry, Window};

/// Replays an element: its rows in order, each edit in order. What P21 drops of it is missing from the echo.
pub(crate) fn element(window: &mut Window, desk: &mut Desk<'_>, sent: &DataElement) -> Result<Applied, Stop> {
    let name = sent.name.as_str();
    let Some(element) = window.service.element_index(name) else {
        if desk.config.unknowns.unknown_element == UnknownElement::Ignored {
            return Ok(Applied::Dropped);
        }
        return Err(Stop::in_own_words(texts::GENERAL.with(&[&texts::no_element(name)])));
    };
    let keys = keys(&window.service, element, sent)?;
    let mut applied = Applied::Whole;
    for row in sent.rows.iter() {
        if row.edits.iter().all(Edit::is_skipped) {
            continue;
        }
        let entries = entries(row);
        let plan = window.service.plan(element);
        let carries = |key: &u16| entries.iter().any(|entry| plan.field(entry.name) == Some(*key));
        if !keys.iter().all(carries) {
            return Err(Stop::key_not_sent());
        }
        let is_dropped = window.select_tab(element)? == Selected::Vanished
            || self::row(window, desk, element, &keys, &entries)? == Applied::Dropped;
        if is_dropped {
            applied = Applied::Dropped;
        }
    }
    Ok(applied)
}

/// The fields that `Keys` names, each once.
fn keys(service: &Service, element: u16, sent: &DataElement) -> Result<Vec<u16>, Stop> {
    let mut keys: Vec<u16> = Vec::new();
    for key in sent.keys.iter() {
        let field = service.plan(element).field(key.as_str()).ok_or_else(|| Stop::no_column(key.as_str()))?;
        if !keys.contains(&field) {
            keys.push(field);
        }
    }
    Ok(keys)
}

fn entries(row: &Row) -> Vec<Entry<'_>> {
    let edits = row.edits.iter();
    edits.map(|edit| Entry { name: edit.name(), value: edit.value.as_str(), is_skipped: edit.is_skipped() }).collect()
}

fn row(
    window: &mut Window,
    desk: &mut Desk<'_>,
    element: u16,
    keys: &[u16],
    sent: &[Entry<'_>],
) -> Result<Applied, Stop> {
    let row = if window.service.header == Some(element) {
        Some(header_row(window, desk, element, keys, sent)?)
    } else {
        if !window.is_open() {
            window.begin(desk)?;
        }
        window.wants_always(element, sent)?;
        window.select_row(desk, element, keys, sent)?
    };
    window.edited.insert(element);
    match row {
        Some(row) => window.type_row(desk, element, row, keys, sent),
        None => Ok(Applied::Whole),
    }
}

/// The first header row decides which record is in the window.
fn header_row(
    window: &mut Window,
    desk: &mut Desk<'_>,
    element: u16,
    keys: &[u16],
    sent: &[Entry<'_>],
) -> Result<usize, Stop> {
    if !window.edited.contains(&element) {
        let given = given(window, desk, element, keys, sent);
        match identity::find(&window.service, desk.config, desk.store, &given, !keys.is_empty())? {
            Some(record) => {
                is_created_again(window, desk, element, keys)?;
                window.retrieve(desk, record)?;
            }
            None if !window.is_open() => {
                window.behaviour.not_found(window, desk, sent)?;
                window.begin(desk)?;
            }
            None => {}
        }
    }
    if window.is_open() { Ok(0) } else { Err(Stop::refused(NO_OBJECT)) }
}

/// A header that does not name its keys creates a record; of some there is one only.
fn is_created_again(window: &Window, desk: &Desk<'_>, element: u16, keys: &[u16]) -> Result<(), Stop> {
    if !keys.is_empty() || desk.config.unknowns.created_again == CreatedAgain::Changes {
        return Ok(());
    }
    let rules = window.service.element(element).rules.iter();
    let once = rules.filter_map(|rule| match &rule.kind {
        RuleKind::CreatedOnce { message } => Some((message, rule.why.own_words)),
        _ => None,
    });
    once.take(1).try_for_each(|(message, is_own)| Err(Stop::general(message).own_if(is_own)))
}

/// The record's keys that the payload gives. The company is the session's where it is silent.
fn given(window: &Window, desk: &Desk<'_>, element: u16, keys: &[u16], sent: &[Entry<'_>]) -> Given {
    let service = &window.service;
    let mut given = Given::new();
    for field in service.keys.fields.iter().filter(|field| keys.is_empty() || keys.contains(field)) {
        let mut value = window.typed_key(desk, element, *field, sent);
        if value.is_empty() && service.element(element).fields[*field as usize].name == COMPANY {
            value.clone_from(&desk.config.company);
        }
        if !value.is_empty() {
            given.insert(*field, value);
        }
    }
    given
}
