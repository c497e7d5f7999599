//! A transaction of a batch, and what is known of the record that it writes.

use p21_client::resilience::RecordId;
use p21_model::payload::{self, TransactionSet, TransactionState};
use p21_model::row::{self, RecordKey, Service, Transactional};
use p21_model::schema::ServiceSchema;
use p21_model::value::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::find::Find;
use crate::input::{BadRow, Source};
use crate::place::FilePlace;

/// One transaction, with what its writer knows of the record.
///
/// **Give a key or a [`Find`]**: without either nobody can tell what became of a write whose answer was lost.
///
/// ```
/// # use p21_services::{sales_price_book::{self as book, header}, prelude::*};
/// use p21_batch::BatchRecord;
///
/// let new = header::Row::new(header::Required {
///     price_book_id: "RETAIL-2027",
///     price_book_description: "Retail",
///     row_status_flag: header::RowStatusFlag::Active,
/// });
/// let record = BatchRecord::from(book::Transaction::new().push(new)).key(book::Key::new("RETAIL-2027"));
/// assert_eq!(record.service(), "SalesPriceBook");
/// ```
#[derive(Debug, Clone)]
pub struct BatchRecord {
    pub(crate) payload: Payload,
    pub(crate) schema: Option<&'static ServiceSchema>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) place: Option<FilePlace>,
}

/// What a journal keeps of a record, so that nobody's code is needed to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// One transaction in its envelope.
    pub(crate) set: TransactionSet,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<Known>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    /// The row as it stands in its file; nothing of it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Box<Source>>,
}

/// What identifies the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Known {
    Key(TransactionState),
    Find(Find),
}

impl<S: Transactional> From<row::Transaction<S>> for BatchRecord {
    fn from(transaction: row::Transaction<S>) -> Self {
        let set = row::TransactionSet::from(transaction).to_payload();
        Self { schema: Some(S::schema()), ..Self::of(set) }
    }
}

impl BatchRecord {
    /// A transaction as P21 spells it, in a set of its own, which says the service and how values are spelt.
    ///
    /// # Errors
    /// The set has other than one transaction.
    pub fn raw(set: TransactionSet) -> Result<Self, NotOne> {
        match set.transactions.len() {
            1 => Ok(Self::of(set)),
            found => Err(NotOne { found }),
        }
    }

    fn of(set: TransactionSet) -> Self {
        let payload = Payload { set, known: None, target: None, source: None };
        Self { payload, schema: None, idempotency_key: None, place: None }
    }

    /// What is known of the service, for a transaction as P21 spells it: the schema of its bindings.
    #[must_use]
    pub fn known_by<S: Service>(self) -> Self {
        self.known_by_schema(S::schema())
    }

    /// The same of a schema that was compiled while the program runs.
    #[must_use]
    pub fn known_by_schema(mut self, schema: &'static ServiceSchema) -> Self {
        self.schema = Some(schema);
        self
    }

    /// The key of the record.
    #[must_use]
    pub fn key<K: RecordKey>(self, key: K) -> Self {
        self.state(key.values().to_state())
    }

    /// The key by names.
    #[must_use]
    pub fn state(mut self, state: TransactionState) -> Self {
        self.payload.known = Some(Known::Key(state));
        self
    }

    /// What identifies a new record whose key P21 gives.
    #[must_use]
    pub fn find(mut self, find: Find) -> Self {
        self.payload.known = Some(Known::Find(find));
        self
    }

    /// Names the record that this writes to, where neither key nor definition tells: two of one name never run at once,
    /// and never stand in one set.
    #[must_use]
    pub fn one_record(mut self, name: impl Into<String>) -> Self {
        self.payload.target = Some(name.into());
        self
    }

    /// What tells this record from every other one of the run: the row's number in its source, an order's number at its
    /// customer's. Without one it is what is sent, so that the same row twice is an error.
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Where it stands in the input.
    #[must_use]
    pub fn at(mut self, place: FilePlace) -> Self {
        self.place = Some(place);
        self
    }

