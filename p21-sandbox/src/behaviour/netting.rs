//! Order lines of assemblies that are made in production: stock is used up first, the rest gets a production order.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{assembly, production_order};
use crate::facts::codes;
use crate::facts::value;
use crate::store::Data;
use crate::window::posting::{Posting, values};
use crate::window::refusal::Stop;
use crate::window::{Desk, Stock, Window};

/// What is left of an item's stock, and what of it is allocated.
struct Left {
    stock: Stock,
    allocated: Decimal,
}

/// Plans the new lines of the order in the window.
pub(super) fn plan(window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
    let Some(lines) = window.service.element_index("TP_ITEMS.items") else { return Ok(()) };
    let storage = window.service.plan(lines).storage;
    let header = |field: &str| window.service.header.map_or("", |header| window.named(0, header, field)).to_owned();
    let (location, required) = (header("source_loc_id"), header("requested_date"));
    let mut left: BTreeMap<String, Left> = BTreeMap::new();
    for row in 0..window.rows.len() {
        if window.rows[row].storage != storage || !window.rows[row].is_new() {
            continue;
        }
        let item = window.named(row, lines, "oe_order_item_id").to_owned();
        let Some(assembly) = assembly::of_item(desk, &item)?.filter(|assembly| is_on(assembly, PROCESSED)) else {
            continue;
        };
        if window.rows[row].data.remove(LEFT).is_some() {
            continue;
        }
        window.rows[row].data.insert("assembly".to_owned(), "P".to_owned());
        if !is_on(&assembly, "auto_create_prod_order") {
            continue;
        }
        let Some(stock) = desk.stock(&item, &location)? else { continue };
        let allocated = number(&stock.columns, ALLOCATED);
        let left = left.entry(item.clone()).or_insert(Left { stock, allocated });
        let ordered = value::decimal(window.named(row, lines, "unit_quantity")).unwrap_or_default();
        let short = left.take(ordered);
        if short > Decimal::ZERO {
            make(window, desk, row, &item, short, (&location, &required))?;
        }
    }
    for left in left.into_values() {
        let allocated = left.allocated.normalize().to_string();
        window.postings.push(Posting::Change { row: left.stock.row, columns: values([(ALLOCATED, &allocated)]) });
    }
    Ok(())
}

/// A line whose assembly is left alone, as somebody at the window has answered.
pub(super) const LEFT: &str = "#left";

const PROCESSED: &str = "production_order_processing";
const ALLOCATED: &str = "qty_allocated";

impl Left {
    /// Allocates as much as there is; how much is missing.
    fn take(&mut self, wanted: Decimal) -> Decimal {
        let free = number(&self.stock.columns, "qty_on_hand").saturating_sub(self.allocated).max(Decimal::ZERO);
        let taken = wanted.min(free).max(Decimal::ZERO);
        self.allocated = self.allocated.saturating_add(taken);
        wanted.saturating_sub(taken)
    }
}

fn is_on(row: &Data, column: &str) -> bool {
    row.get(column).is_some_and(|switch| switch == codes::ON)
}

fn number(row: &Data, column: &str) -> Decimal {
    row.get(column).and_then(|number| value::decimal(number)).unwrap_or_default()
}

/// Makes a production order for what is missing, linked to the order line.
fn make(
    window: &mut Window,
    desk: &mut Desk<'_>,
    row: usize,
    item: &str,
    quantity: Decimal,
    (location, required): (&str, &str),
) -> Result<(), Stop> {
    let uid = desk.store.take_number("oe_line", 1)?.to_string();
    window.rows[row].data.insert("oe_line_uid".to_owned(), uid.clone());
    let quantity = quantity.normalize().to_string();
    let order = production_order::made_for(&uid, item, &quantity, location, required);
    window.postings.push(Posting::Record(order));
    Ok(())
}
