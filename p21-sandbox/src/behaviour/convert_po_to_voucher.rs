//! Vouchers: they are made of the receipts of a purchase order.

use crate::facts::texts;
use crate::facts::value;
use crate::store::Data;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Entry, Unmatched, Window};

pub(super) struct ConvertPoToVoucher;

const PO_NO: &str = "po_no";
const LINES: &str = "tp_17_dw_17";
const RECEIPTS: &str = "inventory_receipts_line";

/// The columns of a receipt that a row may name it by.
const NAMES: [&str; 3] = ["receipt_number", "line_number", PO_NO];

const NO_RECEIPTS: &str = "No receipts have been selected";

impl Behaviour for ConvertPoToVoucher {
    /// The receipts are looked for before any column is: without them a disabled one is never reached.
    fn not_found(&self, _window: &Window, desk: &Desk<'_>, sent: &[Entry<'_>]) -> Result<(), Stop> {
        let order = sent.iter().rfind(|edit| edit.name == PO_NO);
        match order {
            Some(order) if !receipts(desk, order.value)?.is_empty() => Ok(()),
            _ => Err(Stop::refused(NO_RECEIPTS)),
        }
    }

    /// The company is the session's.
    fn new_record(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if let Some(header) = window.service.header {
            window.set_named(0, header, "company_id", desk.config.company.clone());
        }
        Ok(())
    }

    /// The purchase order brings its receipts, of which nothing is invoiced yet.
    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        if window.service.header != Some(element) || !window.is_field(element, field, PO_NO) {
            return Ok(());
        }
        let Some(lines) = window.element_of_datawindow(LINES) else { return Ok(()) };
        let found = receipts(desk, window.value(row, element, field))?;
        if found.is_empty() {
            return Err(Stop::refused(NO_RECEIPTS));
        }
        let storage = window.service.plan(lines).storage;
        if !window.rows.below(storage, row).is_empty() {
            return Ok(());
        }
        for receipt in found {
            let line = window.add_row(desk, storage, row);
            for (column, value) in receipt {
                window.set_named(line, lines, &column, value);
            }
            window.set_named(line, lines, "unit_qty_invoiced", "0".to_owned());
            window.reindex(desk, line);
        }
        let first = window.rows.below(storage, row)[0];
        window.rows.select(first);
        Ok(())
    }

    /// Nobody adds receipts here: a row without their numbers means the only one.
    fn unmatched(&self, window: &Window, element: u16, sent: &[Entry<'_>]) -> Result<Unmatched, Stop> {
        if window.service.element(element).datawindow() != LINES {
            return Ok(Unmatched::Added);
        }
        let is_named = sent.iter().any(|edit| NAMES.contains(&edit.name) && !edit.value.is_empty());
        match window.rows.below(window.service.plan(element).storage, 0) {
            [only] if !is_named => Ok(Unmatched::On(*only)),
            [] => Err(Stop::refused(NO_RECEIPTS)),
            _ => Err(Stop::in_own_words(texts::NOT_FOUND)),
        }
    }

    fn before_save(&self, window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        let lines = window.element_of_datawindow(LINES).map(|lines| window.service.plan(lines).storage);
        match lines.is_some_and(|lines| window.rows.below(lines, 0).is_empty()) {
            true => Err(Stop::refused(NO_RECEIPTS)),
            false => Ok(()),
        }
    }
}

/// What was received for a purchase order, with the item's id and name.
fn receipts(desk: &Desk<'_>, order: &str) -> Result<Vec<Data>, Stop> {
    let Some(wanted) = value::decimal(order) else { return Ok(Vec::new()) };
    let is_of = |row: &Data| row.get(PO_NO).and_then(|order| value::decimal(order)) == Some(wanted);
    let mut found: Vec<Data> = desk.store.table(RECEIPTS)?.into_iter().filter(is_of).collect();
    let items = if found.is_empty() { Vec::new() } else { desk.store.table("inv_mast")? };
    for receipt in &mut found {
        let uid = receipt.get(ITEM_UID);
        let Some(item) = items.iter().find(|item| uid.is_some() && item.get(ITEM_UID) == uid) else { continue };
        for column in ["item_id", "item_desc"] {
            if let Some(text) = item.get(column) {
                receipt.insert(column.to_owned(), text.clone());
            }
        }
    }
    Ok(found)
}

const ITEM_UID: &str = "inv_mast_uid";
