//! What a report is to print: rows of criteria, in the shape that P21's report call takes.

use serde_json::{Value, json};

use crate::check::{CheckOptions, Code, Findings};
use crate::facts::shared;
use crate::rows::row::{Service, TopLevel, Transaction, TransactionSet};
use crate::wire::payload;

/// The criteria of one run of a report: rows of the report's own elements.
///
/// A row alone is enough where one element holds all criteria: `client.print(criteria::Row::new(..))`.
///
/// **Bound the range.** Without numbers or dates a report may run over everything there is, for days, and nothing stops
/// it: P21 goes on after the call is given up (reported).
///
/// ```ignore
/// use p21_services::m_reprintpurchaseorders::criteria;
///
/// let orders = criteria::Row::new(criteria::Required { company_id: "ACME" }).beg_po_no(7001).end_po_no(7003);
/// for document in client.print(orders).await? {
///     println!("{}", document?.save_in("purchase-orders")?.display());
/// }
/// ```
pub struct Criteria<S> {
    transaction: Transaction<S>,
    use_code_values: Option<bool>,
    repeatable: Option<bool>,
}

impl<S: Service> Criteria<S> {
    /// Criteria with one row.
    pub fn new<E: TopLevel<S>>(row: E) -> Self {
        Self::from(Transaction::new().push(row))
    }

    /// Appends a row of another element of the report.
    #[must_use]
    pub fn push<E: TopLevel<S>>(mut self, row: E) -> Self {
        self.transaction = self.transaction.push(row);
        self
    }

    /// Sends codes (`P`) instead of labels (`Production Order`), or not.
    ///
    /// Unless this is called, the rules decide: `m_picktickets` wants codes and answers labels with an HTTP 500
    /// (verified).
    #[must_use]
    pub fn use_code_values(mut self, on: bool) -> Self {
        self.use_code_values = Some(on);
        self
    }

    /// Says whether the report only prints, so that a run that failed in passing may be repeated.
    ///
    /// Unless this is called, `m_reprint…` only prints; others may create what they print, as `m_picktickets` creates
    /// pick tickets, and are never repeated.
    #[must_use]
    pub fn repeatable(mut self, on: bool) -> Self {
        self.repeatable = Some(on);
        self
    }

    /// Whether codes are sent.
    pub fn uses_code_values(&self) -> bool {
        self.use_code_values.unwrap_or(S::schema().wants_codes.is_some())
    }

    /// Whether a run that failed in passing may be repeated.
    pub fn is_repeatable(&self) -> bool {
        self.repeatable.unwrap_or_else(|| only_prints(&S::schema().name))
    }

    /// The rows.
    pub fn transaction(&self) -> &Transaction<S> {
        &self.transaction
    }

    /// What P21 would refuse or read otherwise.
    #[must_use]
    pub fn check(&self) -> Findings {
        self.check_with(CheckOptions::new())
    }

    /// The same, with what the caller knows.
    #[must_use]
    pub fn check_with(&self, options: CheckOptions) -> Findings {
        let findings = self.set().check_with(options);
        // What is meant to be so: criteria go to another endpoint, and the caller may insist on labels.
        let is_meant = |code: Code| {
            code == Code::WrongEndpoint || code == Code::CodesWanted && self.use_code_values == Some(false)
        };
        findings.into_iter().filter(|finding| !is_meant(finding.code)).collect()
    }

    /// The criteria as P21 spells transactions.
    pub fn to_payload(&self) -> payload::TransactionSet {
        self.set().to_payload()
    }

    /// The criteria in the shape of reports.
    pub fn to_json(&self) -> Vec<u8> {
        report_json(&self.to_payload())
    }

    fn set(&self) -> TransactionSet<S> {
        TransactionSet::from(self.transaction.clone()).use_code_values(self.uses_code_values())
    }
}

/// Whether a report of that name prints and does nothing else.
pub fn only_prints(service: &str) -> bool {
    let is = |named: &&str| named.strip_suffix('*').map_or(service == *named, |start| service.starts_with(start));
    shared::ONLY_PRINT.iter().any(is)
}

/// A set in the shape that the report call takes: `Status` and `Type` are integers, and there are no keys.
pub fn report_json(set: &payload::TransactionSet) -> Vec<u8> {
    let mut body = json!(set);
    for transaction in items(&mut body, "Transactions") {
        transaction["Status"] = json!(0);
        for element in items(transaction, "DataElements") {
            let is_list = element.get("Type").is_some_and(|kind| *kind == "List" || *kind == 1);
            element["Type"] = json!(i32::from(is_list));
            element["Keys"] = json!([]);
        }
    }
    body.to_string().into_bytes()
}

fn items<'v>(value: &'v mut Value, list: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}

impl<S> From<Transaction<S>> for Criteria<S> {
    fn from(transaction: Transaction<S>) -> Self {
        Self { transaction, use_code_values: None, repeatable: None }
    }
}

impl<S: Service, E: TopLevel<S>> From<E> for Criteria<S> {
    fn from(row: E) -> Self {
        Self::new(row)
    }
}

impl<S> From<&Self> for Criteria<S> {
    fn from(criteria: &Self) -> Self {
        criteria.clone()
    }
}

impl<S> Clone for Criteria<S> {
    fn clone(&self) -> Self {
        Self { transaction: self.transaction.clone(), ..*self }
    }
}

impl<S> std::fmt::Debug for Criteria<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Criteria")
            .field("transaction", &self.transaction)
            .field("use_code_values", &self.use_code_values)
            .field("repeatable", &self.repeatable)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_that_of_reports() {
        let set = serde_json::from_str(
            r#"{"Name":"m_reprintpurchaseorders","UseCodeValues":false,"IgnoreDisabled":false,"Transactions":[{"Status":"New",
               "DataElements":[{"Name":"TABPAGE_1.poreportcriteriadw","Type":"Form","Keys":["company_id"],"Rows":[{"Edits":[
               {"Name":"company_id","Value":"ACME"}],"RelativeDateEdits":[]}]}]}]}"#,
        );
        let body: Value = serde_json::from_slice(&report_json(&set.unwrap())).unwrap();
        assert_eq!(
            body,
            json!({"Name": "m_reprintpurchaseorders", "UseCodeValues": false, "IgnoreDisabled": false, "Transactions": [
                {"Status": 0, "DataElements": [{"Name": "TABPAGE_1.poreportcriteriadw", "Type": 0, "Keys": [], "Rows": [
                    {"Edits": [{"Name": "company_id", "Value": "ACME"}], "RelativeDateEdits": []}]}]}]})
        );
    }
}
