//! A service with a header, keyed lines, notes without keys, and texts and bins below lines; and a P21 that stores it,
//! shows the bins of the first line only, and fails on demand before or after it has stored.

mod service;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use p21_client::Client;
use p21_model::payload::{Row, Transaction as Payload, TransactionSet, TransactionStateRequest};
use p21_model::row::Transaction;
use p21_model::schema::{ElementSchema, ValueType};
use serde_json::{Value, json};

use super::{Reply, Seen, Server, TRANSACTION_PATH, answer, empty};
pub(crate) use service::*;

pub(crate) const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";
pub(crate) const DIRTY: &str =
    "General Exception: Unexpected response window: Email Purchase Order(s). Window class: w_email_response";

/// Where the fake keeps a bin's line.
const LINE_OF: &str = "line of the bin";

/// What happens to a write.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection breaks before the answer is complete.
    Drop,
    /// A gateway answers, or P21 without a word.
    Status(u16),
    /// A proxy's page.
    Page(u16),
    /// A proxy's plain text.
    Plain(u16),
    /// The answer doesn't come in time.
    Hang,
    /// A contaminated session as an answer of its own.
    Contaminated500,
    /// A contaminated session among the messages of a 200.
    Contaminated200,
    /// A refusal.
    Refused,
    /// A success, whatever was stored.
    Passed,
    /// A success that echoes nothing.
    Mute,
}

/// What was there when it happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum When {
    Before,
    After,
    /// Nothing at first; stored just before this read after it, from 1.
    Late(usize),
}

/// Field and value, by name.
type Stored = BTreeMap<String, String>;
/// Rows, by element.
type Record = BTreeMap<String, Vec<Stored>>;
/// Records, by job number.
type Records = BTreeMap<String, Record>;
type Meddle = fn(&mut Records);

#[derive(Default)]
pub(crate) struct State {
    pub(crate) records: Records,
    pub(crate) faults: VecDeque<Option<(When, Fault)>>,
    /// Reads that fail.
    pub(crate) broken_reads: usize,
    /// Reads after the first so many are answered with this instead of the elements of a record.
    pub(crate) odd_reads: Option<(usize, Value)>,
    /// Called with the records at each read, after the first so many.
    pub(crate) meddle: Option<(usize, Meddle)>,
    reads: usize,
    /// What is still to be stored, and at which read.
    late: Vec<(usize, Payload)>,
}

impl State {
    /// Stores what has come late enough for a read.
    fn land(&mut self, read: usize) {
        for (_, transaction) in self.late.extract_if(.., |(due, _)| *due <= read) {
            store(&mut self.records, &transaction);
        }
    }
}

/// A P21 with jobs in it.
#[derive(Clone)]
pub(crate) struct P21 {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) server: Arc<Server>,
}

impl P21 {
    pub(crate) async fn start(faults: impl IntoIterator<Item = Option<(When, Fault)>>) -> Self {
        let state = Arc::new(Mutex::new(State { faults: faults.into_iter().collect(), ..State::default() }));
        let own = Arc::clone(&state);
        let server = Server::start(move |request| match request.path.as_str() {
            TRANSACTION_PATH => Some(write(&own, request)),
            GET_PATH => Some(read(&mut own.lock().unwrap(), request)),
            _ => None,
        });
        Self { server: Arc::new(server.await), state }
    }

    pub(crate) fn client(&self) -> Client {
        self.server.client()
    }

    /// How often a write came in.
    pub(crate) fn writes(&self) -> usize {
        self.server.count(TRANSACTION_PATH)
    }

    pub(crate) fn reads(&self) -> usize {
        self.server.count(GET_PATH)
    }

