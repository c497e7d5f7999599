//! Payloads in XML, as .NET's DataContract reads them: one namespace, and children in alphabetical order.

mod convert;

use std::ops::Range;

use serde_json::{Map, Value};

use super::envelope::no_request;
use super::path::Path;
use super::shape::{Kind, service_as};
use super::{CheckOptions, Code, Finding, Findings, PathStep, check_object, steps};
use crate::facts::name::nearest;
use crate::facts::schema::ServiceSchema;
use crate::wire::contract::{self, Class};
use crate::wire::sentences::CONTENT_REQUIRED;
use crate::wire::xml::tree::{self, Broken, Node, Space};
use convert::Convert;

/// A payload in XML: what it says, as JSON would say it, and where.
///
/// Reading never fails: what is no payload has a finding that says so, and nothing else.
///
/// ```
/// use p21_model::check::{CheckOptions, Code, XmlPayload};
/// let payload = XmlPayload::read("<TransactionSet><Name>Order</Name></TransactionSet>");
/// assert_eq!(payload.service(), Some("Order"));
/// let findings = payload.check(None, CheckOptions::new());
/// assert_eq!(findings.iter().next().unwrap().code, Code::XmlNamespace);
/// ```
#[derive(Debug)]
pub struct XmlPayload {
    nodes: Vec<Node>,
    body: Option<(Kind, Value)>,
    findings: Findings,
    /// Where reading ended, if it did.
    broken_at: usize,
}

impl XmlPayload {
    /// Reads a payload. Entities other than the five of XML, document types and endless nesting are refused.
    pub fn read(text: &str) -> Self {
        match tree::parse(text) {
            Ok(nodes) => Self::convert(nodes),
            Err(Broken { at, problem }) => {
                let finding = at_root(
                    Code::XmlSyntax,
                    problem,
                    "P21 can't read the body and refuses the request (inferred).",
                    "send well-formed XML".to_owned(),
                );
                Self { nodes: Vec::new(), body: None, findings: Findings(vec![finding]), broken_at: at }
            }
        }
    }

    fn convert(mut nodes: Vec<Node>) -> Self {
        let mut findings = Findings::default();
        let Some((kind, class)) = what_is(&nodes) else {
            findings.push(no_payload(&nodes));
            return Self { nodes, body: None, findings, broken_at: 0 };
        };
        match kind {
            Kind::Callback => findings.push(undocumented(&nodes[0].name, "an asynchronous request with callback")),
            Kind::Commands => findings.push(undocumented(&nodes[0].name, "a request of window commands")),
            _ => {}
        }
        let check_spaces = nodes[0].space == Space::Contract;
        if !check_spaces {
            findings.push(wrong_namespace(nodes[0].space));
        }
        let members =
            Convert { nodes: &mut nodes, check_spaces, findings: &mut findings }.object(0, class, &Path::Root);
        Self { nodes, body: Some((kind, Value::Object(members))), findings, broken_at: 0 }
    }

    /// The service that the payload names.
    pub fn service(&self) -> Option<&str> {
        let (kind, body) = self.body.as_ref()?;
        service_as(*kind, body.as_object()?)
    }

