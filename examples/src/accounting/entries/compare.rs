//! What is stored, beside what was told.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use p21_services::client::odata::col;
use p21_services::client::windows::Session;
use p21_services::job_contract_pricing::{self as contract, breaks, line};
use p21_services::order::{self, Order, items, line_note};
use p21_services::prelude::*;
use serde_json::{Map, Value};

use super::records::{FIRST_BREAK, ITEMS, Kind, TYPED, changed, name};
use super::{Came, Entries, Entry};

/// How many records are read back in one request.
const READ_AT_ONCE: usize = 100;

/// What is there of a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct There {
    /// How often.
    times: usize,
    /// How many rows it has that it should have once.
    rows: usize,
    /// How many notes are on the row that they were meant for.
    notes: usize,
    is_changed: bool,
}

impl Entries {
    /// Compares what was told with what is there.
    pub(super) async fn compare(&mut self, client: &Client, written: &[Entry]) -> Result<()> {
        let there = there(client, written).await?;
        let mut notes = 0;
        for entry in written {
            let kind = Kind::of(entry.number);
            let there = there.get(&entry.number).copied().unwrap_or_default();
            self.take(entry.created, kind == Kind::Incomplete);
            self.account.compare(entry.created.told, there.times > 0);
            self.account.doubled +=
                there.times.saturating_sub(1) + there.rows.saturating_sub(rows_of(kind) * there.times);
            if there.times > 0 {
                self.account.lost += rows_of(kind).saturating_sub(there.rows);
            }
            if let Some(came) = entry.changed {
                self.take(came, false);
                self.account.compare(came.told, there.is_changed);
            }
            if let Some(came) = entry.noted {
                self.take(came, false);
                self.account.compare(came.told, there.notes > 0);
                self.account.doubled += there.notes.saturating_sub(1);
            }
            notes += there.notes;
        }
        // One on a line or an order that it wasn't meant for would be in the table all the same.
        let all = client.table("oe_line_notepad").count().await?;
        self.misfiled = usize::try_from(all)?.saturating_sub(notes);
        Ok(())
    }

    fn take(&mut self, came: Came, is_incomplete: bool) {
        let refused = is_incomplete && matches!(came.told, super::Told::NotStored);
        self.account.take(if refused { super::Told::Refused } else { came.told });
        self.unproven += usize::from(came.told.is_stored() && !came.is_proven);
        self.groundless += usize::from(came.is_groundless);
    }
}

/// How many rows a record has whose number is compared.
fn rows_of(kind: Kind) -> usize {
    match kind {
        kind if kind.is_order() => ITEMS.len(),
        // A line and its breaks.
        kind if kind.is_contract() => 2,
        _ => 0,
    }
}

async fn there(client: &Client, written: &[Entry]) -> Result<HashMap<usize, There>> {
    let numbers: HashMap<String, usize> = written.iter().map(|entry| (name(entry.number), entry.number)).collect();
    let mut there: HashMap<usize, There> = HashMap::new();
    let tables = [
        ("price_page", "description"),
        ("price_book", "price_book_id"),
        ("oe_hdr", "po_no"),
        ("job_price_hdr", "contract_no"),
    ];
    let mut found: HashMap<&str, Vec<Found>> = HashMap::new();
    for (table, column) in tables {
        for row in rows(client, table, column).await? {
            let name = row.get(column).and_then(Value::as_str).unwrap_or_default();
            let number = *numbers.get(name).with_context(|| format!("nobody wrote `{name}`"))?;
            let of = there.entry(number).or_default();
            of.times += 1;
            of.is_changed |= row.values().any(|value| *value == changed(number));
            found.entry(table).or_default().push((number, row));
        }
    }
    let session = client.session().start().await?;
    let orders = found.remove("oe_hdr").unwrap_or_default();
    for some in orders.chunks(READ_AT_ONCE) {
        lines_of_orders(client, some, &mut there).await?;
    }
    for (number, row) in &orders {
        let is_noted = matches!(Kind::of(*number), Kind::NotedOrder | Kind::NotedByStore);
        if is_noted && let Some(there) = there.get_mut(number) {
            there.notes += notes(&session, &text(&row["order_no"]), *number).await?;
        }
    }
    session.end().await?;
    for some in found.remove("job_price_hdr").unwrap_or_default().chunks(READ_AT_ONCE) {
        lines_of_contracts(client, some, &mut there).await?;
    }
    Ok(there)
}

/// A row of a table, with the number of its record.
type Found = (usize, Map<String, Value>);

async fn lines_of_orders(client: &Client, some: &[Found], there: &mut HashMap<usize, There>) -> Result<()> {
    let keys: Vec<order::Key> = some.iter().map(|(_, row)| order::Key::new(text(&row["order_no"]))).collect();
    for ((number, _), record) in some.iter().zip(client.read_all(keys).await?) {
        let record = record.context("an order that its table shows is there")?;
        let lines = record
            .rows::<items::Row>()
            .filter(|line| line.text(items::OE_ORDER_ITEM_ID).is_some_and(|id| !id.is_empty()));
        there.entry(*number).or_default().rows += lines.count();
    }
    Ok(())
}

async fn lines_of_contracts(client: &Client, some: &[Found], there: &mut HashMap<usize, There>) -> Result<()> {
    let keys: Vec<contract::Key> = some.iter().map(|(_, row)| contract::Key::new(text(&row["job_no"]))).collect();
    for ((number, _), record) in some.iter().zip(client.read_all(keys).await?) {
        let record = record.context("a contract that its table shows is there")?;
        let lines = record.rows::<line::Row>().filter(|line| line.text(line::ITEM_ID) == Some(ITEMS[0]));
        let breaks = record.rows::<breaks::Row>();
        let breaks =
            breaks.filter(|row| row.get(breaks::CALCULATION_VALUE1).is_ok_and(|value| value == Some(FIRST_BREAK)));
        there.entry(*number).or_default().rows += lines.count() + breaks.count();
    }
    Ok(())
}

/// How many notes of a record are on the line that they were meant for.
async fn notes(session: &Session, order_no: &str, number: usize) -> Result<usize> {
    let (name, mut window) = (name(number), session.open::<Order>().await?);
    window.type_in(order::header::ORDER_NO, order_no).await?;
    window.select_where(items::OE_ORDER_ITEM_ID, ITEMS[1]).await?;
    let notes = window.rows::<line_note::Row>().await?;
    let found = notes
        .iter()
        .filter(|note| matches!(note.get(line_note::TOPIC), Ok(Some(topic)) if topic.as_str() == name))
        .count();
    window.close().await?;
    Ok(found)
}

/// The typed records of a table, by the column that has their names.
async fn rows(client: &Client, table: &str, column: &str) -> Result<Vec<Map<String, Value>>> {
    let typed = client.table(table).filter(col(column).starts_with(TYPED)).page_size(25_000);
    Ok(typed.allow_unordered_pages().rows().await?)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