    /// A stored job's values of a field.
    pub(crate) fn values(&self, job: &str, element: &str, field: &str) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let rows = state.records.get(job).and_then(|record| record.get(element)).cloned().unwrap_or_default();
        rows.iter().map(|row| row.get(field).cloned().unwrap_or_default()).collect()
    }

    /// Lets P21 finish whatever it is still at work on.
    pub(crate) fn finish(&self) {
        self.state.lock().unwrap().land(usize::MAX);
    }

    /// Stores a job behind the client's back.
    pub(crate) fn store(&self, transaction: &Transaction<Job>) {
        store(&mut self.state.lock().unwrap().records, &transaction.to_payload());
    }
}

fn write(state: &Arc<Mutex<State>>, request: &Seen) -> Reply {
    let set: TransactionSet = serde_json::from_slice(&request.body).unwrap();
    let fault = state.lock().unwrap().faults.pop_front().flatten();
    let Some((when, fault)) = fault else {
        let mut state = state.lock().unwrap();
        set.transactions.iter().for_each(|transaction| store(&mut state.records, transaction));
        return result(&set, |_| true, "");
    };
    let mut guard = state.lock().unwrap();
    let State { records, late, reads, .. } = &mut *guard;
    match when {
        When::Before => {}
        When::After => set.transactions.iter().for_each(|transaction| store(records, transaction)),
        When::Late(read) => {
            late.extend(set.transactions.iter().map(|transaction| (*reads + read, transaction.clone())))
        }
    }
    drop(guard);
    match fault {
        Fault::Drop => broken(),
        Fault::Status(status) => empty(status),
        Fault::Page(status) => answer(status, "text/html", "<html><title>The web server timed out</title></html>"),
        Fault::Plain(status) => answer(status, "text/plain", "upstream request failed"),
        Fault::Hang => result(&set, |_| true, "").after(Duration::from_secs(600)),
        Fault::Contaminated500 => {
            let inner = format!("P21.UI.Common.UiServerException: {DIRTY}");
            let body = json!({"ErrorMessage": "One or more errors occurred.", "ErrorType": "System.AggregateException",
                "HostName": "h", "InnerException": inner});
            answer(500, "application/json", body.to_string())
        }
        Fault::Contaminated200 => result(&set, |_| false, DIRTY),
        Fault::Passed => result(&set, |_| true, ""),
        Fault::Mute => {
            let summary = json!({"Succeeded": set.transactions.len(), "Failed": 0, "Other": 0});
            answer(200, "application/json", json!({"Messages": [], "Results": null, "Summary": summary}).to_string())
        }
        Fault::Refused => result(&set, |_| false, "General Exception: Column is disabled: approved"),
    }
}

/// An answer that breaks off.
fn broken() -> Reply {
    let pieces: [Result<Bytes, std::io::Error>; 2] =
        [Ok(Bytes::from_static(b"{\"Mess")), Err(std::io::ErrorKind::ConnectionReset.into())];
    answer(200, "application/json", Body::from_stream(futures_util::stream::iter(pieces)))
}

/// The result of a set, as P21 spells it.
pub(crate) fn result(set: &TransactionSet, passed: impl Fn(usize) -> bool, said: &str) -> Reply {
    let passed: Vec<bool> = (0..set.transactions.len()).map(passed).collect();
    let message =
        |(at, passed): (usize, &bool)| format!("Transaction {}:: {}", at + 1, if *passed { "" } else { said });
    let messages: Vec<String> = passed.iter().enumerate().map(message).collect();
    let succeeded = passed.iter().filter(|passed| **passed).count();
    let results = |(transaction, passed): (&Payload, &bool)| json!({"Status": if *passed { "Passed" } else { "Failed" }, "DataElements": transaction.data_elements});
    let echoes: Vec<Value> = set.transactions.iter().zip(&passed).map(results).collect();
    let body = json!({"Messages": messages, "Results": {"Name": set.name, "Transactions": echoes},
        "Summary": {"Succeeded": succeeded, "Failed": passed.len() - succeeded, "Other": 0}});
    answer(200, "application/json", body.to_string())
}

