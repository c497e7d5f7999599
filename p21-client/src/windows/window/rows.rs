//! Rows of lists: read, added, selected by what P21 shows and not by how it counts.

use std::marker::PhantomData;

use p21_model::interactive::{Change, DatawindowData, Status};
use p21_model::row::{ElementOf, Field, Service};
use p21_model::value::{FieldValue, IntoValue, ValueError};

use super::{Core, FieldValues, Window, place};
use crate::api::Sending;
use crate::error::Error;
use crate::windows::action::{Action, Done, Step};
use crate::windows::judge;
use crate::windows::problem::WindowProblem;
use crate::windows::wire::{InteractiveFlavour, Op};

/// The rows of a list, as the window shows them.
#[derive(Debug, Clone)]
pub struct WindowRows<E> {
    data: DatawindowData,
    of: PhantomData<fn() -> E>,
}

/// A row of a list.
#[derive(Debug)]
pub struct WindowRow<'a, E> {
    data: &'a DatawindowData,
    index: usize,
    of: PhantomData<fn() -> E>,
}

impl<E> WindowRows<E> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.data.data.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.data.data.is_empty()
    }

    /// The rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = WindowRow<'_, E>> {
        (0..self.len()).map(|index| WindowRow { data: &self.data, index, of: PhantomData })
    }

    /// The number of the current row, counted from 1.
    pub fn current(&self) -> Option<u32> {
        self.data.active().and_then(number)
    }
}

impl<E> WindowRow<'_, E> {
    /// Its number, counted from 1.
    pub fn number(&self) -> u32 {
        number(self.index).unwrap_or(u32::MAX)
    }

    /// A value of it; `None` if it is empty.
    ///
    /// # Errors
    /// The text doesn't spell a value of the field's type.
    pub fn get<T: FieldValue>(&self, field: Field<E, T>) -> Result<Option<T>, ValueError> {
        let text = self.data.value(self.index, field.name()).filter(|text| !text.is_empty());
        text.map(T::from_wire).transpose()
    }
}

fn number(index: usize) -> Option<u32> {
    u32::try_from(index).ok()?.checked_add(1)
}

/// A row that was added.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AddedRow {
    /// What adding it came to.
    pub done: Done,
    /// What P21 says is missing in the row before, though it added this one: `Required value missing for Bin ID on row 1`.
    pub incomplete: Option<String>,
}

