//! Production orders print themselves: a save with the print switches on brings its documents along in the answer to
//! `/transaction` (verified; the version is not stated).

use super::document::Document;
use super::pdf::{Column, Sheet};
use super::pick_ticket;
use crate::behaviour::production_order::{COMPONENTS, ITEM, LINES};
use crate::store::StoreError;
use crate::window::posting::Print;
use crate::window::{Desk, Window};

const COLUMNS: [Column; 4] = [
    Column::text("Item", 24),
    Column::text("Description", 30),
    Column::number("Quantity", 12),
    Column::text("Unit", 8),
];

/// What the save of a record has printed.
pub(crate) fn saved(window: &Window, desk: &Desk<'_>) -> Result<Vec<Document>, StoreError> {
    let mut documents = Vec::new();
    for print in &window.prints {
        match print {
            Print::Form => documents.push(form(window, desk)?),
            Print::Tickets => {
                for record in &window.made {
                    documents.extend(pick_ticket::of_production(desk.store, *record)?);
                }
            }
        }
    }
    Ok(documents)
}

/// The order's form: what is made, each with what it is made of. How P21 names the document is not known.
fn form(window: &Window, desk: &Desk<'_>) -> Result<Document, StoreError> {
    let number = window.named_in_header("prod_order_number");
    let mut rows = Vec::new();
    let lines: Vec<usize> = of_table(window, LINES).collect();
    for line in lines.iter().copied() {
        rows.push(cells(window, desk, line, ITEM, "qty_to_make", "")?);
        // Where a window has components beside the lines, they are of the first one.
        let is_of_it = |row: &usize| match window.rows[*row].parent {
            parent if lines.contains(&parent) => parent == line,
            _ => lines.first() == Some(&line),
        };
        for component in of_table(window, COMPONENTS).filter(is_of_it) {
            rows.push(cells(window, desk, component, "item_id", "qty_per_assembly", "  ")?);
        }
    }
    let sheet = Sheet {
        title: format!("PRODUCTION ORDER {number}"),
        facts: vec![
            ("Location", window.named_in_header("source_loc_id").to_owned()),
            ("Order date", window.named_in_header("order_date").to_owned()),
            ("Required date", window.named_in_header("required_date").to_owned()),
        ],
        columns: &COLUMNS,
        rows,
        closing: Vec::new(),
    };
    Ok(Document::new(format!("PRO{number} PRODUCTION_ORDER"), sheet))
}

/// The rows of a database table.
fn of_table<'w>(window: &'w Window, table: &'static str) -> impl Iterator<Item = usize> + 'w {
    let storages = &window.service.storages;
    (0..window.rows.len()).filter(move |row| storages[window.rows[*row].storage as usize].table == table)
}

fn cells(
    window: &Window,
    desk: &Desk<'_>,
    row: usize,
    item: &str,
    quantity: &str,
    indent: &str,
) -> Result<Vec<String>, StoreError> {
    let service = &window.service;
    let named = |field: &str| {
        let element =
            service.elements_of(window.rows[row].storage).find(|element| service.plan(*element).field(field).is_some());
        element.map_or("", |element| window.named(row, element, field))
    };
    let described = desk.store.master("inv_mast", named(item))?.and_then(|mut item| item.remove("item_desc"));
    Ok(vec![
        format!("{indent}{}", named(item)),
        described.unwrap_or_default(),
        named(quantity).to_owned(),
        named("unit_of_measure").to_owned(),
    ])
}
