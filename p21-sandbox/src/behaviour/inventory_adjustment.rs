//! Inventory adjustments: they move stock as soon as they are saved.

use std::collections::BTreeMap;

use crate::facts::value;
use crate::window::posting::{Posting, values};
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct InventoryAdjustment;

const LINES: &str = "tp_17_dw_17";

impl Behaviour for InventoryAdjustment {
    /// The item brings its unit.
    fn row_done(&self, window: &mut Window, desk: &mut Desk<'_>, element: u16, row: usize) -> Result<(), Stop> {
        if window.service.element(element).datawindow() != LINES {
            return Ok(());
        }
        super::fill_unit(window, desk, element, row, "item_id")
    }

    /// The quantity of a line is what is added to the stock; a negative one takes away.
    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(lines) = window.element_of_datawindow(LINES) else { return Ok(()) };
        let storage = window.service.plan(lines).storage;
        let mut moved: BTreeMap<String, rust_decimal::Decimal> = BTreeMap::new();
        for row in
            (0..window.rows.len()).filter(|row| window.rows[*row].storage == storage && window.rows[*row].is_new())
        {
            let item = window.named(row, lines, "item_id").to_owned();
            let quantity = value::decimal(window.named(row, lines, "unit_quantity")).unwrap_or_default();
            let sum = moved.entry(item).or_default();
            *sum = sum.saturating_add(quantity);
        }
        let location = location(window);
        for (item, quantity) in moved {
            let Some(stock) = desk.stock(&item, &location)? else { continue };
            let on_hand = stock.columns.get(ON_HAND).and_then(|on_hand| value::decimal(on_hand)).unwrap_or_default();
            let on_hand = on_hand.saturating_add(quantity).normalize().to_string();
            window.postings.push(Posting::Change { row: stock.row, columns: values([(ON_HAND, &on_hand)]) });
        }
        Ok(())
    }
}

fn location(window: &Window) -> String {
    window.service.header.map_or("", |header| window.named(0, header, "location_id")).to_owned()
}

const ON_HAND: &str = "qty_on_hand";
