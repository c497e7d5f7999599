//! Price contracts.

use super::Behaviour;
use crate::engine::refusal::Stop;
use crate::engine::request::Row;
use crate::engine::window::Window;

pub(super) struct JobContractPricing;

const LINES: &str = "JOBPRICELINE.jobpriceline";

/// P21's text, as far as it is known.
const CHANGED_OUTSIDE: &str =
    "Your changes could not be saved because changes to this information have been made outside of...";

impl Behaviour for JobContractPricing {
    /// A line is selected by its item; by its number alone it is not found.
    fn before_row(&self, window: &Window<'_>, element: u16, sent: &Row) -> Result<(), Stop> {
        let names_item = || sent.edits.iter().any(|edit| edit.name() == "item_id");
        let names_line = || sent.edits.iter().any(|edit| edit.name() == "line_no");
        if window.is_element(element, LINES) && names_line() && !names_item() {
            return Err(Stop::key_not_sent());
        }
        Ok(())
    }

    /// Each transaction saves the shared header anew, so of several in one POST that add lines only one gets through.
    fn before_save(&self, window: &mut Window<'_>) -> Result<(), Stop> {
        let Some(record) = window.record else { return Ok(()) };
        let Some(lines) = window.service.element_index(LINES) else { return Ok(()) };
        let storage = window.service.plan(lines).storage;
        let adds_lines = window.rows.iter().any(|row| row.storage == storage && row.is_new());
        if adds_lines && !window.post.grown.insert(record) {
            return Err(Stop::refused(CHANGED_OUTSIDE));
        }
        Ok(())
    }
}
