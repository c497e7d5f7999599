//! Assemblies of items.

use super::Behaviour;
use crate::store::Data;
use crate::window::Window;
use crate::window::refusal::Stop;

pub(super) struct Assembly;

/// P21's text for an item that does not exist: an assembly never creates the item itself.
const NO_ITEM: &str = "This item ID is not valid";

impl Behaviour for Assembly {
    /// An item has one assembly: a header that names its keys changes it, any other tries to make a second one.
    fn loaded(&self, _window: &mut Window<'_>, keyed: bool) -> Result<(), Stop> {
        if keyed { Ok(()) } else { Err(Stop::general("The record already exists.")) }
    }

    fn edited(&self, window: &mut Window<'_>, element: u16, row: usize, field: u16) -> Result<(), Stop> {
        let is_assembly = window.is_field(element, field, "inv_mast_item_id");
        let is_component = window.is_field(element, field, "item_id_service_labor_id");
        if !is_assembly && !is_component {
            return Ok(());
        }
        let id = window.value(row, element, field);
        let exists = window.store.master("inv_mast", id)?.is_some()
            || (is_component && window.store.master("service_labor", id)?.is_some());
        if id.is_empty() || exists { Ok(()) } else { Err(Stop::refused(NO_ITEM)) }
    }
}

/// The assembly of an item, if it is one.
pub(super) fn of_item(window: &Window<'_>, item: &str) -> Result<Option<Data>, Stop> {
    match window.store.find("Assembly", item)? {
        Some(record) => Ok(window.store.header(record)?),
        None => Ok(None),
    }
}