    /// It is not to be sent, for a reason that was found after its row was read: a run refuses it at its place in the input.
    pub fn refused(self, problem: impl std::fmt::Display) -> BadRow {
        let place = self.place.unwrap_or_else(|| FilePlace::line("the input", 0));
        BadRow { row: self.payload.source, ..BadRow::new(place, problem) }
    }

    /// The service.
    pub fn service(&self) -> &str {
        &self.payload.set.name
    }

    /// Where it stands in the input, if it was read from a file.
    pub fn place(&self) -> Option<&FilePlace> {
        self.place.as_ref()
    }

    /// The transaction as it is sent.
    pub fn transaction(&self) -> &payload::Transaction {
        self.payload.transaction()
    }

    /// What names it in the journal.
    pub(crate) fn journal_key(&self) -> String {
        self.idempotency_key.clone().unwrap_or_else(|| self.payload.digest())
    }
}

impl Payload {
    pub(crate) fn transaction(&self) -> &payload::Transaction {
        // One, as whoever makes a record ensures.
        &self.set.transactions[0]
    }

    /// Of what is sent, as text.
    pub(crate) fn digest(&self) -> String {
        let sent = Self { source: None, ..self.clone() };
        hex(&Sha256::digest(serde_json::to_vec(&sent).unwrap_or_default()))
    }

    pub(crate) fn record_id(&self) -> Option<RecordId> {
        Some(match self.known.as_ref()? {
            Known::Key(state) => RecordId::Key(state.clone()),
            Known::Find(find) => RecordId::Lookup(find.to_lookup()),
        })
    }

    /// The key, where it was given, in words.
    pub(crate) fn key_text(&self) -> Option<String> {
        let Some(Known::Key(state)) = &self.known else { return None };
        let key: Vec<String> = state.keys.iter().map(|key| format!("{}={}", key.name, key.value)).collect();
        Some(key.join(" "))
    }

    /// The record that it writes to, as far as that is known. Two with one target never run at once: P21 refuses all but
    /// one insert into a record, and those that land may share a line number (verified by the documenters).
    pub(crate) fn target(&self, schema: Option<&ServiceSchema>) -> Option<String> {
        let service = &self.set.name;
        if let Some(name) = &self.target {
            return Some(format!("{service} {}", spelt(name)));
        }
        if let Some(Known::Key(state)) = &self.known {
            let keys = state.keys.iter().map(|key| (key.name.as_str(), key.value.as_str()));
            return Some(named(service, keys));
        }
        let Some(schema) = schema else {
            // What it writes to is anybody's guess, unless it says that the record is a new one.
            return self.known.is_none().then(|| format!("{service} ?"));
        };
        let (form, fields) = schema.record_key()?;
        let form = self.transaction().data_elements.iter().find(|element| element.name == *form.name)?;
        let set = fields.into_iter().filter_map(|field| Some((field, form.value(field)?)));
        let set: Vec<_> = set.filter(|(_, value)| !value.trim().is_empty()).collect();
        (!set.is_empty()).then(|| named(service, set.into_iter()))
    }
}

fn named<'a>(service: &str, keys: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut keys: Vec<String> = keys.map(|(name, value)| format!("{name}={:?}", spelt(value))).collect();
    keys.sort_unstable();
    format!("{service} {}", keys.join(" "))
}

/// A value as P21 takes it for the same: case, blanks around it and zeros at the end of a number make no difference.
fn spelt(value: &str) -> String {
    let value = value.trim();
    value.parse::<Decimal>().map_or_else(|_| value.to_lowercase(), |number| number.normalize().to_string())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A set that isn't one transaction.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record is one transaction, and the set has {found}: make a record of each")]
#[non_exhaustive]
pub struct NotOne {
    /// How many it has.
    pub found: usize,
}

p21_model::debug_is_its_line!(NotOne);
p21_model::written_as_its_line!(NotOne);
