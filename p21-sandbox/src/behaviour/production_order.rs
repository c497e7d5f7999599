//! Production orders: where they are made, and what printing them does.

use rust_decimal::Decimal;

use super::production_picking::{self, ToPick};
use crate::facts::codes;
use crate::facts::texts;
use crate::facts::value;
use crate::window::posting::{NewRecord, Posting, Print, values};
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct ProductionOrder;

pub(super) const SERVICE: &str = "ProductionOrder";
pub(crate) const LINES: &str = "prod_order_line";
pub(crate) const COMPONENTS: &str = "prod_order_line_component";

/// The field of a line that names what is made.
pub(crate) const ITEM: &str = "assembly_item_id";

/// What a component has on pick tickets; the rest is not printed yet.
pub(crate) const ON_TICKETS: &str = "qty_on_pick_tickets";

impl Behaviour for ProductionOrder {
    /// Printing marks the order, and makes a ticket of the components that are on none yet. Where all is printed there
    /// is nothing to save.
    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(header) = window.service.header else { return Ok(()) };
        let prints = |field: &str| window.was_typed(0, header, field) && window.named(0, header, field) == codes::ON;
        let (form, ticket) = (prints("print_form"), prints("print_pick_ticket"));
        if !form && !ticket {
            return Ok(());
        }
        let needs = needs(window, desk)?;
        let was_printed = window.rows[0].data.get("printed").is_some_and(|printed| printed == codes::ON);
        let only_prints = window.rows.iter().enumerate().all(|(index, row)| index == 0 || row.sent.is_empty());
        if was_printed && needs.is_empty() && only_prints {
            return Err(Stop::refused(texts::NOTHING_TO_SAVE));
        }
        // The switches are commands: an order that is read later does not show them.
        for field in ["print_form", "print_pick_ticket"] {
            window.set_named(0, header, field, codes::OFF.to_owned());
        }
        window.rows[0].data.insert("printed".to_owned(), codes::ON.to_owned());
        if form {
            window.prints.push(Print::Form);
        }
        if ticket && !needs.is_empty() {
            make_ticket(window, desk, &needs);
            window.prints.push(Print::Tickets);
        }
        Ok(())
    }
}

fn location(window: &Window) -> String {
    window.named_in_header("source_loc_id").to_owned()
}

/// A component that is not, or not wholly, on a ticket.
struct Need {
    row: usize,
    item: String,
    quantity: Decimal,
    on_tickets: Decimal,
}

/// What the order still needs a ticket for: components that the location stocks, and labor.
fn needs(window: &Window, desk: &Desk<'_>) -> Result<Vec<Need>, Stop> {
    let service = &window.service;
    let storage = service.storages.iter().position(|storage| storage.table == COMPONENTS);
    let Some(storage) = storage.map(|storage| storage as u16) else { return Ok(Vec::new()) };
    let Some(element) = service.elements_of(storage).next() else { return Ok(Vec::new()) };
    let location = location(window);
    let number = |row: usize, column: &str| window.rows[row].data.get(column).and_then(|text| value::decimal(text));
    let mut needs = Vec::new();
    for row in (0..window.rows.len()).filter(|row| window.rows[*row].storage == storage) {
        let item = window.named(row, element, "item_id").to_owned();
        let is_labor = desk.exists("service_labor", &[&item])?;
        if !is_labor && desk.stock(&item, &location)?.is_none() {
            continue;
        }
        let to_make = number(window.rows[row].parent, "qty_to_make").unwrap_or(Decimal::ONE);
        // Labor has no quantity of its own: what counts is whether it is on a ticket.
        let each = value::decimal(window.named(row, element, "qty_per_assembly"));
        let needed = each.map_or(Decimal::ONE, |each| each.saturating_mul(to_make));
        let on_tickets = number(row, ON_TICKETS).unwrap_or_default();
        let quantity = needed.saturating_sub(on_tickets);
        if quantity > Decimal::ZERO {
            needs.push(Need { row, item, quantity, on_tickets });
        }
    }
    Ok(needs)
}

fn make_ticket(window: &mut Window, desk: &Desk<'_>, needs: &[Need]) {
    for need in needs {
        let on_tickets = need.on_tickets.saturating_add(need.quantity).normalize().to_string();
        window.rows[need.row].data.insert(ON_TICKETS.to_owned(), on_tickets);
        window.rows[need.row].dirty = true;
    }
    let to_pick = |need: &Need| ToPick {
        item: need.item.clone(),
        quantity: need.quantity,
        unit: window.rows[need.row].data.get("unit_of_measure").cloned().unwrap_or_default(),
    };
    let items: Vec<ToPick> = needs.iter().map(to_pick).collect();
    let today = desk.today();
    let ticket = production_picking::ticket(&desk.config.company, &location(window), today, &items);
    window.postings.push(Posting::Record(ticket));
}

/// A production order that an order line asks for, with the link between them.
pub(super) fn made_for(line_uid: &str, item: &str, quantity: &str, location: &str, required: &str) -> NewRecord {
    NewRecord {
        service: SERVICE,
        table: "prod_order_hdr",
        number: ("prod_order_number", SERVICE),
        made_by: None,
        values: values([("source_loc_id", location), ("required_date", required)]),
        rows: vec![
            (LINES, values([(ITEM, item), ("qty_to_make", quantity)])),
            ("prod_order_line_link", values([("transaction_uid", line_uid), ("trans_type", "O")])),
        ],
    }
}
