//! Order entry.

use super::Behaviour;
use crate::engine::refusal::Stop;
use crate::engine::value;
use crate::engine::window::Window;

pub(super) struct Order;

const ITEMS: &str = "TP_ITEMS.items";
const RELEASES: &str = "TABPAGE_RELEASE.tabpage_release";

impl Behaviour for Order {
    /// The company is the session's, whatever the payload says.
    fn new_record(&self, window: &mut Window<'_>) -> Result<(), Stop> {
        if let Some(header) = window.service.header {
            window.set_named(0, header, "company_id", window.config.company.clone());
        }
        Ok(())
    }

    /// The item has to exist.
    fn edited(&self, window: &mut Window<'_>, element: u16, row: usize, field: u16) -> Result<(), Stop> {
        if !window.is_element(element, ITEMS) || !window.is_field(element, field, "oe_order_item_id") {
            return Ok(());
        }
        let item = window.value(row, element, field);
        if !item.is_empty() && window.store.master("inv_mast", item)?.is_none() {
            return Err(Stop::refused("item ID does not exist at your source location."));
        }
        Ok(())
    }

    /// The item brings its unit; releases come one after the other.
    fn row_done(&self, window: &mut Window<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if window.is_element(element, ITEMS) && window.named(row, element, "unit_of_measure").is_empty() {
            let item = window.store.master("inv_mast", window.named(row, element, "oe_order_item_id"))?;
            if let Some(unit) = item.and_then(|mut item| item.remove("default_selling_unit")) {
                window.set_named(row, element, "unit_of_measure", unit);
            }
        }
        if window.is_element(element, RELEASES) && window.rows[row].is_new() {
            let date = |row: usize| value::date_time(window.named(row, element, "release_date"));
            let (storage, parent) = (window.rows[row].storage, window.rows[row].parent);
            let before =
                window.below(storage, parent).iter().filter(|other| **other != row).filter_map(|row| date(*row));
            if let (Some(date), Some(last)) = (date(row), before.max())
                && date <= last
            {
                return Err(Stop::refused("The release date must be after the previous release date"));
            }
        }
        Ok(())
    }

    fn dates_message(&self, earlier: &str, later: &str) -> Option<&'static str> {
        match (earlier, later) {
            ("expedite_date", "requested_date") => Some("The Expedite Date must be on or before the Required Date"),
            _ => None,
        }
    }
}
