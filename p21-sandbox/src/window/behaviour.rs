//! Where a service has a say of its own in what its window does.

use p21_model::schema::Dialog;

use super::desk::Desk;
use super::refusal::Stop;
use super::{Entry, Window};
use crate::store::Data;

/// The moments of a window's life in which a service may have its own say. Elements, rows and fields are indexes.
pub(crate) trait Behaviour: Sync {
    /// Whether its records can be read; otherwise a read ends in an empty 500.
    fn can_be_read(&self) -> bool {
        true
    }

    /// A stored record is in the window, to be read or to be changed.
    fn retrieved(&self, _window: &Window, _desk: &Desk<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// A stored record was brought into the window to change it.
    fn loaded(&self, _window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// The payload names a record that is not there; without an objection a new one is begun.
    fn not_found(&self, _window: &Window, _desk: &Desk<'_>, _sent: &[Entry<'_>]) -> Result<(), Stop> {
        Ok(())
    }

    /// A new record has got its header row.
    fn new_record(&self, _window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// What becomes of a row of a list that no row there matches.
    fn unmatched(&self, _window: &Window, _element: u16, _sent: &[Entry<'_>]) -> Result<Unmatched, Stop> {
        Ok(Unmatched::Added)
    }

    /// Whether a tab is disabled for a reason that lies in the record; the header's is not asked about.
    fn shuts_tab(&self, _window: &Window, _element: u16) -> bool {
        false
    }

    /// Whether a column is disabled for a reason that lies in the record; P21's text if so.
    fn shut(&self, _window: &Window, _element: u16, _row: usize, _field: u16) -> Option<String> {
        None
    }

    /// Whether a column is open although another one that should come first is not set.
    fn is_open_early(&self, _window: &Window, _element: u16, _row: usize, _field: u16) -> bool {
        false
    }

    /// A field has got its value.
    fn edited(
        &self,
        _window: &mut Window,
        _desk: &mut Desk<'_>,
        _element: u16,
        _row: usize,
        _field: u16,
    ) -> Result<(), Stop> {
        Ok(())
    }

    /// All edits of a row are typed.
    fn row_done(&self, _window: &mut Window, _desk: &mut Desk<'_>, _element: u16, _row: usize) -> Result<(), Stop> {
        Ok(())
    }

    /// The record is about to be checked and saved.
    fn before_save(&self, _window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// What a grid offers that is not the record's own: rows to pick from. `None` for other elements.
    fn offers(&self, _window: &Window, _element: u16) -> Option<Vec<String>> {
        None
    }

    /// What P21 says of a field that wants rows of another element first.
    fn wants_rows(&self, _window: &Window, _element: u16) -> Option<&'static str> {
        None
    }

    /// Whether a dialog opens with a value that is typed: one that is not certain to may.
    fn opens(&self, _window: &Window, _desk: &Desk<'_>, dialog: &Dialog, _stored: &str) -> Result<bool, Stop> {
        Ok(dialog.certain)
    }

    /// What an answer to a dialog leads to, behind the value that asked and is in its row.
    fn answered(&self, _window: &mut Window, _desk: &mut Desk<'_>, _said: &Said<'_>) -> Result<(), Stop> {
        Ok(())
    }

    /// The buttons of its own that the window has.
    fn tools(&self, _window: &Window) -> &'static [&'static str] {
        &[]
    }

    /// Somebody presses a button, with what was picked in a grid that offers something. `false` if there is no such
    /// button.
    fn tool(
        &self,
        _window: &mut Window,
        _desk: &mut Desk<'_>,
        _tool: &str,
        _picked: Option<&str>,
    ) -> Result<bool, Stop> {
        Ok(false)
    }

    /// What the wizard that comes up behind a save is about, a row each; without rows none comes up.
    fn wizard(&self, _window: &Window, _desk: &Desk<'_>) -> Result<Vec<Data>, Stop> {
        Ok(Vec::new())
    }

    /// What the wizard's next page does, for good; its rows as they are shown then.
    fn run_wizard(&self, _window: &mut Window, _desk: &mut Desk<'_>) -> Result<Vec<Data>, Stop> {
        Ok(Vec::new())
    }

    /// Whether a service that belongs to `/commands` knows itself what it refuses in a transaction.
    fn runs_transactions(&self) -> bool {
        false
    }
}

/// An answer to a dialog that rules know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    /// The dialog, among those of the service.
    pub(crate) dialog: &'a str,
    /// The answer, among those of the dialog.
    pub(crate) answer: &'a str,
    pub(crate) row: usize,
}

/// What becomes of a row of a list that no row there matches.
pub(crate) enum Unmatched {
    /// It is a new row.
    Added,
    /// P21 drops it in silence.
    Dropped,
    /// It means a row that is there.
    On(usize),
}

/// A window without habits of its own.
pub(crate) struct Plain;

impl Behaviour for Plain {}
