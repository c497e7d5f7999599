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
mod finding;
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

pub use code::{Code, Severity};
pub use finding::{Finding, Findings};
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
        place::name_rows(schema, &mut findings.0, |index| {
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
    place::name_rows(schema, &mut findings.0, |index| {
        let elements = &set.transactions.get(index)?.data_elements;
        // Without a definition it has no other name than P21's.
        let module = |name: &str| schema.element(name).map_or("", |element| &element.module);
        Some(elements.iter().map(|element| (module(&element.name), element.rows.len())).collect())
    });
}
