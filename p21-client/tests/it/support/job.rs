//! A service written by hand, with a header, keyed lines, notes without keys, and texts and bins below lines; and a P21
//! that stores it, shows the bins of the first line only, and fails on demand before or after it has stored.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use p21_client::Client;
use p21_model::bindings::v1;
use p21_model::payload::{Row, Transaction as Payload, TransactionSet, TransactionStateRequest};
use p21_model::row::{
    ChildOf, Element, Field, KeyValues, Keyed, RawRow, RecordKey, Service, TopLevel, Transaction, Transactional,
};
use p21_model::schema::{ElementSchema, Endpoint, FieldFlags, FieldSchema, ServiceSchema, ValueType};
use p21_model::value::{DateTime, Decimal, Text};
use serde_json::{Value, json};

use super::{Reply, Seen, Server, TRANSACTION_PATH, answer, empty};

pub(crate) const GET_PATH: &str = "/uiserver0/api/v2/transaction/get";
pub(crate) const DIRTY: &str =
    "General Exception: Unexpected response window: Email Purchase Order(s). Window class: w_email_response";

pub(crate) struct Job;
pub(crate) struct Header(RawRow);
pub(crate) struct Line(RawRow);
pub(crate) struct Note(RawRow);
pub(crate) struct LineText(RawRow);
pub(crate) struct Bin(RawRow);

pub(crate) const JOB_NO: Field<Header, Text> = Field::new(0, "job_no");
pub(crate) const END_DATE: Field<Header, DateTime> = Field::new(1, "end_date");
pub(crate) const APPROVED: Field<Header, bool> = Field::new(2, "approved");
pub(crate) const COMMENT: Field<Header, Text> = Field::new(3, "comment");
pub(crate) const ITEM_ID: Field<Line, Text> = Field::new(0, "item_id");
pub(crate) const METHOD: Field<Line, Text> = Field::new(1, "pricing_method");
pub(crate) const PRICE: Field<Line, Decimal> = Field::new(2, "price");
pub(crate) const NOTE: Field<Note, Text> = Field::new(0, "note");
pub(crate) const TEXT: Field<LineText, Text> = Field::new(0, "extended_desc");
pub(crate) const BIN: Field<Bin, Text> = Field::new(0, "bin");

/// Where the fake keeps a bin's line.
const LINE_OF: &str = "line of the bin";

const fn field(name: &'static str, value_type: ValueType) -> FieldSchema {
    FieldSchema::new(name, "", value_type, FieldFlags::NONE)
}

static HEADER_FIELDS: [FieldSchema; 4] = [
    field("job_no", ValueType::Text),
    field("end_date", ValueType::DateTime),
    field("approved", ValueType::Switch),
    field("comment", ValueType::Text),
];
static LINE_FIELDS: [FieldSchema; 3] = [
    field("item_id", ValueType::Text),
    FieldSchema::with_labels(
        "pricing_method",
        "",
        ValueType::Label,
        FieldFlags::NONE,
        &["Source", "Price"],
        &[("Source", "220"), ("Price", "221")],
    ),
    field("price", ValueType::Decimal),
];
static NOTE_FIELDS: [FieldSchema; 1] = [field("note", ValueType::Text)];
static TEXT_FIELDS: [FieldSchema; 1] = [field("extended_desc", ValueType::Text)];
static BIN_FIELDS: [FieldSchema; 1] = [field("bin", ValueType::Text)];

static HEADER: ElementSchema = v1::form("FORM.header", "", "", 0, &HEADER_FIELDS).keys(&[0]).build();
static LINE: ElementSchema = v1::list("LINES.line", "", "", 1, &LINE_FIELDS).keys(&[0]).build();
static NOTES: ElementSchema = v1::list("NOTES.note", "", "", 2, &NOTE_FIELDS).build();
static TEXTS: ElementSchema = v1::form("TEXTS.text", "", "", 3, &TEXT_FIELDS).child_of(1, ANOTHER_LINE).build();
static BINS: ElementSchema = v1::list("BINS.bin", "", "", 4, &BIN_FIELDS).child_of(1, ANOTHER_LINE).build();
const ANOTHER_LINE: v1::Reason = v1::why("lands on another line", "");
static SCHEMA: ServiceSchema =
    v1::service("Job", p21_model::Version::new(26, 1), Endpoint::Transaction, &[&HEADER, &LINE, &NOTES, &TEXTS, &BINS])
        .key(0, &[0], v1::why("", ""))
        .build();

impl Service for Job {
    const SCHEMA: &'static ServiceSchema = &SCHEMA;
}
impl Transactional for Job {}

macro_rules! elements {
    ($($row:ident $schema:ident $columns:literal;)+) => {$(
        impl Element for $row {
            type Service = Job;
            const SCHEMA: &'static ElementSchema = &$schema;
            const COLUMNS: &'static str = $columns;
            const WRAP: fn(RawRow) -> Self = Self;
            const RAW: fn(&Self) -> &RawRow = |row| &row.0;
            const UNWRAP: fn(Self) -> RawRow = |row| row.0;
        }
    )+};
}
elements! {
    Header HEADER "job_price_hdr.job_no,job_price_hdr.end_date,job_price_hdr.approved,";
    Line LINE "inv_mast.item_id,job_price_line.pricing_method_cd,job_price_line.price";
    Note NOTES "";
    LineText TEXTS "extended_desc";
    Bin BINS "";
}
/// What identifies a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(KeyValues);

impl Key {
    pub(crate) fn new(number: impl p21_model::value::IntoValue<Text>) -> Self {
        Self(KeyValues::of(&HEADER).and(JOB_NO, number))
    }
}

impl RecordKey for Key {
    type Service = Job;

    fn values(&self) -> &KeyValues {
        &self.0
    }

    fn of_values(values: KeyValues) -> Self {
        Self(values)
    }
}

impl Keyed for Job {
    type Key = Key;
    type Form = Header;
}

impl TopLevel<Job> for Header {}
impl TopLevel<Job> for Line {}
impl TopLevel<Job> for Note {}
impl ChildOf<Line> for LineText {}
impl ChildOf<Line> for Bin {}

pub(crate) fn job(number: &str) -> Transaction<Job> {
    Transaction::new().push(header(number))
}

pub(crate) fn header(number: &str) -> Header {
    Header::edit().set(JOB_NO, number)
}

pub(crate) fn line(item: &str, price: i64) -> Line {
    Line::edit().set(ITEM_ID, item).set(METHOD, "Price").set(PRICE, Decimal::from(price))
}

pub(crate) fn key(number: &str) -> Key {
    Key::new(number)
}

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