impl<S: Service> Window<S> {
    /// Adds a row to a list; it becomes the current one. Where the row before is incomplete P21 calls this a failure and adds
    /// the row all the same, which a look at the window proves; [`AddedRow::incomplete`] is what it said.
    pub fn add_row<E: ElementOf<S>>(&mut self) -> Action<'_, AddedRow> {
        let (tab, datawindow) = self.core.place(E::schema());
        let front = Step::Front { tab, datawindow: datawindow.clone() };
        Action::new(&mut self.core, [front, Step::AddRow(datawindow)], |_, done| {
            let failed = done.result.status == Status::Failure;
            let incomplete = if failed { done.result.texts().into_iter().next() } else { None };
            Ok(AddedRow { done, incomplete })
        })
    }

    /// Adds a row to a list and types its values: one call where the flavour has one for both, two elsewhere. The values have to
    /// be of that list. [`FieldValues`] says what several values in a call give up.
    pub fn add_row_with<E: ElementOf<S>>(&mut self, values: FieldValues<S>) -> Action<'_> {
        let (tab, datawindow) = self.core.place(E::schema());
        let values = values.into_values();
        let other = values.iter().find(|(element, ..)| element.index != E::schema().index);
        let fields: Vec<_> = values.iter().map(|(element, field, _)| (*element, *field)).collect();
        let problem = match other {
            Some((element, field, _)) => Some(format!(
                "`{}` is no field of `{}`: a row has the values of its list alone",
                element.fields[usize::from(*field)].name,
                E::schema().name
            )),
            None => self.core.not_together(&fields),
        };
        let changes: Vec<Change> =
            values.iter().map(|(element, field, value)| self.core.change(element, *field, value)).collect();
        let front = Step::Front { tab, datawindow: datawindow.clone() };
        let steps = match self.core.link.flavour {
            InteractiveFlavour::Xml => vec![front, Step::AddRowWith(datawindow, changes)],
            _ => vec![front, Step::AddRow(datawindow), Step::Change(changes)],
        };
        let adding = Action::new(&mut self.core, steps, |_, done| Ok(done));
        match problem {
            Some(problem) => adding.refused(Error::input(problem)),
            None => adding,
        }
    }

    /// The rows of a list.
    ///
    /// # Errors
    /// P21 refuses, or the list's tab can't be selected.
    pub fn rows<E: ElementOf<S>>(&mut self) -> Sending<'_, WindowRows<E>> {
        let (tab, datawindow) = self.core.place(E::schema());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            let data = self.core.list(&datawindow).await?;
            Ok(WindowRows { data, of: PhantomData })
        })
    }

    /// Makes a row of a list the current one. Rows are counted from 1 here, however P21 counts: what the window shows
    /// afterwards is compared, and the other way of counting tried, before anything is typed.
    ///
    /// # Errors
    /// There is no such row, or neither way brings it to the front
    /// ([`RowNotSelected`](WindowProblem::RowNotSelected)).
    pub fn select_row<E: ElementOf<S>>(&mut self, row: u32) -> Sending<'_, ()> {
        let (tab, datawindow) = self.core.place(E::schema());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            self.core.select(&datawindow, row).await
        })
    }

    /// Makes the row of a list the current one that has a value, and says which it is. Exactly one row must have it.
    ///
    /// # Errors
    /// No row has it, or several, or the row can't be brought to the front.
    pub fn select_where<E: ElementOf<S>, T: FieldValue>(
        &mut self,
        field: Field<E, T>,
        value: impl IntoValue<T>,
    ) -> Sending<'_, u32> {
        let (tab, datawindow) = self.core.place(E::schema());
        let (field, value) = (field.name(), value.into_value().into_wire());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            let row = self.core.find(&datawindow, field, &value).await?;
            self.core.select(&datawindow, row).await?;
            Ok(row)
        })
    }

    /// Shows a row of a list in its detail form, and proves it: both have to say the same of a field that tells rows apart.
    /// Some windows show the row that was selected before; then the row after it is selected too, which brings it to the
    /// front, and it is compared again.
    ///
    /// # Errors
    /// The form shows another row whatever is tried ([`DetailMismatch`](WindowProblem::DetailMismatch)): nothing was typed.
    pub fn show_detail<L: ElementOf<S>, D: ElementOf<S>, T: FieldValue, U: FieldValue>(
        &mut self,
        row: u32,
        in_list: Field<L, T>,
        in_detail: Field<D, U>,
    ) -> Sending<'_, ()> {
        let (list_tab, list) = self.core.place(L::schema());
        let (detail_tab, detail) = self.core.place(D::schema());
        let (in_list, in_detail) = (in_list.name(), in_detail.name());
        Box::pin(async move {
            for pushes in [false, true] {
                self.bring(&list_tab, &list).await?;
                self.core.select(&list, row).await?;
                let due = self.core.current(&list, in_list).await?;
                if pushes {
                    self.core.put_row(&list, i64::from(row) + 1).await?;
                }
                self.bring(&detail_tab, &detail).await?;
                let shown = self.core.current(&detail, in_detail).await?;
                if let (Some(due), Some(shown)) = (&due, &shown)
                    && place::same(due, shown)
                {
                    return Ok(());
                }
            }
            Err(self.core.explain("show a row in detail", Error::of_window(WindowProblem::DetailMismatch, None)))
        })
    }
}

impl Core {
    pub(crate) fn list<'c>(&'c mut self, datawindow: &'c str) -> Sending<'c, DatawindowData> {
        Box::pin(async move {
            let mut data = self.data().await?;
            match data.0.iter().position(|of| of.name.eq_ignore_ascii_case(datawindow)) {
                Some(at) => Ok(data.0.swap_remove(at)),
                None => {
                    let problem = WindowProblem::UnknownDatawindow { datawindow: datawindow.to_owned() };
                    Err(self.explain("read the rows", Error::of_window(problem, None)))
                }
            }
        })
    }

