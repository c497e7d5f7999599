//! Records that go by window commands: notes of items, whose areas no transaction can pick. Nobody has published a definition
//! of the service, so its bindings are written by hand, from the sandbox's sketch.

use p21_sandbox::{ErrorFamily, Fault, QueuedFault};
use p21_services::client::Lookup;
use p21_services::client::odata::field;
use p21_services::model::bindings::v1 as bindings;
use p21_services::model::row::{Element, Field, KeyValues, Keyed, RawRow, RecordKey, Service, TopLevel, Transaction};
use p21_services::model::schema::{ElementSchema, Endpoint, ServiceSchema};
use p21_services::model::value::{Decimal, IntoValue};

use super::super::more_definitions;
use super::*;

#[derive(Debug)]
struct ItemNotepad;
struct Note(RawRow);
struct Areas(RawRow);

const NOTE_ID: Field<Note, Decimal> = Field::new(0, "note_id");
const ITEM: Field<Note, Text> = Field::new(1, "inv_mast_item_id");
const TOPIC: Field<Note, Text> = Field::new(2, "topic");
const NOTE: Field<Note, Text> = Field::new(3, "note");
const AREA: Field<Areas, Text> = Field::new(0, "area");

type Text = p21_services::model::value::Text;

static READ: [bindings::FieldsRead; 2] = [const { bindings::FieldsRead::new() }; 2];
static NOTES: ElementSchema = bindings::form("TABPAGE_1.tp_1_dw_1", "", "", 0, &READ[0])
    .fields("note_id decimal: Note ID\ninv_mast_item_id text: Item ID\ntopic text: Topic\nnote text: Note\n")
    .keys(&[0])
    .build();
static AREAS: ElementSchema =
    bindings::list("TABPAGE_17.tp_17_dw_17", "", "", 1, &READ[1]).fields("area text: Area\n").build();
static SCHEMA: ServiceSchema =
    bindings::service("ItemNotepad", p21_services::model::Version::new(25, 2), Endpoint::Commands, &[&NOTES, &AREAS])
        .key(0, &[0], bindings::why("", ""))
        .build();

impl Service for ItemNotepad {
    const SCHEMA: &'static ServiceSchema = &SCHEMA;
}

