//! PDF reports.

use std::time::Duration;

use p21_model::criteria::{Criteria, only_prints, report_json};
use p21_model::payload;
use p21_model::row::Report;
use serde_json::Value;

use super::Sending;
use super::call::{Call, Pace, Silence};
use super::transaction::passed;
use crate::client::Client;
use crate::document::{self, Document, DocumentFailure};
use crate::error::{Error, ErrorKind};

const PDF_REPORT: &str = "/api/v2/process/pdfreport";

/// How a report is tried again: after 0.5 s and then 1 s, and no more often than those who documented it did.
const PACE: Pace = Pace { first_delay: Some(Duration::from_millis(500)), attempts: Some(3) };

impl Client {
    /// Prints a report, and brings the documents, each a success or a failure of its own: P21 mixes both in one answer.
    ///
    /// The criteria are checked first. What only prints (`m_reprint…`) is tried up to three times where P21 answers an
    /// empty 500 or no connection comes to be, and after nothing else: a gateway's 502 to 504, a broken connection and a
    /// passed limit leave P21 printing, and asking again would start the report once more. What may create something, as
    /// `m_picktickets` creates pick tickets, is repeated only where no connection came to be ([`Criteria::repeatable`]
    /// decides otherwise).
    ///
    /// **Bound the range.** A report without numbers or dates may run over everything there is, for days; giving the
    /// call up doesn't stop it (reported). That is so too where the [operation's limit](crate::Timeouts::operation) ends
    /// the call. No attempt's limit does.
    ///
    /// # Errors
    /// [`Error::is_nothing_to_print`] if no record is in the range, or P21 answers no document; [`Error::is_silent`] for an empty 500, which has
    /// three causes that P21 doesn't tell apart; see [`Error`] for others. P21's refusals come with any status, 200
    /// included. With [`Error::is_ambiguous`] the report may have created what it prints.
    ///
    /// ```ignore
    /// use p21_services::m_reprintpurchaseorders::criteria;
    ///
    /// let orders = criteria::Row::new(criteria::Required { company_id: "ACME" }).beg_po_no(7001).end_po_no(7003);
    /// for document in client.print(orders).await? {
    ///     match document {
    ///         Ok(document) => println!("{}", document.save_in("purchase-orders")?.display()),
    ///         Err(failure) => println!("{failure}"),
    ///     }
    /// }
    /// ```
    pub fn print<S: Report>(
        &self,
        criteria: impl Into<Criteria<S>>,
    ) -> Sending<'_, Vec<Result<Document, DocumentFailure>>> {
        let criteria = criteria.into();
        Box::pin(async move {
            self.checking(Some(S::schema()), |options| passed(criteria.check_with(options))).await?;
            self.print_bytes(criteria.to_json(), criteria.is_repeatable()).await
        })
    }

    /// Prints a report from a payload: for reports without bindings. It is checked as far as is known without a definition
    /// ([`ClientBuilder::service`](crate::ClientBuilder::service) adds them), and sent in the shape of
    /// reports (`Status` and `Type` as integers, no keys), and with [`UseCodeValues`](payload::TransactionSet) as it is.
    ///
    /// # Errors
    /// As [`print`](Self::print).
    pub async fn print_raw(
        &self,
        criteria: &payload::TransactionSet,
    ) -> Result<Vec<Result<Document, DocumentFailure>>, Error> {
        let body = report_json(criteria);
        let shape = serde_json::from_slice(&body).map_err(|error| Error::input(error.to_string()))?;
        let known = self.known(&criteria.name);
        self.checking(known, |options| passed(self.check_raw(&shape, options))).await?;
        self.print_bytes(body, only_prints(&criteria.name)).await
    }

    /// The same without the check.
    ///
    /// # Errors
    /// As [`print`](Self::print), but for the check.
    pub async fn print_unchecked(
        &self,
        criteria: &payload::TransactionSet,
    ) -> Result<Vec<Result<Document, DocumentFailure>>, Error> {
        self.print_bytes(report_json(criteria), only_prints(&criteria.name)).await
    }

    fn print_bytes(&self, body: Vec<u8>, repeatable: bool) -> Sending<'_, Vec<Result<Document, DocumentFailure>>> {
        Box::pin(async move {
            let call = Call {
                writes: !repeatable,
                // A report goes on when the call is given up or lost; asking again would start another.
                patient: true,
                silence: Silence::ReportFailed,
                pace: PACE,
                ..Call::write(PDF_REPORT, body)
            };
            let answer = self.run(&call).await?;
            if answer.body.is_empty() {
                return Err(self.refusal(&call, &answer));
            }
            match self.read_json(&call, &answer)? {
                Value::Array(items) if items.is_empty() => {
                    let kind = ErrorKind::NothingToPrint { said: None };
                    Err(Error::new(kind).answered(answer.status).of(call.name()))
                }
                Value::Array(items) => {
                    Ok(items.iter().map(|item| document::read(item, true)).map(|read| self.said(read)).collect())
                }
                _ => Err(self.misshapen(&call, &answer, ".", "no list of documents")),
            }
        })
    }

    /// A document without secrets in its names, and a failure without any in its words.
    fn said(&self, read: Result<Document, DocumentFailure>) -> Result<Document, DocumentFailure> {
        let clean = |text: &mut String| *text = self.inner.redactor.clean(text);
        match read {
            Ok(mut document) => {
                let Document { id, name, file_name, content_type, .. } = &mut document;
                [id, name, file_name, content_type].into_iter().for_each(clean);
                Ok(document)
            }
            Err(mut failure) => {
                [&mut failure.id, &mut failure.message].into_iter().for_each(clean);
                Err(failure)
            }
        }
    }
}
