//! A record as P21 spells it as the rows that a window is typed from.

use p21_model::payload;
use p21_model::row::RawRow;
use p21_model::schema::{ElementSchema, ServiceSchema};

use crate::error::Error;

/// The rows of a record, children in their parents.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) rows: Vec<RawRow>,
    /// The explicit keys of an element.
    pub(super) keyed_by: Vec<(u16, Vec<u16>)>,
}

impl Rows {
    /// # Errors
    /// It has what the schema doesn't, a child before any row of its parent, or what a window can't be typed.
    pub(super) fn of(schema: &'static ServiceSchema, record: &payload::Transaction) -> Result<Self, Error> {
        let mut all = Self { rows: Vec::new(), keyed_by: Vec::new() };
        for element in &record.data_elements {
            let known = schema.element(&element.name).ok_or_else(|| {
                Error::input(format!("`{}` has no element `{}`", schema.name, element.name.escape_debug()))
            })?;
            if !element.keys.is_empty() && !all.keyed_by.iter().any(|(of, _)| *of == known.index) {
                let keys = element.keys.iter().map(|key| field(known, key)).collect::<Result<_, _>>()?;
                all.keyed_by.push((known.index, keys));
            }
            for row in &element.rows {
                let row = row_of(known, row)?;
                match &known.parent {
                    Some(parent) => attach(&mut all.rows, schema, known, parent.element, row)?,
                    None => all.rows.push(row),
                }
            }
        }
        Ok(all)
    }
}

fn field(element: &ElementSchema, name: &str) -> Result<u16, Error> {
    let known = element.field(name).map(|(index, _)| index);
    known.ok_or_else(|| Error::input(format!("`{}` has no field `{}`", element.name, name.escape_debug())))
}

fn row_of(element: &'static ElementSchema, row: &payload::Row) -> Result<RawRow, Error> {
    if !row.relative_date_edits.is_empty() {
        let problem = format!("`{}` has dates by offset, which a window isn't typed: give the dates", element.name);
        return Err(Error::input(problem));
    }
    row.edits.iter().try_fold(RawRow::new(element), |row, edit| {
        let index = field(element, &edit.name)?;
        Ok(match edit.value.is_empty() {
            true => row.set_empty(index, edit.ignore_if_empty),
            false => row.text(index, edit.value.as_str()),
        })
    })
}

/// Puts a row under the last row of its parent.
fn attach(
    rows: &mut [RawRow],
    schema: &ServiceSchema,
    child: &ElementSchema,
    parent: u16,
    row: RawRow,
) -> Result<(), Error> {
    match last_of(rows, parent) {
        Some(under) => {
            under.push_child(row);
            Ok(())
        }
        None => {
            let parent = schema.elements.get(parent.into()).map(|parent| &*parent.name).unwrap_or_default();
            Err(Error::input(format!(
                "rows of `{}` stand before any row of `{parent}`, which they belong to",
                child.name
            )))
        }
    }
}

fn last_of(rows: &mut [RawRow], element: u16) -> Option<&mut RawRow> {
    let last = rows.iter().rposition(|row| holds(row, element))?;
    let row = &mut rows[last];
    if row.element().index == element && !row.children().iter().any(|child| holds(child, element)) {
        return Some(row);
    }
    last_of(row.children_mut(), element)
}

fn holds(row: &RawRow, element: u16) -> bool {
    row.element().index == element || row.children().iter().any(|child| holds(child, element))
}
