//! Purchase orders. The service decides the type: requisitions have a window of their own.

use crate::facts::codes;
use crate::facts::texts;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct PurchaseOrder {
    pub(super) requisition: bool,
}

impl Behaviour for PurchaseOrder {
    fn new_record(&self, window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        if self.requisition {
            window.rows[0].data.insert("po_type".to_owned(), "R".to_owned());
        }
        Ok(())
    }

    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        let value = window.key_text(desk, row, element, field);
        let is_line = window.service.element(element).datawindow() == LINES;
        if is_line && window.is_field(element, field, "unit_price_display") {
            // What the window shows is a column of its own; the price is in this one.
            window.rows[row].data.insert("unit_price".to_owned(), value.clone());
        }
        if !self.requisition || value.is_empty() {
            return Ok(());
        }
        if window.is_field(element, field, "vendor_id") && !desk.exists("vendor", &[&value])? {
            return Err(Stop::refused(texts::NOT_FOUND));
        }
        if is_line && window.is_field(element, field, "item_id") {
            requisition_item(window, desk, &value)
        } else {
            Ok(())
        }
    }
}

/// A requisition wants a supplier before its items, and only items that are bought that way.
fn requisition_item(window: &Window, desk: &Desk<'_>, item: &str) -> Result<(), Stop> {
    let supplier = window.service.header.map_or("", |header| window.named(0, header, "vendor_supplier_id"));
    if supplier.is_empty() {
        return Err(Stop::attributed("A supplier ID must be entered.", LINES, "item_id"));
    }
    let item = desk.store.master("inv_mast", item)?;
    match item.as_ref().and_then(|item| item.get("requisition")).map(String::as_str) {
        Some(codes::ON) => Ok(()),
        _ => Err(Stop::refused("Only requisition items may be purchased on a requisition PO.")),
    }
}

const LINES: &str = "tp_17_dw_17";
