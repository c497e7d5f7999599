//! Findings: what P21 would refuse in a payload, or silently store otherwise.
//!
//! One engine checks typed sets ([`TransactionSet::check`](crate::row::TransactionSet::check)) and payloads of any
//! origin ([`check_payload`]). It reads definitions and rules from a [`ServiceSchema`]; nothing about a service is
//! written here. It can't see the server: whether a record exists decides between create and update, so a check that
//! depends on it speaks only where the payload itself says which it is.

mod code;
mod payload;
mod row;
mod transaction;
mod values;
mod view;

use std::fmt;

pub use code::{Code, Severity};

use crate::payload::TransactionSet as Payload;
use crate::row::{Service, TransactionSet};
use crate::schema::{Endpoint, ServiceSchema};
use transaction::Walk;
use view::Group;

/// One thing that P21 would refuse or store otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing; stable.
    pub code: Code,
    /// Where: `Transactions[0].DataElements[1].Rows[0]`, with `.Edits[2]` where it is about one.
    pub path: String,
    /// The element, if it is about one.
    pub element: Option<String>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What P21 would do, and how that is known.
    pub consequence: String,
    /// How to mend it.
    pub remedy: String,
}

impl Finding {
    /// Whether P21 would store something else, or nothing; warnings may be meant.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.path, self.problem)?;
        if !self.consequence.is_empty() {
            write!(f, "\n  effect: {}", self.consequence)?;
        }
        if !self.remedy.is_empty() {
            write!(f, "\n  remedy: {}", self.remedy)?;
        }
        Ok(())
    }
}

/// All findings about a payload, in the order of the payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is more than a warning.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity() == Severity::Error)
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(f, "{separator}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

impl<S: Service> TransactionSet<S> {
    /// Checks the set. A client does so before it sends anything.
    ///
    /// ```ignore
    /// for finding in set.check().iter() {
    ///     eprintln!("{finding}");
    /// }
    /// ```
    #[must_use]
    pub fn check(&self) -> Findings {
        let schema = S::schema();
        let mut findings = Findings::default();
        check_endpoint(schema, &mut findings);
        let mut walk = Walk::new(schema, self.uses_code_values(), self.ignores_disabled(), &mut findings);
        for (index, transaction) in self.transactions().iter().enumerate() {
            walk.start(index);
            let mut place = 0;
            transaction.as_raw().each_element(&mut |rows| {
                let element = rows[0].element();
                walk.group(&Group { element, place, keys: transaction.keys_of(element.index), rows });
                place += 1;
            });
            walk.end();
        }
        findings
    }
}

/// Checks a payload of any origin against a service.
pub fn check_payload(schema: &ServiceSchema, set: &Payload) -> Findings {
    let mut findings = Findings::default();
    check_endpoint(schema, &mut findings);
    for (index, transaction) in set.transactions.iter().enumerate() {
        payload::check_status(index, &transaction.status, &mut findings);
        let bound = payload::bind(schema, index, transaction, &mut findings);
        let mut walk = Walk::new(schema, set.use_code_values, set.ignore_disabled, &mut findings);
        walk.start(index);
        for element in &bound {
            walk.group(&Group {
                element: element.schema,
                place: element.place,
                keys: &element.keys,
                rows: &element.rows,
            });
        }
        walk.end();
    }
    findings
}

fn check_endpoint(schema: &ServiceSchema, findings: &mut Findings) {
    let (consequence, remedy) = match schema.endpoint {
        Endpoint::Transaction => return,
        Endpoint::Commands => {
            ("The transaction fails (documented).", "send it to the commands endpoint, as window steps")
        }
        Endpoint::PdfReport => {
            ("P21 answers `Succeeded` and prints nothing (verified).", "send it to `/api/v2/process/pdfreport`")
        }
    };
    findings.push(Finding {
        code: Code::WrongEndpoint,
        path: "Name".to_owned(),
        element: None,
        field: None,
        problem: format!("`{}` is not served by the transaction endpoint", schema.name),
        consequence: consequence.to_owned(),
        remedy: remedy.to_owned(),
    });
}
