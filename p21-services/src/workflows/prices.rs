//! Prices of contract lines.

use p21_batch::input::{CsvFile, RowProblem};
use p21_batch::{BatchRecord, Journal, RunSummary};
use p21_model::row::Element as _;
use p21_model::value::{DateTime, Decimal, FieldValue as _};
use serde::Deserialize;

use super::{Workflow, WorkflowError};
use crate::job_contract_pricing::{self as contract, header, line};

/// A row of the file: `job_no,company_id,contract_no,end_date,item_id,price`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ContractPrice {
    /// The contract's number, which is its key.
    pub job_no: String,
    /// Its company.
    pub company_id: String,
    /// Its name.
    pub contract_no: String,
    /// Its end, as it is: P21 wants it in every update.
    pub end_date: String,
    /// The item of a line that is there.
    pub item_id: String,
    /// What it costs.
    pub price: Decimal,
}

impl ContractPrice {
    fn record(self) -> Result<BatchRecord, RowProblem> {
        if self.price < Decimal::ZERO {
            return Err(RowProblem::in_column("price", format!("`{}` is below 0", self.price)));
        }
        let end = DateTime::from_wire(&self.end_date);
        let end = end.map_err(|error| RowProblem::in_column("end_date", error.to_string()))?;
        let header = header::Row::edit().job_no(self.job_no.as_str());
        let header = header.company_id(self.company_id).contract_no(self.contract_no).end_date(end);
        let line = line::Row::edit().item_id(self.item_id.as_str()).price(self.price);
        let line = line.pricing_method(line::PricingMethod::Price);
        let change = contract::Transaction::new().push(header).push(line).keyed_by(line::ITEM_ID);
        let key = format!("{} {}", self.job_no, self.item_id);
        Ok(BatchRecord::from(change).key(contract::Key::new(self.job_no)).idempotency_key(key))
    }
}

impl<J: Journal + Clone> Workflow<J> {
    /// New prices for the lines of contracts, from a CSV: a row a line, so that one that is wrong fails alone. Lines of one
    /// contract are written one after the other, those of different ones at once.
    ///
    /// Give the workflow the day's name (`prices 2027-03-31`): the same name goes on with that night's run, and is refused if
    /// the file isn't that night's any more.
    ///
    /// # Errors
    /// The file can't be taken up, or is another one than the run has; the run doesn't come to its end.
    pub async fn contract_prices(&self, file: &CsvFile) -> Result<RunSummary, WorkflowError> {
        let rows = file.clone().keep_rows().rows(ContractPrice::record)?;
        self.steps.given("prices", rows).await
    }
}
