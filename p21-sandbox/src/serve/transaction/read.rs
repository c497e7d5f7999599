//! `POST /api/v2/transaction/get`: whole windows, every element, every field.

use std::sync::Arc;

use p21_model::definition::ElementKind;

use super::request::{State, StateRequest};
use crate::behaviour;
use crate::facts::plan::Service;
use crate::facts::texts::{self, NO_SUCH_RECORD};
use crate::facts::unknowns::{AbsentRecord, FurtherKeys};
use crate::facts::{json, value};
use crate::serve::engine::Engine;
use crate::store::StoreError;
use crate::store::identity::{self, Given};
use crate::window::{Caller, Desk, Post, Window};

/// A read fails.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// P21 refuses a state.
    Refused(String),
    /// P21 refuses a state, in words that are not known.
    InOwnWords(String),
    /// The state is keyed on a list; the text is the sandbox's own.
    OfList(String),
    /// The service can't be read at all: an empty 500.
    Unreadable,
    /// The sandbox's own storage failed.
    Store(StoreError),
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Engine {
    /// One transaction for each state, in order. A body without states gets the blank window.
    pub(crate) fn read(
        &self,
        service: &Arc<Service>,
        request: &StateRequest,
        caller: &Caller,
    ) -> Result<String, ReadError> {
        if !behaviour::of(service.name()).can_be_read() {
            return Err(ReadError::Unreadable);
        }
        let mut out = String::new();
        set_start(&mut out, service.name());
        let states: Vec<Option<&State>> = request.states.0.iter().map(Option::as_ref).collect();
        let states = if states.is_empty() { vec![None] } else { states };
        for (index, state) in states.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            let mut store = self.store();
            let mut post = Post::default();
            let desk = self.desk(&mut store, caller, &mut post);
            let mut window = self.window(service);
            if let Some(state) = state {
                match self.wanted(service, &desk, state)? {
                    Some(record) => {
                        let retrieved = window.load(&desk, record);
                        let retrieved = retrieved.and_then(|()| window.behaviour.retrieved(&window, &desk));
                        retrieved.map_err(|stop| match stop.into_refusal() {
                            Ok(refusal) => ReadError::Refused(refusal.text),
                            Err(error) => ReadError::Store(error),
                        })?;
                    }
                    None if self.config.unknowns.absent_record == AbsentRecord::Refused => {
                        return Err(ReadError::Refused(NO_SUCH_RECORD.into()));
                    }
                    None => {}
                }
            }
            write_window(&mut out, &window);
        }
        out.push_str("]}");
        Ok(out)
    }

    /// The record that a state means; `None` if there is none.
    fn wanted(&self, service: &Service, desk: &Desk<'_>, state: &State) -> Result<Option<i64>, ReadError> {
        let name = state.element.as_str();
        let Some(element) = service.element_index(name) else {
            return Err(ReadError::InOwnWords(texts::no_element(name)));
        };
        let schema = service.element(element);
        if schema.kind == ElementKind::List && !state.keys.0.is_empty() {
            return Err(ReadError::OfList(format!("Data element {name} is a list: a record is read by its form.")));
        }
        // Only the form of the record's own row is known to find it.
        let Some((header, plan)) = service.header().filter(|(header, _)| header.name == schema.name) else {
            return Ok(None);
        };
        let mut given = Given::new();
        let mut further = Given::new();
        for key in state.keys.iter() {
            let name = key.name.as_str();
            let Some(field) = plan.field(name) else {
                return Err(ReadError::InOwnWords(texts::INVALID_COLUMN.with(&[name])));
            };
            if !key.value.as_str().is_empty() {
                let of = &header.fields[field as usize];
                let stored =
                    value::typed(of, key.value.as_str(), false).unwrap_or_else(|_| key.value.as_str().to_owned());
                let of_key = service.keys.fields.contains(&field);
                let wanted = value::normal(of, &stored, self.config.numeric_keys);
                if of_key { &mut given } else { &mut further }.insert(field, wanted);
            }
        }
        let found = identity::find(service, &self.config, desk.store, &given, true)?;
        if self.config.unknowns.further_keys == FurtherKeys::Ignored {
            return Ok(found);
        }
        let Some(record) = found else { return Ok(None) };
        let row = desk.store.header(record)?.unwrap_or_default();
        Ok(identity::has(service, &self.config, &row, &further).then_some(record))
    }
}

