//! Purchase orders. The service decides the type: requisitions have a window of their own.

use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct PurchaseOrder {
    pub(super) requisition: bool,
}

impl Behaviour for PurchaseOrder {
    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        let is_line = window.service.element(element).datawindow() == LINES;
        if is_line && window.is_field(element, field, "unit_price_display") {
            // What the window shows is a column of its own; the price is in this one.
            let price = window.key_text(desk, row, element, field);
            window.rows[row].data.insert("unit_price".to_owned(), price);
        }
        let is_item =
            is_line && window.is_field(element, field, "item_id") && !window.value(row, element, field).is_empty();
        // A requisition wants a supplier before its items.
        if self.requisition && is_item && window.named_in_header("vendor_supplier_id").is_empty() {
            return Err(Stop::attributed("A supplier ID must be entered.", LINES, "item_id"));
        }
        Ok(())
    }

    fn row_done(&self, window: &mut Window, desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if window.service.element(element).datawindow() != LINES {
            return Ok(());
        }
        let units = ["unit_of_measure", "pricing_unit"];
        units.into_iter().try_for_each(|unit| super::check_unit(window, desk, element, row, "item_id", unit))
    }
}

const LINES: &str = "tp_17_dw_17";
