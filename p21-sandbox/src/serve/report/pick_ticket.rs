//! Pick tickets: one report makes those of production orders and prints them, another prints tickets that
//! are there.

use rust_decimal::Decimal;

use super::criteria::{Criteria, column, is_of_company, number};
use super::document::Document;
use super::pdf::{Column, Sheet};
use super::{MAX_DOCUMENTS, ReportError, Run, bounded};
use crate::behaviour::production_order::{COMPONENTS, LINES, ON_TICKETS};
use crate::behaviour::production_picking::{self, DETAILS, TICKETS, ToPick};
use crate::facts::codes;
use crate::store::{Data, Store, StoreError, StoredRow};
use crate::window::posting::{Posting, values};

/// A sales order's tickets.
const SALES: &str = "oe_pick_ticket";
const SALES_DETAIL: &str = "oe_pick_ticket_detail";

const COLUMNS: [Column; 4] =
    [Column::number("Line", 4), Column::text("Item", 24), Column::number("Quantity", 12), Column::text("Unit", 8)];

/// Refuses what of the report that makes tickets isn't simulated.
pub(super) fn can_create(report: &str, criteria: &Criteria) -> Result<(), ReportError> {
    const KNOWN: [&str; 11] = [
        "company_id",
        "location_id",
        "create_pick_ticket_type",
        "beg_prod_order",
        "end_prod_order",
        "print_qty",
        "printer_name",
        "process_doclinks",
        "company_name",
        "location_name",
        "detail_or_summary",
    ];
    criteria.only(report, &KNOWN)?;
    let is = match criteria.get("create_pick_ticket_type") {
        Some("P") => return Ok(()),
        Some(other) => format!("is `{other}`"),
        None => "is missing".to_owned(),
    };
    let what = "pick tickets of anything but production orders";
    Err(ReportError::NotSimulated(format!("{what}, which `create_pick_ticket_type` `P` asks for; here it {is}")))
}

/// Tickets for what printed production orders still need of what the location stocks.
pub(super) fn create(run: Run<'_>) -> Result<Vec<Document>, ReportError> {
    let location = run.criteria.get("location_id").unwrap_or_default();
    let range = run.criteria.range("beg_prod_order", "end_prod_order")?;
    let session = &run.engine.config.company;
    let wanted = |header: &Data| {
        is_of_company(header, &run.company, session)
            && column(header, "printed") == codes::ON
            && range.holds(column(header, "prod_order_number"))
    };
    let mut orders = run.store.headers_of("prod_order_hdr", MAX_DOCUMENTS + 1, wanted)?;
    bounded(orders.len())?;
    orders.sort_by_key(|(_, header)| number(header, "prod_order_number"));
    let mut tickets = Vec::new();
    for (record, header) in &orders {
        let needed = needed(&run, *record, location)?;
        if !needed.is_empty() {
            tickets.push((column(header, "prod_order_number").to_owned(), needed));
        }
    }
    let (today, catalogue) = (run.engine.config.today(), &run.engine.catalogue);
    let ticket_of = |needed: &[Needed]| {
        let to_pick = |needed: &Needed| ToPick {
            item: needed.item.clone(),
            quantity: needed.quantity,
            unit: column(&needed.data, "unit_of_measure").to_owned(),
        };
        let items: Vec<ToPick> = needed.iter().map(to_pick).collect();
        Posting::Record(production_picking::ticket(&run.company, location, today, &items))
    };
    let mut writer = run.store.write()?;
    let mut made = Vec::with_capacity(tickets.len());
    for (order, needed) in &tickets {
        made.extend(ticket_of(needed).write(catalogue, order, &mut writer)?);
        for needed in needed {
            writer.change_row(needed.row, &needed.on_tickets())?;
        }
    }
    writer.commit()?;
    let mut documents = Vec::with_capacity(made.len());
    for record in made {
        documents.extend(of_production(run.store, record)?);
    }
    Ok(documents)
}

/// A component, and how much of it is on no ticket yet.
struct Needed {
    /// The component's stored row, to take note of what is on tickets.
    row: i64,
    data: Data,
    item: String,
    quantity: Decimal,
}

impl Needed {
    /// What the component's row takes note of.
    fn on_tickets(&self) -> Data {
        let on_tickets = number(&self.data, ON_TICKETS).saturating_add(self.quantity);
        values([(ON_TICKETS, &on_tickets.normalize().to_string())])
    }
}

