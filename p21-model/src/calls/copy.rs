//! Records as new ones: what of a record that was read can be written again.
//!
//! P21 answers a read with every column, those included that it refuses on a write: a record sent back as it came fails
//! one column at a time (verified on 26.1). What works is the intersection with the service's `basics`, which are its keys
//! and required fields (verified on 26.1), plus what the caller says.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::facts::schema::{ElementSchema, RuleKind, ServiceSchema, When};
use crate::facts::version::Version;
use crate::rows::record::Record;
use crate::rows::row::{Element, Field, RawRow, Service, Transaction};
use crate::wire::payload;

/// What of a record is copied.
///
/// ```ignore
/// let copying = Copying::of(&basics).keep(line::PRICE).leave_out::<note::Row>();
/// let copy = record.copy(&copying);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Copying {
    basics: BTreeMap<String, BTreeSet<String>>,
    kept: BTreeSet<(u16, u16)>,
    left_out: BTreeSet<u16>,
    version: Option<Version>,
}

/// A record as a new one.
#[derive(Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(bound = "S: crate::rows::row::Service"))]
#[non_exhaustive]
pub struct RecordCopy<S> {
    /// What is written.
    pub transaction: Transaction<S>,
    /// What isn't, though the record has it.
    pub left_out: Vec<LeftOut>,
}

/// A field, or a whole element, that a copy goes without.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LeftOut {
    /// The element.
    pub element: String,
    /// The field; `None` for the whole element.
    pub field: Option<String>,
    /// How many rows have a value there.
    pub rows: usize,
    /// Why.
    pub why: LeftOutBecause,
}

/// Why a copy goes without something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum LeftOutBecause {
    /// P21 computes it.
    Computed,
    /// A rule says that it is disabled in a new record.
    Disabled,
    /// P21 gives a value of its own.
    Assigned,
    /// It is neither a key nor required, and the caller didn't ask for it.
    NotBasic,
    /// Its rows belong to rows of another element, and a read doesn't say to which.
    OfManyParents,
    /// The bindings have no such element.
    UnknownElement,
    /// The caller doesn't want it.
    Unwanted,
}

impl Copying {
    /// Copies what is among a service's basics: its keys and required fields.
    pub fn of(basics: &payload::Transaction) -> Self {
        let mut copying = Self::default();
        for element in &basics.data_elements {
            let fields = copying.basics.entry(element.name.clone()).or_default();
            fields.extend(element.keys.iter().cloned());
            fields.extend(element.rows.iter().flat_map(|row| &row.edits).map(|edit| edit.name.clone()));
        }
        copying
    }

    /// The same, for a service whose basics these are.
    #[must_use]
    pub fn with(mut self, basics: &payload::Transaction) -> Self {
        self.basics = Self::of(basics).basics;
        self
    }

    /// The P21 version whose rules say what is disabled or assigned; without it the one that the bindings are of.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Copies a field as well, whatever rules say of it. What P21 computes is never copied.
    #[must_use]
    pub fn keep<E: Element, T>(mut self, field: Field<E, T>) -> Self {
        self.kept.insert((E::schema().index, field.index()));
        self
    }

    /// Copies nothing of an element.
    #[must_use]
    pub fn leave_out<E: Element>(mut self) -> Self {
        self.left_out.insert(E::schema().index);
        self
    }

    fn verdict(&self, element: &ElementSchema, name: &str) -> Result<Option<u16>, LeftOutBecause> {
        let basic = self.basics.get(&*element.name).is_some_and(|fields| fields.contains(name));
        let Some((index, field)) = element.field(name) else {
            return if basic { Ok(None) } else { Err(LeftOutBecause::NotBasic) };
        };
        if field.is_computed() {
            return Err(LeftOutBecause::Computed);
        }
        if self.kept.contains(&(element.index, index)) {
            return Ok(Some(index));
        }
        let mut because = None;
        for rule in element.rules.iter() {
            match &rule.kind {
                RuleKind::Disabled { fields, when: When::Always | When::New, .. }
                    if fields.is_empty() || fields.contains(&index) =>
                {
                    because = because.max(Some(LeftOutBecause::Disabled));
                }
                RuleKind::Assigned { field, .. } if *field == index => {
                    because = because.max(Some(LeftOutBecause::Assigned));
                }
                _ => {}
            }
        }
        match because {
            Some(because) => Err(because),
            None if basic => Ok(Some(index)),
            None => Err(LeftOutBecause::NotBasic),
        }
    }
}

