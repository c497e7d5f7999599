//! Assemblies of items.

use crate::store::Data;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct Assembly;

const COMPONENTS: &str = "TABPAGE_17.tp_17_dw_17";

/// P21's text for an item that does not exist: an assembly never creates the item itself.
const NO_ITEM: &str = "This item ID is not valid";

impl Behaviour for Assembly {
    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        let is_assembly = window.is_field(element, field, "inv_mast_item_id");
        let is_component = window.is_field(element, field, "item_id_service_labor_id");
        if !is_assembly && !is_component {
            return Ok(());
        }
        let id = window.value(row, element, field);
        let exists = desk.store.master("inv_mast", id)?.is_some()
            || (is_component && desk.store.master("service_labor", id)?.is_some());
        if id.is_empty() || exists { Ok(()) } else { Err(Stop::refused(NO_ITEM)) }
    }

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