/// The components of an order that the location stocks and that are not on a ticket.
fn needed(run: &Run<'_>, record: i64, location: &str) -> Result<Vec<Needed>, StoreError> {
    let lines: Vec<StoredRow> = run.store.rows_of_table(record, LINES)?;
    let mut needed = Vec::new();
    for row in run.store.rows_of_table(record, COMPONENTS)? {
        // A component belongs to the line it hangs below; in a window that has them side by side, to the first one.
        let line = lines.iter().find(|line| Some(line.id) == row.parent).or(lines.first());
        let to_make = line.map_or(Decimal::ONE, |line| number(&line.data, "qty_to_make"));
        let quantity =
            number(&row.data, "qty_per_assembly").saturating_mul(to_make).saturating_sub(number(&row.data, ON_TICKETS));
        let item = column(&row.data, "item_id").to_owned();
        if quantity > Decimal::ZERO && is_stocked(run, &item, location)? {
            needed.push(Needed { row: row.id, data: row.data, item, quantity });
        }
    }
    Ok(needed)
}

fn is_stocked(run: &Run<'_>, item: &str, location: &str) -> Result<bool, StoreError> {
    Ok(run.store.stock(item, location)?.is_some())
}

/// Tickets that are there, of production and sales orders.
pub(super) fn print_again(run: Run<'_>) -> Result<Vec<Document>, ReportError> {
    const KNOWN: [&str; 10] = [
        "company_id",
        "location_id",
        "beg_pick_ticket_no",
        "end_pick_ticket_no",
        "beg_prod_pick_ticket_no",
        "end_prod_pick_ticket_no",
        "print_qty",
        "process_doclinks",
        "company_name",
        "detail_or_summary",
    ];
    run.criteria.only(run.report, &KNOWN)?;
    let sales = run.criteria.range("beg_pick_ticket_no", "end_pick_ticket_no")?;
    let production = run.criteria.range("beg_prod_pick_ticket_no", "end_prod_pick_ticket_no")?;
    let location = run.criteria.get("location_id").unwrap_or_default();
    let session = &run.engine.config.company;
    let is_here = |header: &Data| {
        let of = column(header, "location_id");
        is_of_company(header, &run.company, session) && (of.is_empty() || of == location)
    };
    let mut documents = Vec::new();
    // A range of one kind asks for that kind only.
    if sales.is_open() || !production.is_open() {
        let wanted = |header: &Data| is_here(header) && production.holds(column(header, "prod_pick_ticket_number"));
        for (record, header) in run.store.headers_of(TICKETS, MAX_DOCUMENTS + 1, wanted)? {
            let details = run.store.values_of_table(record, DETAILS)?;
            documents.push(production_document(column(&header, "prod_pick_ticket_number"), &header, &details));
        }
    }
    if production.is_open() || !sales.is_open() {
        let wanted = |header: &Data| is_here(header) && sales.holds(column(header, "pick_ticket_no"));
        for (record, header) in run.store.headers_of(SALES, MAX_DOCUMENTS + 1, wanted)? {
            documents.push(sales_document(&header, &run.store.values_of_table(record, SALES_DETAIL)?));
        }
    }
    Ok(documents)
}

/// The ticket of a production order that is stored as this record.
pub(super) fn of_production(store: &Store, record: i64) -> Result<Option<Document>, StoreError> {
    let Some(header) = store.header(record)? else { return Ok(None) };
    let details = store.values_of_table(record, DETAILS)?;
    Ok(Some(production_document(column(&header, "prod_pick_ticket_number"), &header, &details)))
}

fn production_document(number: &str, header: &Data, details: &[Data]) -> Document {
    let sheet = Sheet {
        title: format!("PRODUCTION PICK TICKET {number}"),
        facts: vec![
            ("Production order", column(header, "prod_order_number").to_owned()),
            ("Location", column(header, "location_id").to_owned()),
            ("Printed", column(header, "print_date").to_owned()),
        ],
        columns: &COLUMNS,
        rows: details.iter().map(|detail| row(detail, "qty_to_pick")).collect(),
        closing: Vec::new(),
    };
    Document::new(format!("PPT{number} PRODUCTION_PICK_TICKET"), sheet)
}

fn sales_document(header: &Data, details: &[Data]) -> Document {
    let number = column(header, "pick_ticket_no").to_owned();
    let sheet = Sheet {
        title: format!("PICK TICKET {number}"),
        facts: vec![
            ("Order", column(header, "order_no").to_owned()),
            ("Location", column(header, "location_id").to_owned()),
            ("Tracking number", column(header, "tracking_no").to_owned()),
        ],
        columns: &COLUMNS,
        rows: details.iter().map(|detail| row(detail, "print_quantity")).collect(),
        closing: Vec::new(),
    };
    Document::new(format!("PT{number} PICK_TICKET"), sheet)
}

fn row(detail: &Data, quantity: &str) -> Vec<String> {
    let line = ["line_number", "line_no"].into_iter().map(|name| column(detail, name)).find(|line| !line.is_empty());
    [line.unwrap_or_default(), column(detail, "item_id"), column(detail, quantity), column(detail, "unit_of_measure")]
        .map(str::to_owned)
        .to_vec()
}
