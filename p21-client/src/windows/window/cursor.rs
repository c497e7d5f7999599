//! Rows that the program made current. P21 selects the first row of a grid again when its tab comes back to the front, so
//! that what is typed then would land on another row, with a success.

use std::collections::{BTreeMap, BTreeSet};

use p21_model::interactive::Change;
use p21_model::schema::ElementKind;

use super::Core;
use crate::api::Sending;
use crate::error::Error;
use crate::windows::action::Step;

/// Which rows are to be current, by datawindow.
#[derive(Default)]
pub(crate) struct Cursor {
    /// Counted from 1; `None` for a row that was added, whose number nobody knows yet.
    due: BTreeMap<String, Option<u32>>,
    /// Datawindows whose tab was left since.
    left: BTreeSet<String>,
}

impl Cursor {
    /// The program made a row current.
    pub(crate) fn moved(&mut self, datawindow: &str, row: Option<u32>) {
        self.left.remove(datawindow);
        self.due.insert(datawindow.to_owned(), row);
    }

    /// Another tab is in front.
    pub(crate) fn left(&mut self) {
        self.left.extend(self.due.keys().cloned());
    }
}

impl Core {
    /// Before a tab is left: the numbers of rows that were added.
    pub(crate) async fn note_cursor(&mut self) {
        let Some(cursor) = &self.cursor else { return };
        let is_open = |(datawindow, row): &(&String, &Option<u32>)| row.is_none() && !cursor.left.contains(*datawindow);
        let open: Vec<String> = cursor.due.iter().filter(is_open).map(|(datawindow, _)| datawindow.clone()).collect();
        for datawindow in open {
            // What isn't shown has no row that is current.
            let Ok(list) = self.list(&datawindow).await else { continue };
            let active = list.active();
            let row = active.and_then(|row| u32::try_from(row + 1).ok());
            if let (Some(cursor), Some(row)) = (&mut self.cursor, row) {
                cursor.due.insert(datawindow, Some(row));
            }
        }
    }

    /// Before a row is typed into or read: the one that was current when the tab was left is current again, proven by what
    /// the window shows.
    pub(crate) fn restore_cursor<'c>(&'c mut self, datawindow: Option<&'c str>) -> Sending<'c, ()> {
        Box::pin(async move {
            let Some((datawindow, cursor)) = datawindow.zip(self.cursor.as_ref()) else { return Ok(()) };
            let due = cursor.due.get(datawindow).copied().flatten();
            match due.filter(|_| cursor.left.contains(datawindow)) {
                Some(row) => self.select(datawindow, row).await,
                None => Ok(()),
            }
        })
    }

    /// Before a step: the rows that it is about are current.
    pub(crate) async fn ready_cursor(&mut self, step: &Step) -> Result<(), Error> {
        match step {
            Step::Change(list) => {
                for change in list {
                    self.restore_cursor(change.datawindow_name.as_deref()).await?;
                }
                Ok(())
            }
            Step::Tool { place, .. } => self.restore_cursor(place.datawindow.as_deref()).await,
            _ => Ok(()),
        }
    }

    /// After a step.
    pub(crate) fn follow_cursor(&mut self, step: &Step) {
        let is_another_record = match step {
            Step::Change(list) => list.iter().any(|change| self.is_key(change)),
            Step::Save => true,
            _ => false,
        };
        match (&mut self.cursor, step) {
            (Some(cursor), _) if is_another_record => *cursor = Cursor::default(),
            (Some(cursor), Step::Front { .. }) => cursor.left(),
            (Some(cursor), Step::AddRow(datawindow)) => cursor.moved(datawindow, None),
            _ => {}
        }
    }

    /// Whether it loads a record.
    fn is_key(&self, change: &Change) -> bool {
        let element = change.datawindow_name.as_deref().and_then(|datawindow| self.element(datawindow));
        let form = element.filter(|element| element.kind == ElementKind::Form);
        form.is_some_and(|element| element.key_names().any(|key| key == change.field_name))
    }
}
