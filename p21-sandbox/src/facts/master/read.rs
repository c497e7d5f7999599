//! Files of master data: TOML or CSV, every cell with its place.

use std::collections::BTreeMap;
use std::path::Path;

use p21_model::InputError;
use serde::Deserialize;
use toml::Spanned;

use super::Kind;

/// A row as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Counted from 1; 0 where a program has made it.
    pub(super) line: usize,
    pub(super) cells: BTreeMap<String, Cell>,
}

/// A cell of a row.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Counted from 1, and in TOML not that of its row; 0 where a program has made it.
    pub(super) line: usize,
    /// In CSV the number of the cell, in TOML that of the character, from 1; 0 where a program has made it.
    pub(super) column: usize,
}

impl Row {
    /// What stands in a column; nothing where it is not there.
    pub(super) fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.trim())
    }

    /// What stands in a column, part by part.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        self.text(column).split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a file by its name's end.
pub(super) fn file(path: &Path) -> Result<Vec<(Kind, Row)>, InputError> {
    let file = path.display().to_string();
    let unreadable = |error: std::io::Error| InputError::new(&file, format!("can't be read: {error}"));
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(InputError::new(&file, "is no file"));
    }
    if about.len() > MAX_BYTES {
        return Err(InputError::new(&file, "is larger than 64 MiB"));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| InputError::new(&file, "is no UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("toml") => from_toml(&file, text),
        Some("csv") => from_csv(&file, text),
        _ => Err(InputError::new(&file, "ends neither with .toml nor with .csv")),
    }
}

type Cells = BTreeMap<String, Spanned<toml::Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    item: Vec<Spanned<Cells>>,
    #[serde(default)]
    customer: Vec<Spanned<Cells>>,
    #[serde(default)]
    unit: Vec<Spanned<Cells>>,
    #[serde(default)]
    price: Vec<Spanned<Cells>>,
}

fn from_toml(file: &str, text: &str) -> Result<Vec<(Kind, Row)>, InputError> {
    let parsed: File = toml::from_str(text).map_err(|error| {
        let (line, column) = place(text, error.span().map_or(0, |span| span.start));
        let message = error.message().trim().replace('\n', ", ");
        InputError::new(file, format!("column {column}: {message}")).at_line(line)
    })?;
    let mut rows = Vec::new();
    let kinds = [
        (Kind::Item, parsed.item),
        (Kind::Customer, parsed.customer),
        (Kind::Unit, parsed.unit),
        (Kind::Price, parsed.price),
    ];
    for (kind, table) in kinds {
        for cells in table {
            let (line, _) = place(text, cells.span().start);
            let mut row = Row { line, cells: BTreeMap::new() };
            for (name, value) in cells.into_inner() {
                let (line, column) = place(text, value.span().start);
                let text = spelt(value.get_ref()).ok_or_else(|| {
                    let problem =
                        format!("column {column} (`{name}`): is neither a text nor a number nor a list of them");
                    InputError::new(file, problem).at_line(line)
                })?;
                row.cells.insert(name, Cell { text, line, column });
            }
            rows.push((kind, row));
        }
    }
    Ok(rows)
}

fn spelt(value: &toml::Value) -> Option<String> {
    Some(match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Array(items) => items.iter().map(spelt).collect::<Option<Vec<_>>>()?.join(";"),
        _ => return None,
    })
}

/// Line and column of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

fn from_csv(file: &str, text: &str) -> Result<Vec<(Kind, Row)>, InputError> {
    let reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut names: Option<(Kind, Vec<String>)> = None;
    let mut records = reader.into_records();
    while let Some(record) = records.next() {
        let wrong = |line: u64, problem: String| {
            InputError::new(file, problem).at_line(usize::try_from(line).unwrap_or(usize::MAX))
        };
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            wrong(line, "is no CSV".to_owned())
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        let bytes = record.position().map(csv::Position::byte).zip(Some(records.reader().position().byte()));
        if bytes.is_some_and(|(from, to)| is_open(text, from, to)) {
            return Err(wrong(line, "a quote is not closed; one within a text is written twice (`\"\"`)".to_owned()));
        }
        let Some((kind, columns)) = &names else {
            let columns: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
            if let Some(place) = (1..columns.len()).find(|place| columns[..*place].contains(&columns[*place])) {
                return Err(wrong(line, format!("column {} (`{}`): is there twice", place + 1, columns[place])));
            }
            names = Some((kind_of(&columns).ok_or_else(|| wrong(line, NO_KIND.to_owned()))?, columns));
            continue;
        };
        if record.len() != columns.len() {
            let column = record.len().min(columns.len()) + 1;
            let cells = if record.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", record.len()) };
            let problem = format!("column {column}: the row has {cells}, and the first line names {}", columns.len());
            return Err(wrong(line, problem));
        }
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let cell = |(place, (name, text)): (usize, (&String, &str))| {
            (name.clone(), Cell { text: text.to_owned(), line, column: place + 1 })
        };
        let cells = columns.iter().zip(record.iter()).enumerate().map(cell).collect();
        rows.push((*kind, Row { line, cells }));
    }
    if names.is_none() { Err(InputError::new(file, NO_KIND).at_line(1)) } else { Ok(rows) }
}

/// Whether a quote in a record is left open: then all that comes after it is taken for one cell. A quote within a text that
/// stands in none is a character, as in `5" pipe`.
fn is_open(text: &str, from: u64, to: u64) -> bool {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
    let is_last = text.get(at(to)..).is_none_or(|rest| rest.trim().is_empty());
    let record = text.get(at(from)..at(to)).unwrap_or_default().trim_start();
    let opens = record.starts_with('"') || record.contains(",\"");
    is_last && opens && record.matches('"').count() % 2 == 1
}

const NO_KIND: &str = "the first line names the columns: with `customer` the rows are customers, with `price` prices, with \
                       `size` units, with `item` items";

/// What rows with these columns are about.
fn kind_of(columns: &[String]) -> Option<Kind> {
    let has = |name: &str| columns.iter().any(|column| column == name);
    match () {
        () if has("customer") => Some(Kind::Customer),
        () if has("price") => Some(Kind::Price),
        () if has("size") => Some(Kind::Unit),
        () if has("item") => Some(Kind::Item),
        () => None,
    }
}
