//! Shipping: pick tickets are shipped, and invoiced with it.

use rust_decimal::Decimal;

use crate::facts::codes;
use crate::facts::texts;
use crate::store::Data;
use crate::window::posting::{NewRecord, values};
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Entry, Window};

pub(super) struct Shipping;

const INVOICED: &str = "This pick ticket has already been invoiced.";

impl Behaviour for Shipping {
    /// The gate is at the selection of the record: which field is edited after it does not matter.
    fn loaded(&self, window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        if window.rows[0].data.get(INVOICE).is_some_and(|invoice| !invoice.is_empty()) {
            return Err(window.about_key(&texts::GENERAL.with(&[INVOICED])));
        }
        if let Some(header) = window.service.header {
            window.set_named(0, header, CREATE_INVOICE, codes::ON.to_owned());
        }
        Ok(())
    }

    fn not_found(&self, window: &Window, _desk: &Desk<'_>, _sent: &[Entry<'_>]) -> Result<(), Stop> {
        Err(window.about_key(texts::NO_SUCH_RECORD.pattern()).own_if(true))
    }

    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let invoices = window.service.header.is_some_and(|header| window.named(0, header, CREATE_INVOICE) == codes::ON);
        if invoices {
            let number = desk.take_number("invoice_hdr")?;
            window.rows[0].data.insert(INVOICE.to_owned(), number.to_string());
            window.rows[0].dirty = true;
        }
        Ok(())
    }
}

/// What a pick ticket has of a line of an order; all of it is shipped, unless the window says otherwise.
pub(super) fn line(item: &str, quantity: Decimal, unit: &str) -> Data {
    let quantity = quantity.normalize().to_string();
    values([
        ("oe_order_item_id", item),
        ("unit_quantity", &quantity),
        ("units_picked", &quantity),
        ("unit_of_measure", unit),
    ])
}

/// A pick ticket of an order, for the window that ships it.
pub(super) fn ticket(company: &str, location: &str, mut lines: Vec<Data>) -> NewRecord {
    for (number, line) in (1..).zip(&mut lines) {
        line.insert("line_id".to_owned(), number.to_string());
    }
    NewRecord {
        service: "Shipping",
        table: "oe_pick_ticket",
        number: ("pick_ticket_no", "oe_pick_ticket"),
        made_by: Some("order_no"),
        values: values([("company_id", company), ("location_id", location)]),
        rows: lines.into_iter().map(|line| ("oe_pick_ticket_detail", line)).collect(),
    }
}

const CREATE_INVOICE: &str = "create_invoice";
const INVOICE: &str = "invoice_no";
