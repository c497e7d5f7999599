//! Order entry.

use rust_decimal::Decimal;

use super::job_contract_pricing::CONTRACT_UID;
use p21_model::schema::Dialog;

use super::{assembly, contract_price, direct_shipment, netting, shipping};
use crate::facts::codes;
use crate::facts::texts;
use crate::facts::value;
use crate::store::Data;
use crate::window::posting::Posting;
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Said, Window};

pub(super) struct Order {
    /// The window for returns, of which order entry wants to know nothing.
    pub(super) rma: bool,
}

const ITEMS: &str = "TP_ITEMS.items";
const FRONT_COUNTER: &str = "TP_FRONTCOUNTER.tp_frontcounter";
const PRINT: &str = "print_tix";

/// The column that tells returns from orders.
const RMA_FLAG: &str = "rma_flag";

const NO_RMA: &str = "You cannot retrieve an RMA from the Order Entry/Front Counter window.";

impl Behaviour for Order {
    fn retrieved(&self, window: &Window, _desk: &Desk<'_>) -> Result<(), Stop> {
        let is_rma = window.rows[0].data.get(RMA_FLAG).is_some_and(|flag| flag == codes::ON);
        if is_rma && !self.rma {
            return Err(window.about_key(&texts::GENERAL.with(&[NO_RMA])));
        }
        Ok(())
    }

    /// The company is the session's, whatever the payload says.
    fn new_record(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if let Some(header) = window.service.header {
            window.set_named(0, header, "company_id", desk.config.company.clone());
        }
        Ok(())
    }

    /// Dates always ask whether the lines follow, and an assembly what becomes of its components.
    fn opens(&self, _window: &Window, desk: &Desk<'_>, dialog: &Dialog, stored: &str) -> Result<bool, Stop> {
        match &*dialog.name {
            "dates" => Ok(true),
            "assembly" => Ok(assembly::of_item(desk, stored)?.is_some()),
            _ => Ok(dialog.certain),
        }
    }

    /// What is answered otherwise stays a line of its own.
    fn answered(&self, window: &mut Window, _desk: &mut Desk<'_>, said: &Said<'_>) -> Result<(), Stop> {
        if said.dialog == "assembly" && said.answer != "explode" {
            window.rows[said.row].data.insert(netting::LEFT.to_owned(), String::new());
        }
        Ok(())
    }

    /// The disposition is given while a line is entered.
    fn shut(&self, window: &Window, element: u16, row: usize, field: u16) -> Option<String> {
        let is_shut = window.by_hand
            && window.is_element(element, ITEMS)
            && window.is_field(element, field, DISPOSITION)
            && !window.rows[row].is_new();
        is_shut.then(|| texts::COLUMN_DISABLED.with(&[DISPOSITION]))
    }

    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        match window.is_field(element, field, direct_shipment::SWITCH) {
            true => direct_shipment::typed(window, desk, element, row),
            false => Ok(()),
        }
    }

    /// The item brings its unit and a contract its price.
    fn row_done(&self, window: &mut Window, desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if !window.is_element(element, ITEMS) {
            return Ok(());
        }
        super::fill_unit(window, desk, element, row, "oe_order_item_id")?;
        super::check_unit(window, desk, element, row, "oe_order_item_id", "unit_of_measure")?;
        if window.rows[row].is_new() {
            let number = (window.rows[row].position + 1).to_string();
            window.rows[row].data.entry(LINE_NO.to_owned()).or_insert(number);
        }
        if window.rows[row].is_new() { price_by_contract(window, desk, element, row) } else { Ok(()) }
    }

    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if !self.rma {
            netting::plan(window, desk)?;
        }
        print_tickets(window, desk);
        direct_shipment::before_save(window);
        Ok(())
    }

    fn wizard(&self, window: &Window, desk: &Desk<'_>) -> Result<Vec<Data>, Stop> {
        direct_shipment::rows(window, desk, ITEMS)
    }

    fn run_wizard(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<Vec<Data>, Stop> {
        direct_shipment::commit(window, desk, ITEMS)
    }
}

/// Printing tickets makes one of what no ticket has yet, which the shipping window then ships.
fn print_tickets(window: &mut Window, desk: &Desk<'_>) {
    let (Some(counter), Some(lines)) =
        (window.service.element_index(FRONT_COUNTER), window.service.element_index(ITEMS))
    else {
        return;
    };
    let row = (0..window.rows.len()).find(|row| window.was_typed(*row, counter, PRINT));
    if row.is_none_or(|row| window.named(row, counter, PRINT) != codes::ON) {
        return;
    }
    let mut on_ticket: Vec<Data> = Vec::new();
    for row in window.rows.below(window.service.plan(lines).storage, 0).to_vec() {
        let number = |text: Option<&str>| text.and_then(value::decimal).unwrap_or_default();
        let ordered = number(Some(window.named(row, lines, "unit_quantity")));
        let left = ordered.saturating_sub(number(window.rows[row].data.get(ON_TICKETS).map(String::as_str)));
        if left > Decimal::ZERO {
            let named = |field| window.named(row, lines, field);
            on_ticket.push(shipping::line(named("oe_order_item_id"), left, named("unit_of_measure")));
            window.rows[row].data.insert(ON_TICKETS.to_owned(), ordered.normalize().to_string());
            window.rows[row].dirty = true;
        }
    }
    if !on_ticket.is_empty() {
        let location = window.named_in_header("source_loc_id").to_owned();
        let ticket = shipping::ticket(&desk.config.company, &location, on_ticket);
        window.postings.push(Posting::Record(ticket));
    }
}

/// The line's own number, which no field of the window shows.
const LINE_NO: &str = "line_no";

/// How much of a line is on pick tickets.
const ON_TICKETS: &str = "qty_on_pick_tickets";

/// A line without a price gets that of a contract, and is bound to it.
fn price_by_contract(window: &mut Window, desk: &Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
    if !window.named(row, element, UNIT_PRICE).is_empty() {
        return Ok(());
    }
    let header = |field: &str| window.named_in_header(field);
    let wanted = contract_price::Wanted {
        customer: header("customer_id"),
        ship_to: header("ship_to_id"),
        item: window.named(row, element, "oe_order_item_id"),
        quantity: value::decimal(window.named(row, element, "unit_quantity")).unwrap_or_default(),
    };
    if let Some(found) = contract_price::find(desk, &wanted)? {
        let uid = found.contract.get(CONTRACT_UID).cloned().unwrap_or_default();
        window.set_named(row, element, UNIT_PRICE, found.price);
        window.rows[row].data.insert(CONTRACT_UID.to_owned(), uid);
    }
    Ok(())
}

const UNIT_PRICE: &str = "unit_price";

const DISPOSITION: &str = "disposition";