impl<S: Service> Record<S> {
    /// The record as a new one. Its keys are copied too, but for those that P21 assigns: change them, or the copy is an
    /// update of the original.
    pub fn copy(&self, copying: &Copying) -> RecordCopy<S> {
        let schema = S::schema();
        let rules = copying.version.map_or(Cow::Borrowed(schema), |version| schema.at(version));
        let mut work = Work { schema, rules: &rules, copying, rows: Vec::new(), tally: BTreeMap::new() };
        // Parents first: P21 answers tabs in an order of its own.
        let is_child = |element: &&payload::DataElement| {
            work.rules.element(&element.name).is_some_and(|element| element.parent.is_some())
        };
        let elements = &self.as_payload().data_elements;
        let (children, others): (Vec<_>, Vec<_>) = elements.iter().partition(is_child);
        others.into_iter().chain(children).for_each(|element| work.element(element));
        let (transaction, left_out) = work.finish();
        RecordCopy { transaction, left_out }
    }
}

impl<S: Service> RecordCopy<S> {
    /// Changes the row of an element: the first one, or a new one if the copy has none.
    #[must_use]
    pub fn change<E: Element<Service = S>>(mut self, change: impl FnOnce(E) -> E) -> Self {
        let mut rows = self.transaction.rows().to_vec();
        match rows.iter().position(|row| row.element().index == E::schema().index) {
            Some(at) => rows[at] = change(E::from_raw(rows[at].clone())).into_raw(),
            None => rows.insert(0, change(E::edit()).into_raw()),
        }
        self.transaction = Transaction::of_rows(rows);
        self
    }
}

/// Why, where, how often.
type Tally = BTreeMap<(String, Option<String>, LeftOutBecause), usize>;

struct Work<'a> {
    schema: &'static ServiceSchema,
    /// The same as the version has it that is copied for.
    rules: &'a ServiceSchema,
    copying: &'a Copying,
    rows: Vec<RawRow>,
    tally: Tally,
}

impl Work<'_> {
    fn element(&mut self, data: &payload::DataElement) {
        let filled: Vec<&payload::Row> =
            data.rows.iter().filter(|row| row.edits.iter().any(|edit| !edit.value.is_empty())).collect();
        if filled.is_empty() {
            return;
        }
        let whole = |work: &mut Self, because| {
            *work.tally.entry((data.name.clone(), None, because)).or_default() += filled.len();
        };
        let Some(element) = self.schema.element(&data.name) else {
            return whole(self, LeftOutBecause::UnknownElement);
        };
        if self.copying.left_out.contains(&element.index) {
            return whole(self, LeftOutBecause::Unwanted);
        }
        let ruled = self.rules.element(&data.name).unwrap_or(element);
        let parent = ruled.parent.as_ref().map(|parent| parent.element);
        let place = match parent.map(|parent| self.only_row_of(parent)) {
            Some(None) => return whole(self, LeftOutBecause::OfManyParents),
            Some(only) => only,
            None => None,
        };
        let rows: Vec<RawRow> = filled.iter().filter_map(|row| self.row(element, ruled, row)).collect();
        match place {
            Some(at) => rows.into_iter().for_each(|row| self.rows[at].push_child(row)),
            None => self.rows.extend(rows),
        }
    }

    /// Where the row of an element is, if there is just one.
    fn only_row_of(&self, element: u16) -> Option<usize> {
        let mut places = (0..self.rows.len()).filter(|at| self.rows[*at].element().index == element);
        places.next().filter(|_| places.next().is_none())
    }

    fn row(&mut self, element: &'static ElementSchema, ruled: &ElementSchema, row: &payload::Row) -> Option<RawRow> {
        let mut copy = RawRow::new(element);
        for edit in row.edits.iter().filter(|edit| !edit.value.is_empty()) {
            match self.copying.verdict(ruled, &edit.name) {
                Ok(Some(index)) => copy = copy.text(index, edit.value.as_str()),
                Ok(None) => copy.set_extra(edit.name.as_str().into(), edit.value.as_str().into()),
                Err(because) => {
                    let place = (element.name.to_string(), Some(edit.name.clone()), because);
                    *self.tally.entry(place).or_default() += 1;
                }
            }
        }
        (!copy.edits().is_empty() || !copy.extras().is_empty()).then_some(copy)
    }

    fn finish<S: Service>(self) -> (Transaction<S>, Vec<LeftOut>) {
        let left_out = self.tally.into_iter();
        let left_out = left_out.map(|((element, field, why), rows)| LeftOut { element, field, rows, why }).collect();
        (Transaction::of_rows(self.rows), left_out)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.element.escape_debug())?;
        if let Some(field) = &self.field {
            write!(f, " `{}`", field.escape_debug())?;
        }
        let because = match self.why {
            LeftOutBecause::Computed => "P21 computes it",
            LeftOutBecause::Disabled => "it is disabled in a new record",
            LeftOutBecause::Assigned => "P21 assigns it",
            LeftOutBecause::NotBasic => "it is neither a key nor required",
            LeftOutBecause::OfManyParents => "a read doesn't say which rows its rows belong to",
            LeftOutBecause::UnknownElement => "the bindings have no such element",
            LeftOutBecause::Unwanted => "it was not wanted",
        };
        let rows = self.rows;
        write!(f, " ({rows} row{}): {because}", if rows == 1 { "" } else { "s" })
    }
}
