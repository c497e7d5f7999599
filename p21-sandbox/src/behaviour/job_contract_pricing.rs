//! Price contracts.

use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct JobContractPricing;

pub(super) const SERVICE: &str = "JobContractPricing";

const NO_PAIR: &str = "Before selecting a Customer ID or Ship To ID, make sure that the combination exists in the \
                       Customer/Ship To tab.";

const CONSIGNMENT: [&str; 3] = ["CUSTSHIPTOCONSIGN", "SHIPTOCONSIGNCONTROL", "CONSIGNMENTISSUES"];

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

    fn wants_rows(&self, _window: &Window, _element: u16) -> Option<&'static str> {
        Some(NO_PAIR)
    }

    /// Tabs of consignment are disabled in a new contract; what opens them is not known.
    fn shuts_tab(&self, window: &Window, element: u16) -> bool {
        let page = window.service.page(element);
        window.by_hand && window.record.is_none() && CONSIGNMENT.contains(&page)
    }

    fn row_done(&self, window: &mut Window, desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if window.is_element(element, LINES) {
            super::check_unit(window, desk, element, row, "item_id", "uom")
        } else {
            Ok(())
        }
    }
}
