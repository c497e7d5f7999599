//! Rows of an input as records, by a map.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use futures_util::stream::BoxStream;
use p21_batch::input::{BadInput, CsvFile, Encoding, InputRow, JsonLines, RowProblem};
use p21_batch::{BatchRecord, Find};
use p21_model::payload::{DataElement, KeyValue, Transaction, TransactionSet, TransactionState};
use p21_model::row::RawRow;
use p21_model::value::{Decimal, FieldValue as _, Text};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::map::{Column, Map, Mapped, Origin, Settle, wire};

/// An input, and how it is read.
#[derive(Debug)]
pub(super) enum Input {
    Csv(CsvFile),
    Json(JsonLines),
}

impl Input {
    /// By the end of its name, JSON lines are `.jsonl` or `.ndjson`.
    pub(super) fn of(path: &Path, delimiter: Option<char>, is_windows_1252: bool, may_end_anyhow: bool) -> Self {
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        if ending.is_some_and(|ending| ["jsonl", "ndjson", "json"].iter().any(|json| ending == *json)) {
            let lines = JsonLines::of(path).keep_rows();
            return Self::Json(if may_end_anyhow { lines.last_line_may_lack_its_end() } else { lines });
        }
        let mut csv = CsvFile::of(path).keep_rows().delimiter(delimiter.unwrap_or(','));
        if is_windows_1252 {
            csv = csv.encoding(Encoding::Windows1252);
        }
        Self::Csv(if may_end_anyhow { csv.last_line_may_lack_its_end() } else { csv })
    }

    /// The columns, where the file names them all at once.
    pub(super) fn header(&self) -> Result<Option<Vec<String>>, BadInput> {
        match self {
            Self::Csv(csv) => csv.columns().map(Some),
            Self::Json(_) => Ok(None),
        }
    }

    pub(super) fn rows(&self, map: Arc<Map>) -> Result<BoxStream<'static, InputRow>, BadInput> {
        let made = Arc::clone(&map);
        self.rows_by(map, move |cells| made.record(cells))
    }

    /// The same with what else is made of a row's cells.
    pub(super) fn rows_by(
        &self,
        map: Arc<Map>,
        record: impl Fn(&[(String, String)]) -> Result<BatchRecord, RowProblem> + Send + 'static,
    ) -> Result<BoxStream<'static, InputRow>, BadInput> {
        match self {
            Self::Csv(csv) => csv.rows(move |Cells(cells): Cells| record(&cells)),
            Self::Json(lines) => lines.rows(move |Members(cells): Members| {
                map.whole(&cells)?;
                record(&cells)
            }),
        }
    }
}

/// The cells of a CSV's row.
struct Cells(Vec<(String, String)>);

/// The members of an object: texts as they are, others as they are spelt.
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cells")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::with_capacity(map.size_hint().unwrap_or_default());
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a member a column")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut cells: Vec<(String, String)> = Vec::new();
                while let Some((name, raw)) = map.next_entry::<String, Box<RawValue>>()? {
                    if cells.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format!("the member `{}` is there twice", name.escape_debug())));
                    }
                    cells.push((name, text_of(&raw).map_err(A::Error::custom)?));
                }
                Ok(Members(cells))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// A number keeps its digits: as a float it would have others.
fn text_of(raw: &RawValue) -> Result<String, String> {
    match raw.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw.get()).map_err(|error| error.to_string()),
        Some(b'[' | b'{') => {
            Err("a member is a text, a number, `true`, `false` or `null`, and no list or object".to_owned())
        }
        _ if raw.get() == "null" => Ok(String::new()),
        _ => Ok(raw.get().to_owned()),
    }
}

/// The text of a column.
fn cell<'c>(cells: &'c [(String, String)], name: &str) -> &'c str {
    cells.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text.as_str())
}

impl Map {
    /// Whether an object has each column that the map names, and no other.
    fn whole(&self, cells: &[(String, String)]) -> Result<(), RowProblem> {
        let has = |name: &str| cells.iter().any(|(known, _)| known == name);
        let is_wanted = |name: &&String| !self.ignored.contains(name) && !self.optional.contains(name);
        if let Some(missing) = self.columns.iter().filter(is_wanted).find(|name| !has(name)) {
            return Err(RowProblem::in_column(missing, "the member is missing: `null` leaves it empty"));
        }
        match cells.iter().map(|(name, _)| name).find(|name| !self.columns.contains(name)) {
            Some(other) => Err(RowProblem::in_column(
                other,
                format!("nothing in the map reads it: map it, or `ignore = [\"{}\"]`", other.escape_debug()),
            )),
            None => Ok(()),
        }
    }

