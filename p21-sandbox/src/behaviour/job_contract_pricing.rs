//! Price contracts.

use super::Behaviour;
use crate::serve::transaction::request::Row;
use crate::window::Window;
use crate::window::refusal::Stop;

pub(super) struct JobContractPricing;

pub(super) const SERVICE: &str = "JobContractPricing";

/// The column that identifies a contract.
pub(super) const CONTRACT_UID: &str = "job_price_hdr_uid";

const LINES: &str = "JOBPRICELINE.jobpriceline";

impl Behaviour for JobContractPricing {
    /// Order lines name the contract that priced them by this number.
    fn new_record(&self, window: &mut Window<'_>) -> Result<(), Stop> {
        let uid = window.store.take_number(CONTRACT_UID, 1)?;
        window.rows[0].data.insert(CONTRACT_UID.to_owned(), uid.to_string());
        Ok(())
    }

    /// A line is selected by its item; by its number alone it is not found.
    fn before_row(&self, window: &Window<'_>, element: u16, sent: &Row) -> Result<(), Stop> {
        let names_item = || sent.edits.iter().any(|edit| edit.name() == "item_id");
        let names_line = || sent.edits.iter().any(|edit| edit.name() == "line_no");
        if window.is_element(element, LINES) && names_line() && !names_item() {
            return Err(Stop::key_not_sent());
        }
        Ok(())
    }
}
