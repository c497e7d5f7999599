//! A labor code, from bindings that come with the crate.
#![forbid(unsafe_code)]

use p21_services::labor::{self, header};
use p21_services::prelude::*;

/// A labor code.
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
    /// How long it takes.
    pub estimated_hours: Option<Decimal>,
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
