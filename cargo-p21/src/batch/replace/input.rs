//! Rows of the file: new pages, and what each replaces.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use p21_batch::input::{BadInput, RowProblem};
use p21_batch::workflow::Successor;
use p21_model::value::FieldValue as _;

use super::super::map::Map;
use super::super::rows::Input;
use super::super::workflow::{BOOKS, REPLACES};

/// A row: a new page and where it stands.
pub(super) type Row = Result<(String, Successor), Wrong>;

/// What is wrong, and where.
#[derive(Debug, serde::Serialize)]
pub(super) struct Wrong {
    pub(super) place: String,
    pub(super) problem: String,
}

/// What stands in a row beside the page.
#[derive(Debug)]
struct Beside {
    description: String,
    replaces: Option<i64>,
    books: Vec<String>,
}

/// All rows of an input.
pub(super) async fn read(source: &Input, map: Arc<Map>) -> Result<Vec<Row>, BadInput> {
    let all: Arc<Mutex<Vec<Beside>>> = Arc::default();
    let (seen, made) = (Arc::clone(&all), Arc::clone(&map));
    let rows = source.rows_by(map, move |cells| {
        let beside = Beside::of(cells)?;
        let record = made.record(cells)?;
        // In the order of the records: a row that is none has no part of it.
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(beside);
        Ok(record)
    })?;
    let rows: Vec<_> = rows.collect().await;
    let mut beside = std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner)).into_iter();
    let row = |row: p21_batch::input::InputRow| match row {
        Ok(record) => {
            let place = record.place().map(ToString::to_string).unwrap_or_default();
            let beside = beside.next()?;
            let mut page = Successor::new(beside.description, record);
            page.replaces = beside.replaces;
            page.books = beside.books;
            Some(Ok((place, page)))
        }
        Err(bad) => Some(Err(Wrong { place: bad.place.to_string(), problem: bad.problem })),
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

impl Beside {
    fn of(cells: &[(String, String)]) -> Result<Self, RowProblem> {
        let cell = |name: &str| {
            let cell = cells.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
            cell.ok_or_else(|| RowProblem::in_column(name, "the member is missing: `null` leaves it empty"))
        };
        let (description, replaces, books) = (cell("description")?, cell(REPLACES)?.trim(), cell(BOOKS)?);
        let replaces = match replaces {
            "" => None,
            number => match i64::from_wire(number) {
                Ok(uid) if uid > 0 => Some(uid),
                _ => {
                    let problem = format!("`{}` is no number of a price page", number.escape_debug());
                    return Err(RowProblem::in_column(REPLACES, problem));
                }
            },
        };
        let books = books.split(';').map(str::trim).filter(|book| !book.is_empty()).map(str::to_owned);
        Ok(Self { description: description.to_owned(), replaces, books: books.collect() })
    }
}
