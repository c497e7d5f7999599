//! Reports: criteria in, PDF documents out, made of stored records; and what a transaction prints while it saves.
//!
//! Which records a report prints is read from the database tables they are stored in, whatever window wrote them.

mod criteria;
mod document;
mod pdf;
mod pick_ticket;
mod production_order;
mod purchase_order;

use std::sync::Arc;

use crate::facts::plan::Service;
use crate::facts::services::ReportKind;
use crate::serve::engine::Engine;
use crate::serve::transaction::request::{Transaction, TransactionSet};
use crate::store::{Store, StoreError};
use crate::window::{Caller, Post};
use criteria::Criteria;
pub(crate) use document::Document;
pub(crate) use production_order::saved;

/// The most documents of one request: a report without criteria would print everything there is.
const MAX_DOCUMENTS: usize = 200;

/// No document comes out.
#[derive(Debug)]
pub(crate) enum ReportError {
    /// P21 fails without a word: a company that does not exist, labels where codes are wanted.
    Silent,
    /// No record fits the criteria.
    NothingToPrint,
    /// The criteria are refused, with this text.
    Refused(String),
    /// The sandbox has no answer to this.
    NotSimulated(String),
    /// The sandbox's own storage failed.
    Store(StoreError),
}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a report prints from: criteria, records, and who asks.
struct Run<'a> {
    engine: &'a Engine,
    store: &'a mut Store,
    /// The report's name.
    report: &'a str,
    criteria: &'a Criteria,
    /// The company whose records are meant.
    company: String,
}

/// Refuses more documents than are printed.
fn bounded(documents: usize) -> Result<(), ReportError> {
    if documents <= MAX_DOCUMENTS {
        return Ok(());
    }
    let text = format!("This local P21 prints at most {MAX_DOCUMENTS} documents: narrow the criteria.");
    Err(ReportError::Refused(text))
}

impl Engine {
    /// Prints what every transaction of the set asks for.
    pub(crate) fn report(
        &self,
        service: &Arc<Service>,
        set: &TransactionSet,
        caller: &Caller,
    ) -> Result<Vec<Document>, ReportError> {
        let Some(report) = service.facts.report else {
            return Err(ReportError::NotSimulated(format!("the report {}", service.name())));
        };
        if service.schema.wants_codes.is_some() && !set.use_code_values.0 {
            return Err(ReportError::Silent);
        }
        // What is refused of one transaction is so before another one has made anything.
        let asked = set.transactions.iter().map(|one| self.asked(report, service, set, one, caller));
        let asked: Vec<_> = asked.collect::<Result<_, _>>()?;
        let mut documents = Vec::new();
        for (criteria, company) in asked {
            let store = &mut self.store();
            let run = Run { engine: self, store, report: service.name(), criteria: &criteria, company };
            documents.extend(match report {
                ReportKind::PurchaseOrders => purchase_order::print(run),
                ReportKind::PickTickets => pick_ticket::create(run),
                ReportKind::PickTicketsAgain => pick_ticket::print_again(run),
            }?);
            bounded(documents.len())?;
        }
        if documents.is_empty() { Err(ReportError::NothingToPrint) } else { Ok(documents) }
    }

    /// The criteria of a transaction, and the company whose records are meant.
    fn asked(
        &self,
        report: ReportKind,
        service: &Arc<Service>,
        set: &TransactionSet,
        transaction: &Transaction,
        caller: &Caller,
    ) -> Result<(Criteria, String), ReportError> {
        let mut store = self.store();
        let mut post = Post::default();
        let desk = &mut self.desk(&mut store, caller, &mut post);
        let mut window = self.window(service);
        window.codes = set.use_code_values.0;
        let criteria = Criteria::typed(&mut window, desk, transaction)?;
        let company = match (criteria.get("company_id"), report) {
            (Some(company), _) => company.to_owned(),
            // The documented request leaves it out.
            (None, ReportKind::PickTickets) => self.config.company.clone(),
            (None, _) => return Err(ReportError::Silent),
        };
        if report == ReportKind::PickTicketsAgain {
            window.check(desk).map_err(criteria::refused)?;
        }
        let is_known = company == self.config.company || desk.store.master("company", &company)?.is_some();
        if !is_known {
            return Err(ReportError::Silent);
        }
        if report == ReportKind::PickTickets {
            pick_ticket::can_create(service.name(), &criteria)?;
        }
        Ok((criteria, company))
    }
}