macro_rules! elements {
    ($($row:ident $schema:ident $columns:literal;)+) => {$(
        impl Element for $row {
            type Service = ItemNotepad;
            const SCHEMA: &'static ElementSchema = &$schema;
            const COLUMNS: &'static str = $columns;

            fn from_raw(raw: RawRow) -> Self {
                Self(raw)
            }

            fn as_raw(&self) -> &RawRow {
                &self.0
            }

            fn into_raw(self) -> RawRow {
                self.0
            }
        }
        impl TopLevel<ItemNotepad> for $row {}
    )+};
}
elements! {
    Note NOTES "inv_mast_notepad.note_id,inv_mast.item_id,inv_mast_notepad.topic,inv_mast_notepad.note";
    Areas AREAS "note_area.area";
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key(KeyValues);

impl Key {
    fn new(id: impl IntoValue<Decimal>) -> Self {
        Self(KeyValues::of(&NOTES).and(NOTE_ID, id))
    }
}

impl RecordKey for Key {
    type Service = ItemNotepad;

    fn values(&self) -> &KeyValues {
        &self.0
    }

    fn of_values(values: KeyValues) -> Self {
        Self(values)
    }
}

impl Keyed for ItemNotepad {
    type Key = Key;
    type Form = Note;
}

fn note(topic: &str) -> Transaction<ItemNotepad> {
    Transaction::new().push(Note::edit().set(ITEM, "WIDGET-001").set(TOPIC, topic).set(NOTE, "It breaks."))
}

fn by_topic(topic: &str) -> Lookup<ItemNotepad> {
    Lookup::by(field(TOPIC).eq(topic))
}

async fn topics(client: &Client) -> Vec<String> {
    let rows: Vec<Value> = client.table("inv_mast_notepad").allow_unordered_pages().rows().await.unwrap();
    rows.iter().map(|row| row["topic"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_note_of_an_item_is_stored_by_commands_and_read_back() {
    let definitions = more_definitions();
    each(
        |builder| builder.definitions(definitions.path()),
        async |_, client| {
            let record = note("Handle with care");
            let stored = client.store(&record).steps(|steps| steps.run_tool("cb_selectall", 1)).await;
            let stored = stored.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((stored.route.door, &stored.proof), (Door::Commands, &EntryProof::Proven));
            assert_eq!(stored.done.last().map(String::as_str), Some("save"));
            let id: Decimal = stored.key("note_id").unwrap().parse().unwrap();
            let read = client.read(Key::new(id)).await.unwrap().unwrap();
            assert_eq!(read.rows::<Areas>().count(), 3, "every area was picked");
            // By its key it is changed; of it only what differs is typed.
            let changed = Transaction::new()
                .push(Note::edit().set(NOTE_ID, id).set(TOPIC, "Handle with care").set(NOTE, "It breaks easily."));
            let stored = client.store(&changed).steps(|steps| steps).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(stored.proof, EntryProof::Proven);
            assert!(!stored.done.iter().any(|step| step.contains("topic")), "{:?}", stored.done);
            let read = client.read(Key::new(id)).await.unwrap().unwrap();
            let texts: Vec<_> = read.rows::<Note>().map(|row| row.get(NOTE).unwrap().unwrap().to_string()).collect();
            assert_eq!((texts, topics(client).await.len()), (vec!["It breaks easily.".to_owned()], 1));
        },
    )
    .await;
}

#[tokio::test]
async fn what_steps_type_is_read_back_and_what_no_read_tells_is_said() {
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let client = client(&sandbox);
    // The last value of a form counts, and one that is not in the record counts as well.
    let record = note("typed by steps");
    let stored = client
        .store(&record)
        .steps(|steps| steps.set_named("tp_1_dw_1", "note", "More").run_tool("cb_selectall", 1))
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(stored.proof, EntryProof::Proven);
    let id: Decimal = stored.key("note_id").unwrap().parse().unwrap();
    let read = client.read(Key::new(id)).await.unwrap().unwrap();
    assert_eq!(read.first::<Note>().unwrap().text(NOTE), Some("More"));
    let record = note("typed twice");
    let stored = client
        .store(&record)
        .steps(|steps| steps.run_tool("cb_selectall", 1).set_named("tp_1_dw_1", "topic", "typed over"))
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(stored.proof, EntryProof::Proven);
    assert_eq!(topics(&client).await, ["typed by steps", "typed over"]);
}

#[tokio::test]
async fn what_commands_have_no_place_for_is_refused_before_anything_is_sent() {
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let client = client(&sandbox);
    let refused = async |storing: p21_services::client::windows::enter::Storing<'_, ItemNotepad>| match storing.await {
        Err(NotEntered::Refused(error)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let record = note("t");
    let error = refused(client.store(&record)).await;
    assert!(error.contains("`.steps(..)`") && error.contains("areas"), "{error}");
    let with_areas = note("t").push(Areas::edit().set(AREA, "Shipping"));
    let error = refused(client.store(&with_areas).steps(|steps| steps)).await;
    assert!(error.contains("`TABPAGE_17.tp_17_dw_17`") && error.contains("adds a row"), "{error}");
    // Steps of a record that goes by another door.
    let page = page();
    let error = client.store(&page).steps(|steps| steps.run_tool("cb_x", 1)).await.unwrap_err();
    assert!(error.is_nothing_stored() && error.to_string().contains("doesn't go by window commands"), "{error}");
    // What P21 refuses is refused, in its words.
    let error = refused(client.store(&record).steps(|steps| steps)).await;
    assert!(error.contains("You must select at least one area where this note will display."), "{error}");
    assert!(topics(&client).await.is_empty());
}

#[tokio::test]
async fn a_step_that_fails_before_a_save_that_works_is_a_part() {
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let client = client(&sandbox);
    let record = note("half");
    let store = client.store(&record).steps(|steps| {
        steps.run_tool("cb_selectall", 1).set_named("tp_1_dw_1", "note", "More").select_row_named("tp_17_dw_17", 9)
    });
    let Err(NotEntered::PartlyStored(partly)) = store.await else { panic!("it is stored, and a step isn't done") };
    assert!(partly.left.iter().any(|step| step.contains("row 9")), "{:?}", partly.left);
    assert!(!partly.key.is_empty() && topics(&client).await == ["half"]);
}

#[tokio::test]
async fn commands_whose_answer_is_lost_are_looked_up_and_never_sent_twice() {
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let client = client(&sandbox);
    let lost = [Fault::DropAfter, Fault::AnswerAfter(ErrorFamily::Empty), Fault::AnswerAfter(ErrorFamily::BadGateway)];
    let before = [Fault::Drop, Fault::Answer(ErrorFamily::Empty)];
    for (number, fault) in lost.into_iter().chain(before).enumerate() {
        let is_stored = number < 3;
        for has_lookup in [false, true] {
            let topic = format!("note {number} {has_lookup}");
            sandbox.queue_fault(QueuedFault::next(fault.clone()).path("/api/v2/commands"));
            let record = note(&topic);
            let store = client.store(&record).steps(|steps| steps.run_tool("cb_selectall", 1));
            let came = if has_lookup { store.lookup(by_topic(&topic)).await } else { store.await };
            match came {
                Ok(stored) => {
                    assert!(has_lookup && is_stored && stored.proof == EntryProof::Proven, "{topic} {stored:?}")
                }
                Err(NotEntered::Ambiguous(_)) => assert!(!(has_lookup && is_stored), "{topic}"),
                Err(other) => panic!("{topic}: {other}"),
            }
            let there = topics(&client).await.iter().filter(|there| **there == topic).count();
            assert_eq!(there, usize::from(is_stored), "{topic}");
        }
    }
    // What is there already is not written over.
    let record = note("note 0 true");
    let again = client.store(&record).steps(|steps| steps.run_tool("cb_selectall", 1)).lookup(by_topic("note 0 true"));
    assert!(again.await.unwrap_err().to_string().contains("finds a record already"));
}
