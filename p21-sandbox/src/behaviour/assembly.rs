//! Assemblies of items.

use crate::store::Data;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct Assembly;

const COMPONENTS: &str = "TABPAGE_17.tp_17_dw_17";

impl Behaviour for Assembly {
    /// An item brings its unit.
    fn row_done(&self, window: &mut Window, desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if window.is_element(element, COMPONENTS) && window.rows[row].is_new() {
            super::fill_unit(window, desk, element, row, "item_id_service_labor_id")?;
        }
        Ok(())
    }
}

/// The assembly of an item, if it is one.
pub(super) fn of_item(desk: &Desk<'_>, item: &str) -> Result<Option<Data>, Stop> {
    match desk.store.find("Assembly", item)? {
        Some(record) => Ok(desk.store.header(record)?),
        None => Ok(None),
    }
}
