//! Answers in XML, as the JSON that P21 would have answered.

use serde_json::{Map, Value};

use crate::wire::xml::tree::{Broken, Node, parse};

/// What an answer is: the name of its root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
}

/// What an element holds, as JSON.
enum Shape {
    Text,
    Flag,
    Number,
    /// A text, or an object of what is in it.
    Any,
    /// Items, whatever their elements are called.
    List(&'static Shape),
    /// Members; what isn't among them is left out.
    Object(&'static [(&'static str, Shape)]),
}

const TEXTS: Shape = Shape::List(&Shape::Text);

static SET: Shape = Shape::Object(SET_MEMBERS);

const SET_MEMBERS: &[(&str, Shape)] = &[
    ("Description", Shape::Text),
    ("FieldMap", Shape::List(&Shape::Any)),
    ("IgnoreDisabled", Shape::Flag),
    ("Name", Shape::Text),
    ("Parameters", Shape::Any),
    ("Query", Shape::Any),
    ("TransactionSplitMethod", Shape::Text),
    ("Transactions", Shape::List(&TRANSACTION)),
    ("UseCodeValues", Shape::Flag),
];

static TRANSACTION: Shape = Shape::Object(&[
    ("DataElements", Shape::List(&ELEMENT)),
    ("Documents", Shape::List(&Shape::Any)),
    ("Status", Shape::Text),
]);

static ELEMENT: Shape = Shape::Object(&[
    ("BusinessObjectName", Shape::Text),
    ("Keys", TEXTS),
    ("Name", Shape::Text),
    ("Rows", Shape::List(&ROW)),
    ("Type", Shape::Text),
]);

static ROW: Shape = Shape::Object(&[("Edits", Shape::List(&EDIT)), ("RelativeDateEdits", Shape::List(&Shape::Any))]);

static EDIT: Shape = Shape::Object(&[("IgnoreIfEmpty", Shape::Flag), ("Name", Shape::Text), ("Value", Shape::Text)]);

static RESULT: Shape = Shape::Object(&[
    ("Messages", TEXTS),
    ("Results", Shape::Object(SET_MEMBERS)),
    ("Summary", Shape::Object(&[("Failed", Shape::Number), ("Other", Shape::Number), ("Succeeded", Shape::Number)])),
]);

static DEFINITION: Shape = Shape::Object(&[
    ("Name", Shape::Text),
    (
        "TransactionDefinition",
        Shape::Object(&[
            ("DataElementDefinitions", Shape::List(&ELEMENT_DEFINITION)),
            ("KeyDefinitions", Shape::List(&Shape::Any)),
        ]),
    ),
]);

static ELEMENT_DEFINITION: Shape = Shape::Object(&[
    ("BusinessObjectName", Shape::Text),
    ("DatawindowName", Shape::Text),
    ("FieldDefinitions", Shape::List(&FIELD_DEFINITION)),
    ("KeyFields", TEXTS),
    ("Name", Shape::Text),
    ("ParentText", Shape::Text),
    ("Type", Shape::Text),
]);

static FIELD_DEFINITION: Shape = Shape::Object(&[
    ("DataType", Shape::Text),
    ("DbColumnName", Shape::Text),
    ("Label", Shape::Text),
    ("Name", Shape::Text),
    ("Required", Shape::Flag),
    ("ValidValues", TEXTS),
]);

static SERVICES: Shape = Shape::List(&Shape::Any);

impl Root {
    fn name_and_shape(self) -> (&'static str, &'static Shape) {
        match self {
            Self::TransactionSetResult => ("TransactionSetResult", &RESULT),
            Self::TransactionSet => ("TransactionSet", &SET),
            Self::ServiceDefinition => ("ServiceDefinition", &DEFINITION),
            Self::ArrayOfServiceInfo => ("ArrayOfServiceInfo", &SERVICES),
        }
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
    let (expected, shape) = root.name_and_shape();
    let nodes = parse(text.trim_start_matches('\u{feff}'))
        .map_err(|Broken { at, problem }| XmlReadError::Broken { at, problem })?;
    if nodes[0].name != expected {
        return Err(XmlReadError::Root { found: nodes[0].name.chars().take(80).collect(), expected });
    }
    Ok(value(&nodes, 0, shape))
}

fn value(nodes: &[Node], at: usize, shape: &Shape) -> Value {
    let node = &nodes[at];
    if node.is_nil {
        return Value::Null;
    }
    match shape {
        Shape::Text => Value::String(node.text.clone()),
        Shape::Flag => match node.text.trim() {
            "true" | "1" => Value::Bool(true),
            "false" | "0" | "" => Value::Bool(false),
            other => Value::String(other.to_owned()),
        },
        Shape::Number => match node.text.trim().parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => Value::String(node.text.clone()),
        },
        Shape::Any if node.children.is_empty() => Value::String(node.text.clone()),
        Shape::Any => {
            let members = node.children.iter().map(|child| (nodes[*child].name.clone(), value(nodes, *child, shape)));
            Value::Object(members.collect())
        }
        Shape::List(item) => Value::Array(node.children.iter().map(|child| value(nodes, *child, item)).collect()),
        Shape::Object(members) => {
            let known = node.children.iter().filter_map(|child| {
                let (name, shape) = members.iter().find(|(name, _)| *name == nodes[*child].name)?;
                Some(((*name).to_owned(), value(nodes, *child, shape)))
            });
            Value::Object(known.collect::<Map<_, _>>())
        }
    }
}
