//! Purchase orders: one document a purchase order in the range.

use super::criteria::{column, is_of_company, number};
use super::document::Document;
use super::pdf::{Column, Sheet};
use super::{MAX_DOCUMENTS, ReportError, Run, bounded};
use crate::facts::codes;
use crate::store::{Data, StoreError};

/// The criteria that choose orders.
const CHOOSE: [&str; 9] = [
    "company_id",
    "beg_po_no",
    "end_po_no",
    "vendor_id",
    "end_vendor_id",
    "beg_supplier_id",
    "end_supplier_id",
    "beg_location_id",
    "end_location_id",
];

/// The criteria that change nothing here: every stored order can be printed, once.
const NEUTRAL: [&str; 4] = ["reprint_flag", "print_qty", "process_doclinks", "company_name"];

const COLUMNS: [Column; 6] = [
    Column::number("Line", 4),
    Column::text("Item", 20),
    Column::text("Description", 26),
    Column::number("Quantity", 10),
    Column::text("Unit", 6),
    Column::number("Price", 12),
];

pub(super) fn print(run: Run<'_>) -> Result<Vec<Document>, ReportError> {
    run.criteria.only(run.report, &[&CHOOSE[..], &NEUTRAL[..]].concat())?;
    let ranges = [
        ("po_no", run.criteria.range("beg_po_no", "end_po_no")?),
        ("vendor_id", run.criteria.range("vendor_id", "end_vendor_id")?),
        ("supplier_id", run.criteria.range("beg_supplier_id", "end_supplier_id")?),
        ("location_id", run.criteria.range("beg_location_id", "end_location_id")?),
    ];
    let session = &run.engine.config.company;
    let wanted = |header: &Data| {
        is_of_company(header, &run.company, session)
            && column(header, "delete_flag") != codes::ON
            && ranges.iter().all(|(name, range)| range.holds(column(header, name)))
    };
    let mut orders = run.store.headers_of("po_hdr", MAX_DOCUMENTS + 1, wanted)?;
    bounded(orders.len())?;
    orders.sort_by_key(|(_, header)| number(header, "po_no"));
    orders.iter().map(|(record, header)| Ok(document(&run, *record, header)?)).collect()
}

fn document(run: &Run<'_>, record: i64, header: &Data) -> Result<Document, StoreError> {
    let lines = run.store.values_of_table(record, "po_line")?;
    let item = |line: &Data| column(line, "item_id").to_owned();
    let mut rows = Vec::with_capacity(lines.len());
    let mut total = rust_decimal::Decimal::ZERO;
    for line in lines.iter().filter(|line| column(line, "delete_flag") != codes::ON) {
        let price = number(line, "unit_price_display");
        total = total.saturating_add(price.saturating_mul(number(line, "unit_quantity")));
        let described = match column(line, "item_description") {
            "" => run.store.master("inv_mast", &item(line))?.and_then(|mut item| item.remove("item_desc")),
            known => Some(known.to_owned()),
        };
        rows.push(vec![
            column(line, "line_no").to_owned(),
            item(line),
            described.unwrap_or_default(),
            column(line, "unit_quantity").to_owned(),
            column(line, "unit_of_measure").to_owned(),
            price.normalize().to_string(),
        ]);
    }
    let name = |table: &str, key: &str, of: &str| -> Result<String, StoreError> {
        let found = run.store.master(table, key)?;
        let name = found.and_then(|mut found| found.remove(of)).unwrap_or_default();
        Ok(format!("{key} {name}").trim_end().to_owned())
    };
    let po_no = column(header, "po_no").to_owned();
    let sheet = Sheet {
        title: format!("PURCHASE ORDER {po_no}"),
        facts: vec![
            ("Company", name("company", &run.company, "company_name")?),
            ("Vendor", name("vendor", column(header, "vendor_id"), "vendor_name")?),
            ("Supplier", name("supplier", column(header, "supplier_id"), "supplier_name")?),
            ("Location", name("location", column(header, "location_id"), "location_name")?),
            ("Order date", column(header, "order_date").to_owned()),
            ("Required date", column(header, "date_due").to_owned()),
            ("Your number", column(header, "external_po_no").to_owned()),
        ],
        columns: &COLUMNS,
        rows,
        closing: vec![format!("Total: {}", total.normalize())],
    };
    Ok(Document::new(format!("PO{po_no} PURCHASE_ORDER"), sheet))
}
