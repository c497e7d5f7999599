//! Findings: what P21 would refuse in a payload, or silently store otherwise.
//!
//! One engine checks typed sets ([`TransactionSet::check`](crate::row::TransactionSet::check)) and payloads of any
//! origin ([`check_payload`]). It reads definitions and rules from a [`ServiceSchema`]; nothing about a service is
//! written here. It can't see the server: whether a record exists decides between create and update, so a check that
//! depends on it speaks only where the payload itself says which it is.
//!
//! [`check_json`] takes what is not even certain to be a payload: it looks at the shape first, and at read requests,
//! requests with a callback and window commands too, each as what it is.
//! With the feature `xml`, `XmlPayload` does the same for XML.

mod code;
mod commands;
mod elsewhere;
mod empty;
mod envelope;
mod in_order;
mod json;
mod options;
mod path;
mod payload;
mod place;
mod row;
mod shape;
mod transaction;
mod values;
mod view;
#[cfg(feature = "xml")]
pub(crate) mod xml;

// How a kind of rule is checked lies beside how it is spelt.
#[path = "../kinds/endpoint/check.rs"]
mod endpoint;
#[path = "../kinds/use_code_values/check.rs"]
mod use_code_values;

use std::borrow::Cow;
use std::fmt;

pub use code::{Code, Severity};
pub use json::JsonPayload;
pub use options::CheckOptions;
pub use path::{PathStep, steps};
pub use place::RowPlace;
#[cfg(feature = "xml")]
pub use xml::XmlPayload;

use crate::facts::schema::{Endpoint, ServiceSchema};
use crate::rows::row::{Service, TransactionSet};
use crate::wire::payload::TransactionSet as Payload;
use serde_json::{Map, Value};
use transaction::{Inserts, Walk};
use view::Group;

/// One thing that P21 would refuse or store otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing; stable.
    pub code: Code,
    /// Where: `Transactions[0].DataElements[1].Rows[0]`, with `.Edits[2]` where it is about one; `$` is the whole
    /// payload. It always leads to something in the payload: what is missing is reported at what lacks it.
    pub path: String,
    /// The element, if it is about one.
    pub element: Option<String>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// Where it is as the program that built the payload has it, where that is known.
    pub row: Option<RowPlace>,
    /// What is wrong.
    pub problem: String,
    /// What P21 would do, and how that is known.
    pub consequence: String,
    /// How to mend it.
    pub remedy: String,
}

impl Finding {
    /// A finding at a path (`$` for the whole payload), about no element or field in particular.
    pub fn new(
        code: Code,
        path: impl Into<String>,
        problem: impl Into<String>,
        consequence: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (path, problem) = (path.into(), problem.into());
        let (consequence, remedy) = (consequence.into(), remedy.into());
        Self { code, path, element: None, field: None, row: None, problem, consequence, remedy }
    }

    /// Whether P21 would store something else, or nothing; warnings may be meant.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The path of the very token that is wrong: of an edit its name or its value, else the same as `path`.
    pub fn token(&self) -> String {
        let is_edit =
            self.path.ends_with(']') && self.path.rsplit_once('[').is_some_and(|(list, _)| list.ends_with(".Edits"));
        match self.code {
            _ if !is_edit => self.path.clone(),
            Code::WrongValue
            | Code::UnknownLabel
            | Code::CodeForLabel
            | Code::NoCodeForLabel
            | Code::TooLong
            | Code::BrokenTiers
            | Code::DateOrder
            | Code::PastDate
            | Code::NotAscending
            | Code::OtherThanParent
            | Code::OpensWindow => format!("{}.Value", self.path),
            // The edit itself lacks what the finding is about.
            Code::MemberMissing | Code::WrongJsonType => self.path.clone(),
            _ => format!("{}.Name", self.path),
        }
    }

    /// Whether the name of what the path leads to is wrong, not what it holds.
    pub fn is_about_name(&self) -> bool {
        matches!(
            self.code,
            Code::WrongCase
                | Code::UnknownMember
                | Code::FlagBelowRoot
                | Code::ReadKeysAtTop
                | Code::XmlOrder
                | Code::XmlUnknown
                | Code::MemberTwice
        )
    }

