//! A labor code of one site: its own column, its own labels, its own rule, and a report.
#![forbid(unsafe_code)]

use p21_services::labor::{self, header};
use p21_services::m_reprintpurchaseorders::criteria;
use p21_services::prelude::*;

/// A labor code. `ufc_grade` is a column that the site made, and a rule of the site's says that a code can't be without it:
/// left out here, it would not compile.
#[derive(Debug, PartialEq, DataElement)]
#[p21(header)]
pub struct Code {
    /// Its key.
    #[p21(field = "service_labor_id", key)]
    pub id: String,
    /// What it is for.
    #[p21(field = "service_labor_desc")]
    pub description: String,
    /// Which of its rates estimates take.
    pub estimate_rate_level: i64,
    /// Who does it; one of the labels is the site's own.
    pub labor_type_cd: header::LaborTypeCd,
    /// Who may do it.
    #[p21(field = "ufc_grade")]
    pub grade: header::UfcGrade,
}

/// Stores a labor code, and reads it back.
///
/// # Errors
/// P21 refuses it, or can't be reached.
pub async fn store(client: &Client, code: &Code) -> Result<Option<Code>, Box<dyn std::error::Error>> {
    client.submit(labor::Transaction::new().push(code.to_row())).await?;
    let Some(record) = client.read(labor::Key::new(&code.id)).await? else { return Ok(None) };
    Ok(Code::all_from(&record)?.pop())
}

/// The criteria that print one purchase order again: reports are never listed by a server, and are not forgotten here.
pub fn reprint(po_no: i64) -> criteria::Row {
    criteria::Row::new(criteria::Required { company_id: "ACME" }).beg_po_no(po_no).end_po_no(po_no)
}
