//! Price contracts.

use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct JobContractPricing;

pub(super) const SERVICE: &str = "JobContractPricing";

const LINES: &str = "JOBPRICELINE.jobpriceline";

/// The column that identifies a contract.
pub(super) const CONTRACT_UID: &str = "job_price_hdr_uid";

impl Behaviour for JobContractPricing {
    /// Order lines name the contract that priced them by this number.
    fn new_record(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let uid = desk.store.take_number(CONTRACT_UID, 1)?;
        window.rows[0].data.insert(CONTRACT_UID.to_owned(), uid.to_string());
        Ok(())
    }

    fn row_done(&self, window: &mut Window, desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if window.is_element(element, LINES) {
            super::check_unit(window, desk, element, row, "item_id", "uom")
        } else {
            Ok(())
        }
    }
}