    /// The index of the transaction that it is in, from 0.
    pub fn transaction(&self) -> Option<usize> {
        let index = self
            .path
            .strip_prefix("Transactions[")
            .or_else(|| self.path.split_once(".Transactions[").map(|(_, at)| at));
        index?.split_once(']')?.0.parse().ok()
    }

    /// Where it is, in words: the element and its row as the program has them, and the path.
    ///
    /// ```text
    /// `extended_info`, second row (Transactions[0].DataElements[4].Rows[0])
    /// ```
    pub fn place(&self) -> String {
        match &self.row {
            Some(row) => format!("{row} ({})", self.path),
            None => self.path.clone(),
        }
    }

    fn is_about_nothing(&self) -> bool {
        self.element.as_deref() == Some("") || self.field.as_deref() == Some("")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.place(), self.problem)?;
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
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
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

    /// The first that is more than a warning.
    pub fn first_error(&self) -> Option<&Finding> {
        self.0.iter().find(|finding| finding.severity() == Severity::Error)
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        Self(findings.into_iter().collect())
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
        self.check_with(CheckOptions::new())
    }

    /// Checks the set with what the caller knows.
    #[must_use]
    pub fn check_with(&self, options: CheckOptions) -> Findings {
        let schema = &*of_version(S::schema(), options);
        let mut findings = Findings::default();
        endpoint::check(schema, &mut findings);
        use_code_values::check(schema, self.uses_code_values(), "$", &mut findings);
        empty::check(self, &mut findings);
        let mut inserts = Inserts::default();
        let mut walk =
            Walk::new(schema, self.uses_code_values(), self.ignores_disabled(), options, &inserts, &mut findings);
        for (index, transaction) in self.transactions().iter().enumerate() {
            walk.start(index);
            let mut place = 0;
            transaction.as_raw().each_element(&mut |rows| {
                let index = rows[0].element().index;
                let Some(element) = schema.elements.get(index as usize) else { return };
                walk.group(&Group { element, place, keys: transaction.keys_of(element.index), rows });
                place += 1;
            });
            walk.end(&mut inserts);
        }
        place::name_rows(&mut findings.0, |index| {
            let mut elements = Vec::new();
            self.transactions().get(index)?.as_raw().each_element(&mut |rows| {
                elements.push((&*rows[0].element().module, rows.len()));
            });
            Some(elements)
        });
        findings
    }
}

/// Checks a payload of any origin against a service.
pub fn check_payload(schema: &ServiceSchema, set: &Payload) -> Findings {
    check_payload_with(schema, set, CheckOptions::new())
}

/// Checks a payload of any origin against a service, with what the caller knows.
pub fn check_payload_with(schema: &ServiceSchema, set: &Payload, options: CheckOptions) -> Findings {
    let schema = &*of_version(schema, options);
    let mut findings = Findings::default();
    if set.transactions.is_empty()
        && let Some(others) = set.others.members().filter(|others| shape::Kind::of(others) != shape::Kind::Write)
    {
        // It was read from another body: everything that it says is among what a set doesn't have.
        check_object(
            shape::Kind::of(others),
            Some(schema),
            others,
            CheckOptions { only_sets: true, ..options },
            &mut findings,
        );
        return findings;
    }
    endpoint::check(schema, &mut findings);
    use_code_values::check(schema, set.use_code_values, "$", &mut findings);
    payload::check_statuses(Some(schema), set, &mut findings);
    check_transactions(schema, set, options, &mut findings);
    findings
}

/// The service that a JSON body names: `Name` of a set, also of one within the request of a callback or a template;
/// `ServiceName` of a read request, or of the window that commands open.
pub fn service_of(body: &Value) -> Option<&str> {
    shape::service(body)
}

