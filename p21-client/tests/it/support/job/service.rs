//! The service, written by hand as generated bindings are.

use p21_model::bindings::v1;
use p21_model::row::{
    ChildOf, Element, Field, KeyValues, Keyed, RawRow, RecordKey, Service, TopLevel, Transaction, Transactional,
};
use p21_model::schema::{ElementSchema, Endpoint, ServiceSchema, ValueType};
use p21_model::value::{DateTime, Decimal, Text};

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

static READ: [v1::FieldsRead; 5] = [const { v1::FieldsRead::new() }; 5];
static HEADER: ElementSchema = v1::form("FORM.header", "", "", 0, &READ[0])
    .fields("job_no text:\nend_date date:\napproved switch:\ncomment text:\n")
    .keys(&[0])
    .build();
static LINE: ElementSchema = v1::list("LINES.line", "", "", 1, &READ[1])
    .fields("item_id text:\npricing_method listed:\nprice decimal:\n")
    .lists(&[METHODS])
    .keys(&[0])
    .build();
const METHODS: v1::Values =
    v1::known_values(ValueType::Label, &["Source", "Price"], &[("Source", "220"), ("Price", "221")]);
static NOTES: ElementSchema = v1::list("NOTES.note", "", "", 2, &READ[2]).fields("note text:\n").build();
static TEXTS: ElementSchema =
    v1::form("TEXTS.text", "", "", 3, &READ[3]).fields("extended_desc text:\n").child_of(1, ANOTHER_LINE).build();
static BINS: ElementSchema =
    v1::list("BINS.bin", "", "", 4, &READ[4]).fields("bin text:\n").child_of(1, ANOTHER_LINE).build();
const ANOTHER_LINE: v1::Reason = v1::why("lands on another line", "");
pub(super) static SCHEMA: ServiceSchema =
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
