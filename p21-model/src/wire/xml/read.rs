//! Answers in XML, as the JSON that P21 would have answered.

use serde_json::{Map, Value};

use super::tree::{Broken, Node, parse};
use crate::wire::contract::{self, Content};

/// What an answer is: the name of its root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Root {
    /// What became of a set of transactions.
    TransactionSetResult,
    /// Records that were read.
    TransactionSet,
    /// A service's definition. Its template is left out: the fields imply it.
    ServiceDefinition,
    /// The list of services.
    ArrayOfServiceInfo,
}

/// XML is not the answer it should be.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlReadError {
    /// It is no well-formed XML, or has what answers never have: a document type, unknown entities, endless nesting.
    #[error("the XML is broken at byte {at}: {problem}")]
    Broken {
        /// Where.
        at: usize,
        /// What is wrong.
        problem: String,
    },
    /// It is something else.
    #[error("the root element is `{found}`, not `{expected}`")]
    Root {
        /// What it is, cut to 80 characters.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// It is in another namespace.
    #[error("`{root}` is in the namespace `{found}`, not in `{expected}`")]
    Namespace {
        /// Its root element, cut to 80 characters.
        root: String,
        /// The namespace, cut to 200 characters; empty for none.
        found: String,
        /// The one that it should be in.
        expected: &'static str,
    },
    /// An element lacks one that it has to have, or has one that says nothing.
    #[error("`{element}` has no `{member}`")]
    Missing {
        /// The element.
        element: &'static str,
        /// What it lacks.
        member: &'static str,
    },
    /// An element says something that it can't say.
    #[error("`{member}` can't be `{found}`: it is {expected}")]
    Value {
        /// The element.
        member: &'static str,
        /// What it says, cut to 80 characters.
        found: String,
        /// What it should say.
        expected: &'static str,
    },
}

crate::debug_is_its_line!(XmlReadError);

impl Root {
    fn name_and_content(self) -> (&'static str, Content) {
        let class = match self {
            Self::TransactionSetResult => &contract::RESULT,
            Self::TransactionSet => &contract::SET,
            Self::ServiceDefinition => &contract::DEFINITION,
            Self::ArrayOfServiceInfo => return ("ArrayOfServiceInfo", Content::AnyList),
        };
        (class.name, Content::Object(class))
    }
}

/// Reads an answer in XML as the JSON that P21 would have answered. Namespaces and the order of elements don't matter
/// here: what P21 writes is taken as it is.
///
/// ```
/// use p21_model::outcome::TransactionSetResult;
/// use p21_model::xml::{Root, to_json};
///
/// let xml = "<TransactionSetResult><Summary><Succeeded>1</Succeeded></Summary></TransactionSetResult>";
/// let result: TransactionSetResult = serde_json::from_value(to_json(xml, Root::TransactionSetResult)?)?;
/// assert_eq!(result.summary.succeeded, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// It is no XML, or another answer.
pub fn to_json(text: &str, root: Root) -> Result<Value, XmlReadError> {
    let (expected, content) = root.name_and_content();
    let nodes = parse(text.trim_start_matches('\u{feff}'))
        .map_err(|Broken { at, problem }| XmlReadError::Broken { at, problem })?;
    if nodes[0].name != expected {
        return Err(XmlReadError::Root { found: nodes[0].name.chars().take(80).collect(), expected });
    }
    Ok(value(&nodes, 0, content))
}

fn value(nodes: &[Node], at: usize, content: Content) -> Value {
    let node = &nodes[at];
    if node.is_nil {
        return Value::Null;
    }
    let items = |content: Content| node.children.iter().map(|child| value(nodes, *child, content)).collect();
    match content {
        Content::Text => Value::String(node.text.clone()),
        Content::Flag => match node.text.trim() {
            "true" | "1" => Value::Bool(true),
            "false" | "0" | "" => Value::Bool(false),
            other => Value::String(other.to_owned()),
        },
        Content::Number => match node.text.trim().parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => Value::String(node.text.clone()),
        },
        Content::Any if node.children.is_empty() => Value::String(node.text.clone()),
        Content::Any => {
            let members = node.children.iter().map(|child| (nodes[*child].name.clone(), value(nodes, *child, content)));
            Value::Object(members.collect())
        }
        // Items, whatever their elements are called.
        Content::AnyList => Value::Array(items(Content::Any)),
        Content::Names => Value::Array(items(Content::Text)),
        Content::List(class) => Value::Array(items(Content::Object(class))),
        // What isn't among the members is left out.
        Content::Object(class) => {
            let known = node.children.iter().filter_map(|child| {
                let (name, content) = class.children.iter().find(|(name, _)| *name == nodes[*child].name)?;
                Some(((*name).to_owned(), value(nodes, *child, *content)))
            });
            Value::Object(known.collect::<Map<_, _>>())
        }
    }
}