/// The start of a transaction set, up to its transactions.
pub(crate) fn set_start(out: &mut String, service: &str) {
    out.push_str("{\"Name\":");
    json::string(out, service);
    out.push_str(
        ",\"Description\":null,\"UseCodeValues\":false,\"IgnoreDisabled\":false,\"TransactionSplitMethod\":0,\
         \"FieldMap\":[],\"Parameters\":null,\"Query\":null,\"Transactions\":[",
    );
}

/// The start of an element, up to its rows.
pub(crate) fn element_start(out: &mut String, service: &Service, element: u16) {
    let schema = service.element(element);
    out.push_str("{\"Name\":");
    json::string(out, &schema.name);
    out.push_str(",\"Type\":\"");
    out.push_str(schema.kind.as_str());
    out.push_str("\",\"BusinessObjectName\":null,\"Keys\":");
    let keys = &service.definition.elements[element as usize].key_fields;
    json::list(out, keys, |out, key| json::string(out, key));
    out.push_str(",\"Rows\":[");
}

/// An edit as reads and skeletons have it.
pub(crate) fn write_edit(out: &mut String, json_prefix: &str, value: &str) {
    out.push_str(json_prefix);
    json::content(out, value);
    out.push_str("\",\"IgnoreIfEmpty\":true}");
}

fn write_window(out: &mut String, window: &Window) {
    let service = &*window.service;
    // Every element that shows a storage has the same rows.
    let rows: Vec<Vec<Option<usize>>> =
        (0..service.storages.len()).map(|storage| rows_of(window, storage as u16)).collect();
    out.push_str("{\"Status\":\"New\",\"Documents\":null,\"DataElements\":[");
    for element in 0..service.elements.len() as u16 {
        if element > 0 {
            out.push(',');
        }
        element_start(out, service, element);
        let rows = &rows[service.plan(element).storage as usize];
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_row(out, window, element, *row);
        }
        let is_form = service.element(element).kind == ElementKind::Form;
        if rows.is_empty() && (is_form || !window.is_open()) {
            write_row(out, window, element, None);
        }
        out.push_str("]}");
    }
    out.push_str("]}");
}

/// The rows of a storage in the order of their parents. A form without a row of its own is blank below its parent.
fn rows_of(window: &Window, storage: u16) -> Vec<Option<usize>> {
    let of = &window.service.storages[storage as usize];
    let Some(parent_storage) = of.parent else {
        return if window.is_open() { vec![Some(0)] } else { Vec::new() };
    };
    let mut rows = Vec::new();
    for parent in rows_of(window, parent_storage) {
        let below = parent.map_or(&[][..], |parent| window.rows.below(storage, parent));
        rows.extend(below.iter().copied().map(Some));
        if below.is_empty() && of.kind == ElementKind::Form {
            rows.push(None);
        }
    }
    rows
}

fn write_row(out: &mut String, window: &Window, element: u16, row: Option<usize>) {
    let (schema, plan) = (window.service.element(element), window.service.plan(element));
    out.push_str("{\"Edits\":");
    json::list(out, &plan.wire, |out, field| {
        let of = &schema.fields[*field as usize];
        let stored = row.map_or("", |row| window.value(row, element, *field));
        write_edit(out, &plan.prefixes[*field as usize], value::shown(of, stored));
    });
    out.push_str(",\"RelativeDateEdits\":[]}");
}