    /// The same payload as JSON has it; `None` if the XML is none.
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref().map(|(_, body)| body)
    }

    /// Checks the payload: what only XML can get wrong, its shape, and against a schema what it says.
    pub fn check(&self, schema: Option<&ServiceSchema>, options: CheckOptions) -> Findings {
        let mut findings = self.findings.clone();
        if let Some((kind, body)) = &self.body {
            let nothing = Map::new();
            check_object(*kind, schema, body.as_object().unwrap_or(&nothing), options, &mut findings);
        }
        findings
    }

    /// The bytes that a finding is about: an element's text, or its name if it has none or the name is wrong.
    pub fn locate(&self, finding: &Finding) -> Option<Range<usize>> {
        let Some(root) = self.nodes.first() else { return Some(self.broken_at..self.broken_at) };
        // What P21 doesn't read may have the name of what it does.
        let unknown = matches!(finding.code, Code::XmlUnknown | Code::MemberTwice);
        let node =
            self.follow(root, &finding.token(), unknown).or_else(|| self.follow(root, &finding.path, unknown))?;
        match &node.text_at {
            Some(text) if node.children.is_empty() && !node.text.trim().is_empty() && !finding.is_about_name() => {
                Some(text.clone())
            }
            _ => Some(node.at.clone()),
        }
    }

    fn follow<'n>(&'n self, root: &'n Node, path: &str, unknown: bool) -> Option<&'n Node> {
        let steps = steps(path)?;
        steps.iter().enumerate().try_fold(root, |node, (at, step)| {
            let unknown = unknown && at + 1 == steps.len();
            let children = node.children.iter().map(|child| &self.nodes[*child]);
            match step {
                PathStep::Member(name) => {
                    let mut named = children.filter(|child| child.name == *name);
                    let first = named.next()?;
                    Some(if first.is_unknown == unknown {
                        first
                    } else {
                        named.find(|child| child.is_unknown == unknown).unwrap_or(first)
                    })
                }
                PathStep::Item(index) => children.filter(|child| !child.is_unknown).nth(*index),
            }
        })
    }
}

fn at_root(code: Code, problem: String, consequence: impl Into<String>, remedy: String) -> Finding {
    let path = Path::Root.to_string();
    Finding { row: None, code, path, element: None, field: None, problem, consequence: consequence.into(), remedy }
}

/// What the root element is, and what it holds.
fn what_is(nodes: &[Node]) -> Option<(Kind, &'static Class)> {
    let has = |name: &str| nodes[0].children.iter().any(|child| nodes[*child].name == name);
    match nodes[0].name.as_str() {
        _ if has("TransactionSet") => Some((Kind::Wrapped, &contract::TEMPLATE)),
        "TransactionSet" => Some((Kind::Write, &contract::SET)),
        "TransactionStateRequest" => Some((Kind::Read, &contract::REQUEST)),
        _ if has("Content") && has("Callback") => Some((Kind::Callback, &contract::CALLBACK)),
        _ if has("Requests") => Some((Kind::Commands, &contract::COMMANDS)),
        _ => None,
    }
}

/// What a root element is that holds no payload.
fn no_payload(nodes: &[Node]) -> Finding {
    let name = nodes[0].name.as_str();
    match name {
        "ServiceDefinition" => no_request(Kind::Definition),
        "AsyncRequest" | "TransactionSetResult" => no_request(Kind::Answer),
        _ => wrong_root(name),
    }
}

/// A body that is known in JSON only.
fn undocumented(name: &str, what: &str) -> Finding {
    at_root(
        Code::XmlRoot,
        format!("`{}` is {what}, and in XML nobody knows its names and their order", name.escape_debug()),
        "It is documented in JSON only; what P21 makes of it in XML is not known.",
        "send it as JSON".to_owned(),
    )
}

fn wrong_root(name: &str) -> Finding {
    let remedy = match nearest(name, [contract::SET.name, contract::REQUEST.name]) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write `TransactionSet`, or `TransactionStateRequest` to read".to_owned(),
    };
    at_root(
        Code::XmlRoot,
        format!("the root element is `{}`", name.escape_debug()),
        format!(
            "P21 binds nothing and refuses the request: HTTP 400 `{CONTENT_REQUIRED}` (inferred from a root without its \
             namespace, verified on 25.2)."
        ),
        remedy,
    )
}

fn wrong_namespace(found: Space) -> Finding {
    let problem = match found {
        Space::None => "the root element has no namespace",
        _ => "the root element is in another namespace than P21's",
    };
    at_root(
        Code::XmlNamespace,
        problem.to_owned(),
        format!("P21 binds nothing and refuses the request: HTTP 400 `{CONTENT_REQUIRED}` (verified on 25.2)."),
        format!("write `xmlns=\"{}\"` on the root element", crate::wire::xml::CONTRACT),
    )
}
