//! What P21 says of transactions, apart from what they hold.

use serde_json::Value;

use super::{Failure, Message, Outcome, Stored};
use crate::wire::payload;

impl<S> Outcome<S> {
    /// Rewrites every text that P21 says: messages, the names of printed documents, and what it echoes of a transaction
    /// that is not known to be stored. The values of stored transactions stay: they are a record's.
    pub fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        for result in &mut self.transactions {
            match result {
                Ok(stored) => stored.map_said(map),
                Err(failure) => failure.map_said(map),
            }
        }
        self.unattributed.iter_mut().for_each(|message| message.map_said(map));
    }
}

impl<S> Stored<S> {
    fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        self.messages.iter_mut().for_each(|message| message.map_said(map));
        self.echo.documents.iter_mut().for_each(|document| document_said(document, map));
    }
}

impl<S> Failure<S> {
    fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        self.messages.iter_mut().for_each(|message| message.map_said(map));
        if let Some(echo) = &mut self.known.echo {
            echoed(echo, map);
        }
    }
}

impl Message {
    fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        self.text = map(&self.text);
        for place in [&mut self.element, &mut self.field].into_iter().flatten() {
            *place = map(place);
        }
    }
}

fn echoed(echo: &mut payload::Transaction, map: &dyn Fn(&str) -> String) {
    let text = |text: &mut String| *text = map(text);
    text(&mut echo.status);
    for element in &mut echo.data_elements {
        text(&mut element.name);
        text(&mut element.kind);
        element.keys.iter_mut().for_each(text);
        for edit in element.rows.iter_mut().flat_map(|row| &mut row.edits) {
            text(&mut edit.name);
            text(&mut edit.value);
        }
        element.rows.iter_mut().flat_map(|row| &mut row.relative_date_edits).for_each(|edit| strings(edit, map));
    }
    echo.documents.iter_mut().for_each(|document| document_said(document, map));
}

/// All of a printed document but its bytes.
fn document_said(document: &mut Value, map: &dyn Fn(&str) -> String) {
    match document {
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| *name != "DocumentData").for_each(|(_, value)| strings(value, map));
        }
        other => strings(other, map),
    }
}

fn strings(value: &mut Value, map: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = map(text),
        Value::Array(items) => items.iter_mut().for_each(|item| strings(item, map)),
        Value::Object(members) => members.values_mut().for_each(|item| strings(item, map)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
