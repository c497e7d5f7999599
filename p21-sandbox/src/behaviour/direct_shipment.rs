//! Purchase orders of the lines of an order that the supplier ships: what the wizard behind the order's save makes.

use std::collections::BTreeMap;

use crate::facts::codes;
use crate::store::Data;
use crate::window::posting::{NewRecord, Posting, values};
use crate::window::refusal::Stop;
use crate::window::{Desk, Window};

/// The switch of an order's header that asks for the wizard.
pub(super) const SWITCH: &str = "c_create_po";

/// What a line says whose goods the supplier ships.
const DIRECT: &str = "D";

const NO_BUYER: &str = "To create a PO, you must have a valid Buyer ID.";

/// The links between lines and their purchase orders, and what a line has that has one.
const LINK: &str = "oe_line_po";
const ORDERED: &str = "on_purchase_order";

/// A line that waits for a purchase order.
struct Line {
    row: i64,
    /// Its own number, by which tables join it.
    uid: String,
    supplier: String,
    item: String,
    values: Data,
}

/// Whoever asks for the wizard has to be a buyer.
pub(super) fn typed(window: &Window, desk: &Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
    let asks = window.by_hand && window.named(row, element, SWITCH) == codes::ON;
    let is_buyer = desk.config.interactive.buyers.contains(&desk.caller.user);
    if asks && !is_buyer { Err(Stop::refused(NO_BUYER)) } else { Ok(()) }
}

/// The switch is a command: an order that is read later does not show it.
pub(super) fn before_save(window: &mut Window) {
    let Some(header) = window.service.header.filter(|header| window.was_typed(0, *header, SWITCH)) else { return };
    if window.by_hand && window.named(0, header, SWITCH) == codes::ON {
        window.set_named(0, header, SWITCH, codes::OFF.to_owned());
        window.asks_for_wizard();
    }
}

/// What the wizard shows: the lines that wait.
pub(super) fn rows(window: &Window, desk: &Desk<'_>, lines: &str) -> Result<Vec<Data>, Stop> {
    Ok(waiting(window, desk, lines)?.into_iter().map(|line| line.shown("")).collect())
}

/// Makes a purchase order a supplier. What the wizard shows then: the lines, and their orders' numbers.
pub(super) fn commit(window: &Window, desk: &mut Desk<'_>, lines: &str) -> Result<Vec<Data>, Stop> {
    let mut by_supplier: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in waiting(window, desk, lines)? {
        by_supplier.entry(line.supplier.clone()).or_default().push(line);
    }
    let location = window.named_in_header("source_loc_id");
    let mut shown = Vec::new();
    for (supplier, lines) in by_supplier {
        let made = purchase_order(&desk.config.company, location, &supplier, &lines);
        let mut writer = desk.store.write()?;
        let record = Posting::Record(made).write(desk.catalogue, "", &mut writer)?;
        for line in &lines {
            writer.change_row(line.row, &values([(ORDERED, codes::ON)]))?;
        }
        writer.commit()?;
        let header = record.map(|record| desk.store.header(record)).transpose()?.flatten();
        let number = header.and_then(|mut header| header.remove("po_no")).unwrap_or_default();
        shown.extend(lines.iter().map(|line| line.shown(&number)));
    }
    Ok(shown)
}

impl Line {
    fn shown(&self, number: &str) -> Data {
        let quantity = self.values.get("unit_quantity").map_or("", String::as_str);
        values([
            ("item_id", &self.item),
            ("supplier_id", &self.supplier),
            ("unit_quantity", quantity),
            ("po_no", number),
        ])
    }
}

/// The lines that the supplier ships and that are on no purchase order yet.
fn waiting(window: &Window, desk: &Desk<'_>, lines: &str) -> Result<Vec<Line>, Stop> {
    let Some(element) = window.service.element_index(lines) else { return Ok(Vec::new()) };
    let mut waiting = Vec::new();
    for row in window.rows.below(window.service.plan(element).storage, 0).to_vec() {
        let data = &window.rows[row].data;
        let Some(id) = window.rows[row].id.filter(|_| !data.contains_key(ORDERED)) else { continue };
        if window.named(row, element, "disposition") != DIRECT {
            continue;
        }
        let named = |field: &str| window.named(row, element, field).to_owned();
        let item = named("oe_order_item_id");
        let uid = data.get(ITEM_UID).cloned().unwrap_or_default();
        let supplier = supplier(desk, &item)?;
        let (quantity, unit) = (named("unit_quantity"), named("unit_of_measure"));
        let values =
            values([("item_id", &item), (ITEM_UID, &uid), ("unit_quantity", &quantity), ("unit_of_measure", &unit)]);
        let uid = data.get(LINE_UID).cloned().unwrap_or_default();
        waiting.push(Line { row: id, uid, supplier, item, values });
    }
    Ok(waiting)
}

/// An item's first supplier; empty where it has none.
fn supplier(desk: &Desk<'_>, item: &str) -> Result<String, Stop> {
    let Some(record) = desk.store.master_record("inv_mast", item)? else { return Ok(String::new()) };
    let known = desk.store.rows_of_table(record, "inventory_supplier")?.into_iter().next();
    Ok(known.and_then(|mut row| row.data.remove("supplier_id")).unwrap_or_default())
}

/// The numbers that tables know items and lines by.
const ITEM_UID: &str = "inv_mast_uid";
const LINE_UID: &str = "oe_line_uid";

fn purchase_order(company: &str, location: &str, supplier: &str, lines: &[Line]) -> NewRecord {
    let line = |(number, line): (usize, &Line)| {
        let mut values = line.values.clone();
        values.insert("line_no".to_owned(), number.to_string());
        ("po_line", values)
    };
    let link = |line: &Line| (LINK, values([(LINE_UID, &line.uid), ("connection_type", "P")]));
    NewRecord {
        service: "PurchaseOrder",
        table: "po_hdr",
        number: ("po_no", "PurchaseOrder"),
        made_by: None,
        values: values([
            ("company_id", company),
            ("location_id", location),
            ("vendor_supplier_id", supplier),
            ("po_hdr_po_type", DIRECT),
        ]),
        rows: (1..).zip(lines).map(line).chain(lines.iter().map(link)).collect(),
    }
}