/// Checks a JSON body of any kind: its shape, and if there is a schema of the service it names ([`service_of`]), what
/// it says. Read requests, requests with a callback and window commands are known by their members.
///
/// ```
/// use p21_model::check::{CheckOptions, Code, check_json};
/// let body = serde_json::json!({"Name": "Order", "transactions": []});
/// let findings = check_json(None, &body, CheckOptions::new());
/// assert_eq!(findings.iter().next().unwrap().code, Code::WrongCase);
/// ```
pub fn check_json(schema: Option<&ServiceSchema>, body: &Value, options: CheckOptions) -> Findings {
    let mut findings = Findings::default();
    if let Some(object) = shape::root(body, &mut findings) {
        check_object(shape::Kind::of(object), schema, object, options, &mut findings);
    }
    findings
}

/// The service as the version has it that is checked for.
fn of_version(schema: &ServiceSchema, options: CheckOptions) -> Cow<'_, ServiceSchema> {
    match options.version {
        Some(version) => schema.at(version),
        None => Cow::Borrowed(schema),
    }
}

fn check_object(
    kind: shape::Kind,
    schema: Option<&ServiceSchema>,
    body: &Map<String, Value>,
    options: CheckOptions,
    findings: &mut Findings,
) {
    let schema = schema.map(|schema| of_version(schema, options));
    let schema = schema.as_deref();
    use shape::Kind;
    let other = !matches!(kind, Kind::Write | Kind::Wrapped | Kind::Definition | Kind::Answer);
    if options.only_sets && other {
        return findings.push(envelope::elsewhere(kind));
    }
    match kind {
        Kind::Write => {}
        Kind::Read => return shape::check_read(schema, body, findings),
        Kind::Commands => return commands::check(schema, body, options, findings),
        Kind::Callback | Kind::Wrapped => return envelope::check(kind, schema, body, options, findings),
        Kind::Definition | Kind::Answer => return findings.push(envelope::no_request(kind)),
    }
    // Without a definition the name tells a report.
    let is_report = match schema {
        Some(schema) => schema.endpoint == Endpoint::PdfReport,
        None => shape::service_of_write(body).is_some_and(|name| endpoint::of(name) == Endpoint::PdfReport),
    };
    let written = shape::check_write(body, is_report, findings);
    payload::check_statuses(schema, &written.set, findings);
    let Some(schema) = schema else {
        if let Some(name) = shape::service_of_write(body).filter(|_| !(is_report && written.report_shape)) {
            endpoint::check_of(name, endpoint::of(name), findings);
        }
        return;
    };
    // A report in the shape of reports goes to the endpoint for reports.
    if !(is_report && written.report_shape) {
        endpoint::check(schema, findings);
    }
    let path = if body.contains_key("UseCodeValues") { "UseCodeValues" } else { "$" };
    use_code_values::check(schema, written.set.use_code_values, path, findings);
    let mut content = Findings::default();
    if schema.endpoint != Endpoint::Commands && !schema.elements.is_empty() {
        check_transactions(schema, &written.set, options, &mut content);
    }
    // What has no name was reported with the shape.
    findings.0.extend(content.into_iter().filter(|finding| !finding.is_about_nothing()));
}

fn check_transactions(schema: &ServiceSchema, set: &Payload, options: CheckOptions, findings: &mut Findings) {
    let mut inserts = Inserts::default();
    for (index, transaction) in set.transactions.iter().enumerate() {
        let bound = payload::bind(schema, index, transaction, findings);
        let mut walk = Walk::new(schema, set.use_code_values, set.ignore_disabled, options, &inserts, findings);
        walk.start(index);
        walk.foresee(bound.iter().map(|element| (element.schema, &element.keys[..])));
        walk.has_unknown_elements = bound.len() < transaction.data_elements.len();
        for element in &bound {
            walk.group(&Group {
                element: element.schema,
                place: element.place,
                keys: &element.keys,
                rows: &element.rows,
            });
        }
        walk.end(&mut inserts);
    }
    place::name_rows(&mut findings.0, |index| {
        let elements = &set.transactions.get(index)?.data_elements;
        // Without a definition it has no other name than P21's.
        let module = |name: &str| schema.element(name).map_or("", |element| &element.module);
        Some(elements.iter().map(|element| (module(&element.name), element.rows.len())).collect())
    });
}