    async fn find(&mut self, datawindow: &str, field: &str, value: &str) -> Result<u32, Error> {
        let list = self.list(datawindow).await?;
        let has = |row: &usize| list.value(*row, field).is_some_and(|read| place::same(value, read));
        let found: Vec<usize> = (0..list.data.len()).filter(has).collect();
        match found[..] {
            [only] => Ok(number(only).unwrap_or(u32::MAX)),
            [] => Err(self.explain("find a row", Error::of_window(WindowProblem::NoSuchRow, None))),
            [..] => {
                let problem = format!(
                    "{} rows of `{datawindow}` have that `{field}`: name a field that tells rows apart",
                    found.len()
                );
                Err(self.explain("find a row", Error::input(problem)))
            }
        }
    }

    /// Brings a row to the front, proven by what the window shows.
    pub(crate) fn select<'c>(&'c mut self, datawindow: &'c str, row: u32) -> Sending<'c, ()> {
        Box::pin(async move {
            let due = usize::try_from(row).ok().and_then(|row| row.checked_sub(1));
            let list = self.list(datawindow).await?;
            let Some(due) = due.filter(|due| *due < list.data.len()) else {
                return Err(self.explain("select a row", Error::of_window(WindowProblem::NoSuchRow, None)));
            };
            // Selecting a row that is selected is refused after a tab was changed.
            if list.active() == Some(due) {
                self.moved(datawindow, row);
                return Ok(());
            }
            self.try_to_select(datawindow, row, due).await
        })
    }

    /// The same where the selecting itself is what counts, as it unlocks tabs: a row that a tab has brought to the front is
    /// selected all the same.
    pub(crate) fn select_anew<'c>(&'c mut self, datawindow: &'c str, row: u32) -> Sending<'c, ()> {
        Box::pin(async move {
            match usize::try_from(row).ok().and_then(|row| row.checked_sub(1)) {
                Some(due) => self.try_to_select(datawindow, row, due).await,
                None => Err(self.explain("select a row", Error::of_window(WindowProblem::NoSuchRow, None))),
            }
        })
    }

    async fn try_to_select(&mut self, datawindow: &str, row: u32, due: usize) -> Result<(), Error> {
        // Counted from 1; where that brings the row after it, from 0; where the row before it, once more from 1.
        for number in [i64::from(row), i64::from(row) - 1, i64::from(row) + 1] {
            match self.put_row(datawindow, number).await {
                Ok(()) => {}
                // Or it is selected already.
                Err(error) if matches!(error.window_problem(), Some(WindowProblem::NoSuchRow)) => {}
                Err(error) => return Err(error),
            }
            if self.list(datawindow).await?.active() == Some(due) {
                self.moved(datawindow, row);
                self.counts_apart |= number != i64::from(row);
                return Ok(());
            }
        }
        Err(self.explain("select a row", Error::of_window(WindowProblem::RowNotSelected { row }, None)))
    }

    fn moved(&mut self, datawindow: &str, row: u32) {
        if let Some(cursor) = &mut self.cursor {
            cursor.moved(datawindow, Some(row));
        }
    }

    /// One call, whose outcome is read afterwards.
    pub(crate) fn put_row<'c>(&'c mut self, datawindow: &'c str, row: i64) -> Sending<'c, ()> {
        Box::pin(async move {
            let op = Op::SelectRow(datawindow.to_owned(), row);
            let step = op.name();
            let id = self.id.clone();
            let result = self.act(op, &id).await?;
            match result.status {
                Status::Success | Status::None => Ok(()),
                Status::Blocked => {
                    let question = self.opened_by(&result).await?;
                    Err(self.not_answered(&question))
                }
                _ => Err(self.explain(&step, judge::failure(result))),
            }
        })
    }
}
