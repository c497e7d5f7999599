//! Pick tickets of production orders: confirming one through a transaction is a shell.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::facts::texts;
use crate::facts::{codes, services};
use crate::store::Data;
use crate::window::posting::{NewRecord, values};
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Entry, Window};

pub(super) struct ProductionOrderPicking;

/// The tables that tickets and what is on them are in.
pub(crate) const TICKETS: &str = "prod_pick_ticket_hdr";
pub(crate) const DETAILS: &str = "prod_pick_ticket_detail";

const SERVICE: &str = "ProductionOrderPicking";
const STATUS: &str = "row_status_flag";

impl Behaviour for ProductionOrderPicking {
    fn not_found(&self, window: &Window, _desk: &Desk<'_>, _sent: &[Entry<'_>]) -> Result<(), Stop> {
        Err(window.about_key(texts::NO_SUCH_RECORD.pattern()).own_if(true))
    }

    /// The ticket looks confirmed, nothing is applied and no stock moves: only the window itself does that.
    fn before_save(&self, window: &mut Window, _desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(header) = window.service.header else { return Ok(()) };
        if !window.was_typed(0, header, STATUS) || window.named(0, header, STATUS) != "Confirm" {
            return Ok(());
        }
        window.set_named(0, header, STATUS, window.service.facts.code("Confirmed").to_owned());
        let storages = &window.service.storages;
        for row in window.rows.iter_mut().filter(|row| storages[row.storage as usize].table == DETAILS) {
            let picked = row.data.get("qty_to_pick").cloned().unwrap_or_default();
            row.data.insert("qty_confirmed".to_owned(), picked);
            row.data.insert("qty_applied".to_owned(), "0".to_owned());
            row.dirty = true;
        }
        Ok(())
    }
}

/// What a ticket asks for.
pub(crate) struct ToPick {
    pub(crate) item: String,
    pub(crate) quantity: Decimal,
    pub(crate) unit: String,
}

/// A ticket of a production order, whether the order's window or the report makes it.
pub(crate) fn ticket(company: &str, location: &str, printed: Date, items: &[ToPick]) -> NewRecord {
    let detail = |(line, of): (usize, &ToPick)| -> (&'static str, Data) {
        let (line, quantity) = (line.to_string(), of.quantity.normalize().to_string());
        let columns = values([
            ("line_number", &line),
            ("item_id", &of.item),
            ("qty_to_pick", &quantity),
            ("unit_of_measure", &of.unit),
            (STATUS, codes::ACTIVE),
        ]);
        (DETAILS, columns)
    };
    NewRecord {
        service: SERVICE,
        table: TICKETS,
        number: ("prod_pick_ticket_number", TICKETS),
        made_by: Some("prod_order_number"),
        values: values([
            ("company_id", company),
            ("location_id", location),
            ("print_date", &printed.to_string()),
            (STATUS, services::of(SERVICE).code("Open")),
        ]),
        rows: (1..).zip(items).map(detail).collect(),
    }
}