fn store(records: &mut Records, transaction: &Payload) {
    let header = &transaction.data_elements[0];
    let record = records.entry(header.value("job_no").unwrap().to_owned()).or_default();
    let mut line = String::new();
    for element in &transaction.data_elements {
        let rows = record.entry(element.name.clone()).or_default();
        for row in &element.rows {
            let same_key = |stored: &Stored| match element.name.as_str() {
                "NOTES.note" | "BINS.bin" => false,
                "LINES.line" => stored.get("item_id").map(String::as_str) == row.value("item_id"),
                _ => true,
            };
            let at = rows.iter().position(same_key).unwrap_or_else(|| {
                rows.push(BTreeMap::new());
                rows.len() - 1
            });
            rows[at].extend(row.edits.iter().map(|edit| (edit.name.clone(), edit.value.clone())));
            match element.name.as_str() {
                "LINES.line" => line = row.value("item_id").unwrap_or_default().to_owned(),
                "BINS.bin" => drop(rows[at].insert(LINE_OF.to_owned(), line.clone())),
                _ => {}
            }
        }
    }
}

/// Records as P21 spells them: decimals with zeros, dates with times, and a blank template for what isn't there.
fn read(state: &mut State, request: &Seen) -> Reply {
    if state.broken_reads > 0 {
        state.broken_reads -= 1;
        return answer(400, "text/plain", "no reads now");
    }
    state.reads += 1;
    state.land(state.reads);
    if let Some((after, meddle)) = state.meddle
        && state.reads > after
    {
        meddle(&mut state.records);
    }
    let request: TransactionStateRequest = serde_json::from_slice(&request.body).unwrap();
    let transaction = |state_wanted: &p21_model::payload::TransactionState| {
        let record = state.records.get(&state_wanted.keys[0].value);
        let elements: Vec<Value> = SCHEMA.elements.iter().map(|element| shown(element, record)).collect();
        let odd = state.odd_reads.as_ref().filter(|(after, _)| state.reads > *after);
        let elements = odd.map_or(Value::Array(elements), |(_, elements)| elements.clone());
        json!({"Status": "New", "DataElements": elements, "Documents": null})
    };
    let transactions: Vec<Value> = request.transaction_states.iter().map(transaction).collect();
    answer(200, "application/json", json!({"Name": "Job", "Query": null, "Transactions": transactions}).to_string())
}

fn shown(element: &ElementSchema, record: Option<&Record>) -> Value {
    let blank = BTreeMap::new();
    let of = |name: &str| record.and_then(|record| record.get(name)).map(Vec::as_slice).unwrap_or_default();
    // A read has one current row, the first: it shows the bins of no other.
    let current = of("LINES.line").first().and_then(|line| line.get("item_id"));
    let is_shown = |row: &&Stored| row.get(LINE_OF).is_none_or(|line| Some(line) == current);
    let mut rows: Vec<&Stored> = of(&element.name).iter().filter(is_shown).collect();
    if rows.is_empty() {
        rows.push(&blank);
    }
    let row = |stored: &Stored| {
        let edits = element.fields.iter().map(|field| {
            let value = stored.get(&*field.name).map(|value| match field.value_type {
                ValueType::Decimal if !value.is_empty() => format!("{value}.0000"),
                ValueType::DateTime if !value.is_empty() => format!("{value}T00:00:00"),
                _ => value.clone(),
            });
            json!({"Name": field.name, "Value": value})
        });
        json!({"Edits": edits.collect::<Vec<Value>>(), "RelativeDateEdits": []})
    };
    json!({"Name": element.name, "Type": element.kind.as_str(), "Keys": [], "Rows": rows.into_iter().map(row).collect::<Vec<Value>>()})
}

/// The rows of a payload, for tests that look at what was sent.
pub(crate) fn rows_sent(request: &Seen) -> Vec<Row> {
    let set: TransactionSet = serde_json::from_slice(&request.body).unwrap();
    set.transactions.into_iter().flat_map(|t| t.data_elements).flat_map(|e| e.rows).collect()
}
