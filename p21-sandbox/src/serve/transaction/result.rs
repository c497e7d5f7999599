//! The answer to a transaction set, in P21's JSON.

use p21_model::schema::Quirk;

use super::request::{DataElement, TransactionSet};
use crate::facts::config::Config;
use crate::facts::json;
use crate::facts::plan::Service;
use crate::facts::texts::TRANSACTION;
use crate::serve::report::Document;
use crate::window::Window;
use crate::window::refusal::Refusal;

/// What became of a transaction.
pub(crate) enum Outcome<'a> {
    /// It is stored, as far as P21 says; this is its echo.
    Passed(Echo<'a>),
    /// It is not.
    Failed(Refusal),
}

/// What comes back of a transaction that passed.
#[derive(Default)]
pub(crate) struct Echo<'a> {
    elements: Vec<EchoedElement<'a>>,
    documents: Vec<Document>,
}

impl Echo<'_> {
    /// The echo with what the save has printed.
    pub(crate) fn with(self, documents: Vec<Document>) -> Self {
        Self { documents, ..self }
    }
}

/// An element of the echo: names and values.
pub(crate) struct EchoedElement<'a> {
    name: &'a str,
    kind: &'static str,
    /// Keys that P21 gave the record and the payload did not have; they stand in the first row.
    keys: Vec<(String, String)>,
    sent: Option<&'a DataElement>,
}

/// The echo of a stored transaction: what was sent and not dropped, with the record's keys in its header.
pub(crate) fn echo<'a>(window: &Window, sent: &[&'a DataElement]) -> Echo<'a> {
    let service = &*window.service;
    let kept = |element: &&&'a DataElement| {
        // Under a tab that vanished only the header is left.
        !window.phantom || service.header == service.element_index(element.name.as_str())
    };
    let mut header_is_due = !window.phantom;
    let elements = sent
        .iter()
        .filter(kept)
        .map(|element| {
            let index = service.element_index(element.name.as_str());
            let is_header = index.is_some() && index == service.header;
            let keys =
                if is_header && std::mem::take(&mut header_is_due) { given_keys(window, element) } else { Vec::new() };
            EchoedElement {
                name: element.name.as_str(),
                kind: index.map_or("Form", |index| service.element(index).kind.as_str()),
                keys,
                sent: Some(element),
            }
        })
        .collect();
    Echo { elements, documents: Vec::new() }
}

/// The record's keys that the header's first row does not carry itself.
fn given_keys(window: &Window, sent: &DataElement) -> Vec<(String, String)> {
    let service = &*window.service;
    let Some((schema, plan)) = service.header() else { return Vec::new() };
    let Some(header) = window.rows.first() else { return Vec::new() };
    let carried = |name: &str| {
        let row = sent.rows.iter().next();
        row.is_some_and(|row| row.edits.iter().any(|edit| edit.name() == name && !edit.value.as_str().is_empty()))
    };
    service
        .keys
        .fields
        .iter()
        .filter_map(|field| {
            let name = &*schema.fields[*field as usize].name;
            let value = header.data.get(plan.column(*field))?;
            (!carried(name)).then(|| (name.to_owned(), value.clone()))
        })
        .collect()
}

/// The whole answer.
pub(crate) fn write(service: &Service, config: &Config, set: &TransactionSet, outcomes: &[Outcome<'_>]) -> String {
    let passed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Passed(_))).count();
    let mut out = String::from("{\"Messages\":");
    messages(&mut out, config, outcomes);
    out.push_str(",\"Results\":");
    if passed == 0 && !outcomes.is_empty() && !config.results_on_failure {
        out.push_str("null");
    } else {
        out.push_str("{\"Name\":");
        json::string(&mut out, service.name());
        out.push_str(&format!(
            ",\"UseCodeValues\":{},\"IgnoreDisabled\":{},\"Transactions\":",
            set.use_code_values.0, set.ignore_disabled.0
        ));
        json::list(&mut out, outcomes, |out, outcome| transaction(out, outcome, config));
        out.push('}');
    }
    let failed = outcomes.len() - passed;
    out.push_str(&format!(",\"Summary\":{{\"Succeeded\":{passed},\"Failed\":{failed},\"Other\":0}}}}"));
    out
}

/// Some versions have an empty message for each transaction that passed.
fn messages(out: &mut String, config: &Config, outcomes: &[Outcome<'_>]) {
    let says_nothing = config.p21_version.has(Quirk::EmptyMessages);
    let mut texts = Vec::new();
    for (outcome, number) in outcomes.iter().zip(1..) {
        match outcome {
            Outcome::Passed(_) if says_nothing => texts.push(said(number, "")),
            Outcome::Passed(_) => {}
            Outcome::Failed(refusal) => {
                texts.push(said(number, &refusal.text));
                // With one colon.
                let trailer = refusal.trailer.as_ref();
                texts.extend(
                    trailer.map(|trailer| format!("{}: {trailer}", said(number, "").trim_end_matches([':', ' ']))),
                );
            }
        }
    }
    json::list(out, &texts, |out, text| json::string(out, text));
}

fn said(number: usize, text: &str) -> String {
    TRANSACTION.with(&[&number.to_string(), text])
}

fn transaction(out: &mut String, outcome: &Outcome<'_>, config: &Config) {
    let documents: &[Document] = match outcome {
        Outcome::Passed(echo) => {
            out.push_str("{\"Status\":\"Passed\",\"DataElements\":");
            json::list(out, &echo.elements, element);
            &echo.documents
        }
        Outcome::Failed(_) => {
            out.push_str("{\"Status\":\"Failed\",\"DataElements\":[]");
            &[]
        }
    };
    out.push_str(",\"Documents\":");
    if documents.is_empty() {
        out.push_str("null");
    } else {
        json::list(out, documents, |out, document| out.push_str(&document.to_json(&config.reports).to_string()));
    }
    out.push('}');
}

fn element(out: &mut String, element: &EchoedElement<'_>) {
    out.push_str("{\"Name\":");
    json::string(out, element.name);
    out.push_str(",\"Type\":");
    json::string(out, element.kind);
    out.push_str(",\"Keys\":");
    let keys = element.sent.iter().flat_map(|sent| sent.keys.iter());
    json::list(out, keys, |out, key| json::string(out, key.as_str()));
    out.push_str(",\"Rows\":");
    let rows = element.sent.iter().flat_map(|sent| sent.rows.iter());
    json::list(out, rows.enumerate(), |out, (index, row)| {
        let given: &[(String, String)] = if index == 0 { &element.keys } else { &[] };
        let given = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let overruled = |name: &str| index == 0 && element.keys.iter().any(|(key, _)| key == name);
        let typed = row
            .edits
            .iter()
            .filter(|edit| !edit.is_skipped() && !overruled(edit.name()))
            .map(|edit| (edit.name(), edit.value.as_str()));
        out.push_str("{\"Edits\":");
        json::list(out, given.chain(typed), |out, (name, value)| {
            out.push_str("{\"Name\":");
            json::string(out, name);
            out.push_str(",\"Value\":");
            json::string(out, value);
            out.push('}');
        });
        out.push_str(",\"RelativeDateEdits\":[]}");
    });
    out.push('}');
}
