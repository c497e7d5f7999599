//! Labor against production orders.

use std::collections::BTreeMap;

use super::production_order::{self, COMPONENTS, LINES, ON_TICKETS};
use crate::facts::codes;
use crate::facts::value;
use crate::store::{Data, StoredRow};
use crate::window::posting::{AddedRow, Posting, column_of, values};
use crate::window::refusal::Stop;
use crate::window::{Behaviour, Desk, Window};

pub(super) struct TimeEntry;

impl Behaviour for TimeEntry {
    /// Service labor names no component, so the times don't wait for one.
    fn is_open_early(&self, window: &Window, element: u16, row: usize, field: u16) -> bool {
        let is_time = ["start_time", "end_time"].iter().any(|name| window.is_field(element, field, name));
        let has = |name| !window.named(row, element, name).is_empty();
        is_time
            && has("service_labor_id")
            && has("prod_order_number")
            && !has("item_id")
            && (window.is_field(element, field, "start_time") || has("start_time"))
    }

    fn edited(
        &self,
        window: &mut Window,
        desk: &mut Desk<'_>,
        element: u16,
        row: usize,
        field: u16,
    ) -> Result<(), Stop> {
        let day = window.value(row, element, field);
        match window.is_field(element, field, "entry_date") && period_is_closed(desk, day)? {
            true => Err(Stop::in_own_words("The accounting period is not open.")),
            false => Ok(()),
        }
    }

    /// Labor that is recorded becomes a component of the production order, which a ticket has yet to show.
    fn before_save(&self, window: &mut Window, desk: &mut Desk<'_>) -> Result<(), Stop> {
        let Some(grid) = window.element_of_datawindow(GRID) else { return Ok(()) };
        let storage = window.service.plan(grid).storage;
        let mut worked: BTreeMap<Work, i64> = BTreeMap::new();
        for row in (0..window.rows.len()).filter(|row| window.rows[*row].storage == storage) {
            if window.rows[row].is_new()
                && let Some(work) = work(window, desk, grid, row)?
            {
                *worked.entry(work).or_default() += minutes(window, grid, row);
            }
        }
        for (work, minutes) in worked.into_iter().filter(|(_, minutes)| *minutes > 0) {
            let posting = work.posting(desk, minutes)?;
            window.postings.push(posting);
        }
        Ok(())
    }
}

const GRID: &str = "prod_order_line_comp_labor";
const TIME: &str = "time_worked";

/// Which labor was done on which line of a production order; the ids are those of the stored record and row.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    order: i64,
    line: i64,
    labor: String,
}

fn work(window: &Window, desk: &Desk<'_>, grid: u16, row: usize) -> Result<Option<Work>, Stop> {
    let named = |field: &str| window.named(row, grid, field);
    let Some(number) = window.service.plan(grid).field("prod_order_number") else { return Ok(None) };
    let number = window.key_text(desk, row, grid, number);
    let labor =
        Some(named("component_labor_id")).filter(|labor| !labor.is_empty()).unwrap_or(named("service_labor_id"));
    let Some(order) = desk.store.master_record("prod_order_hdr", &number)? else { return Ok(None) };
    let lines = desk.store.rows_of_table(order, LINES)?;
    let item = column_of(desk.catalogue, production_order::SERVICE, LINES, production_order::ITEM);
    let is_meant = |line: &&StoredRow| match (named("line_number"), named("item_id")) {
        ("", "") => true,
        ("", item_id) => line.data.get(&item).is_none_or(|of| of == item_id),
        (number, _) => number.parse() == Ok(line.position + 1),
    };
    let line = lines.iter().find(is_meant).filter(|_| !labor.is_empty());
    Ok(line.map(|line| Work { order, line: line.id, labor: labor.to_owned() }))
}

impl Work {
    /// Time adds up on the component; a new one is made where there is none.
    fn posting(self, desk: &Desk<'_>, minutes: i64) -> Result<Posting, Stop> {
        let item = column_of(desk.catalogue, production_order::SERVICE, COMPONENTS, "item_id");
        let components = desk.store.rows_of_table(self.order, COMPONENTS)?;
        let is_it = |row: &&StoredRow| row.parent == Some(self.line) && row.data.get(&item) == Some(&self.labor);
        Ok(match components.iter().find(is_it) {
            Some(row) => {
                let before = row.data.get(TIME).and_then(|time| from_clock(time)).unwrap_or_default();
                let time = clock(before.saturating_add(minutes));
                Posting::Change { row: row.id, columns: values([(TIME, &time), (ON_TICKETS, "0")]) }
            }
            None => Posting::Row(AddedRow {
                record: self.order,
                parent: self.line,
                service: production_order::SERVICE,
                table: COMPONENTS,
                values: values([("item_id", &self.labor), (TIME, &clock(minutes)), (ON_TICKETS, "0")]),
            }),
        })
    }
}

/// The time worked, to the minute: as it was typed, else from start to end.
fn minutes(window: &Window, grid: u16, row: usize) -> i64 {
    if let Some(typed) = from_clock(window.named(row, grid, TIME)) {
        return typed;
    }
    let moment = |field| value::date_time(window.named(row, grid, field));
    let (Some(start), Some(end)) = (moment("start_time"), moment("end_time")) else { return 0 };
    end.duration_since(start).as_secs() / 60
}

/// `4:05` in minutes.
fn from_clock(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60).then(|| i64::from(hours) * 60 + i64::from(minutes))
}

fn clock(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// Whether the day lies in a period that is closed; a day in no period at all is open.
fn period_is_closed(desk: &Desk<'_>, day: &str) -> Result<bool, Stop> {
    let Some(day) = value::date_time(day).map(|moment| moment.date()) else { return Ok(false) };
    let of = |row: &Data, column: &str| row.get(column).and_then(|date| value::date_time(date));
    let periods = desk.store.table("period")?;
    Ok(periods.iter().any(|period| {
        let within = match (of(period, "beginning_date"), of(period, "ending_date")) {
            (Some(first), Some(last)) => first.date() <= day && day <= last.date(),
            _ => false,
        };
        within && period.get("period_closed").is_some_and(|closed| closed == codes::ON)
    }))
}
