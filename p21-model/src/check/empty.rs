//! What says nothing: a set without transactions, a transaction without elements, a row without a field.

use super::{Code, Finding, Findings};
use crate::rows::row::{Service, TransactionSet};

/// Finds what a typed set lacks. Of payloads the check of their shape does.
pub(super) fn check<S: Service>(set: &TransactionSet<S>, findings: &mut Findings) {
    let mut missing = |path: String, member: &str| {
        findings.push(finding(
            Code::MemberMissing,
            path,
            format!("`{member}` is empty"),
            "There is nothing to save.",
            format!("fill `{member}`"),
        ));
    };
    if set.transactions().is_empty() {
        missing("Transactions".to_owned(), "Transactions");
    }
    for (index, transaction) in set.transactions().iter().enumerate() {
        if transaction.rows().is_empty() {
            missing(format!("Transactions[{index}].DataElements"), "DataElements");
        }
    }
}

/// A row that types nothing.
pub(super) fn row(path: String) -> Finding {
    finding(
        Code::EmptyRow,
        path,
        "the row has no field".to_owned(),
        "P21 types nothing into it: at best nothing happens, and children of it apply to whatever row is current (inferred).",
        "set its fields, or leave the row out; a row that picks a stored one has its key".to_owned(),
    )
}

fn finding(code: Code, path: String, problem: String, consequence: &str, remedy: String) -> Finding {
    Finding { row: None, code, path, element: None, field: None, problem, consequence: consequence.to_owned(), remedy }
}