    /// The record of a row.
    pub(super) fn record(&self, cells: &[(String, String)]) -> Result<BatchRecord, RowProblem> {
        let record = self.record_of(self.elements_of(cells)?)?;
        Ok(match self.idempotency.as_slice() {
            [] => record,
            [one] => record.idempotency_key(cell(cells, one)),
            several => {
                let key: Vec<String> = several.iter().map(|name| format!("{:?}", cell(cells, name))).collect();
                record.idempotency_key(key.join(" "))
            }
        })
    }

    /// One record of several rows that are the same but for those of its lists.
    pub(super) fn record_of_all(&self, rows: &[Vec<(String, String)>]) -> Result<BatchRecord, RowProblem> {
        let mut all: Vec<DataElement> = Vec::new();
        for cells in rows {
            for element in self.elements_of(cells)? {
                match all.iter_mut().find(|known| known.name == element.name) {
                    None => all.push(element),
                    Some(known) if known.rows != element.rows => known.rows.extend(element.rows),
                    Some(_) => {}
                }
            }
        }
        self.record_of(all)
    }

    fn elements_of(&self, cells: &[(String, String)]) -> Result<Vec<DataElement>, RowProblem> {
        let cell = |name: &str| cell(cells, name);
        let elements = self.elements.iter().filter_map(|mapped| Self::element(mapped, &cell).transpose());
        elements.collect()
    }

    fn record_of(&self, elements: Vec<DataElement>) -> Result<BatchRecord, RowProblem> {
        let identified = |field: &str, element: &str| {
            let form = elements.iter().find(|form: &&DataElement| form.name == *element);
            let value = form.and_then(|form| form.value(field)).unwrap_or_default();
            match value.trim().is_empty() {
                true => Err(RowProblem::from(format!("`{field}` is empty, and identifies the record"))),
                false => Ok(value.to_owned()),
            }
        };
        let mut known = None;
        let mut find = None;
        match &self.settle {
            Settle::Key { element, fields } => {
                let keys = fields.iter().map(|field| Ok(KeyValue::new(field.as_str(), identified(field, element)?)));
                let keys: Result<Vec<_>, RowProblem> = keys.collect();
                known = Some(TransactionState::new(element.as_str(), keys?));
            }
            Settle::Find { element, table, keys, wanted } => {
                let keys = keys.iter().map(|(field, column)| (field.as_str(), column.as_str()));
                let mut by = Find::by_names(element, table, keys);
                for (field, column, is_number) in wanted {
                    let value = identified(field, element)?;
                    by = match Decimal::from_wire(&value).ok().filter(|_| *is_number) {
                        Some(number) => by.number_in(column, number),
                        None => by.text_in(column, value),
                    };
                }
                find = Some(by);
            }
            Settle::Nothing => {}
        }
        let set = TransactionSet::new(self.schema.name.to_string(), vec![Transaction::new(elements)]);
        let mut record = BatchRecord::raw(set)?.known_by_schema(self.schema);
        record = match (known, find) {
            (Some(state), _) => record.state(state),
            (None, Some(find)) => record.find(find),
            (None, None) => record,
        };
        Ok(record)
    }

    /// A row of an element; nothing where none of its columns says anything.
    fn element<'c>(mapped: &Mapped, cell: &impl Fn(&str) -> &'c str) -> Result<Option<DataElement>, RowProblem> {
        let element = mapped.element;
        let columns = mapped.fields.iter().filter_map(|field| match &field.from {
            Origin::Column(column) => Some(cell(&column.name)),
            Origin::Value(_) => None,
        });
        let texts: Vec<&str> = columns.collect();
        if mapped.may_be_left_out && !texts.is_empty() && texts.iter().all(|text| text.trim().is_empty()) {
            return Ok(None);
        }
        let mut row = RawRow::new(element);
        for field in &mapped.fields {
            let facts = &element.fields[usize::from(field.index)];
            match &field.from {
                Origin::Value(value) => row = row.set(field.index, Text::from(value.as_str())),
                Origin::Column(Column { name, required, at_least, .. }) => {
                    let text = cell(name);
                    if text.trim().is_empty() {
                        if *required {
                            return Err(RowProblem::in_column(name, "it is empty"));
                        }
                        if field.is_required {
                            let problem =
                                format!("it is empty, and `{}` wants `{}` in a new row", element.name, facts.name);
                            return Err(RowProblem::in_column(name, problem));
                        }
                        continue;
                    }
                    let value = wire(facts, text).map_err(|problem| RowProblem::in_column(name, problem))?;
                    let is_below = |least: &i64| Decimal::from_wire(&value).is_ok_and(|is| is < Decimal::from(*least));
                    if let Some(least) = at_least.filter(is_below) {
                        return Err(RowProblem::in_column(name, format!("`{value}` is below {least}")));
                    }
                    row = row.set(field.index, Text::from(value));
                }
            }
        }
        let mut element = DataElement::new(element.name.to_string(), element.kind, vec![row.to_payload()]);
        element.keys.clone_from(&mapped.keys);
        Ok(Some(element))
    }
}
