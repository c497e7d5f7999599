//! The classes of P21's DataContract: which elements there are, and in which order. The writer, the reader of answers and
//! the check of payloads all go by these.

pub(crate) use crate::wire::xml::{ARRAYS, CONTRACT};

/// An object: its children in the order that P21 needs.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) children: &'static [(&'static str, Content)],
}

impl Class {
    /// The names of its children. They don't compile unless they are all of them, in alphabetical order.
    pub(crate) const fn members<const N: usize>(&self) -> [&'static str; N] {
        assert!(self.children.len() == N, "every member of the class has its place");
        let mut names = [""; N];
        let mut at = 0;
        while at < N {
            names[at] = self.children[at].0;
            assert!(at == 0 || comes_before(names[at - 1], names[at]), "members are in alphabetical order");
            at += 1;
        }
        names
    }
}

const fn comes_before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    a.len() < b.len()
}

/// What a child holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    Text,
    Flag,
    Number,
    /// An object, in the element itself.
    Object(&'static Class),
    /// Objects, each in an element named after its class; whatever it is called where the class has no name.
    List(&'static Class),
    /// Names of fields and other texts, as strings in the namespace of arrays.
    Names,
    /// Undocumented; carried as it is.
    Any,
    /// The same, of what is a list in JSON.
    AnyList,
}

pub(crate) static SET: Class = Class {
    name: "TransactionSet",
    children: &[
        ("Description", Content::Any),
        ("FieldMap", Content::AnyList),
        ("IgnoreDisabled", Content::Flag),
        ("Name", Content::Text),
        ("Parameters", Content::Any),
        ("Query", Content::Any),
        ("TransactionSplitMethod", Content::Any),
        ("Transactions", Content::List(&TRANSACTION)),
        ("UseCodeValues", Content::Flag),
    ],
};

pub(crate) static TRANSACTION: Class = Class {
    name: "Transaction",
    children: &[("DataElements", Content::List(&ELEMENT)), ("Documents", Content::AnyList), ("Status", Content::Text)],
};

pub(crate) static ELEMENT: Class = Class {
    name: "DataElement",
    children: &[
        ("BusinessObjectName", Content::Any),
        ("Keys", Content::Names),
        ("Name", Content::Text),
        ("Rows", Content::List(&ROW)),
        ("Type", Content::Text),
    ],
};

pub(crate) static ROW: Class =
    Class { name: "Row", children: &[("Edits", Content::List(&EDIT)), ("RelativeDateEdits", Content::AnyList)] };

pub(crate) static EDIT: Class = Class {
    name: "Edit",
    children: &[("IgnoreIfEmpty", Content::Flag), ("Name", Content::Text), ("Value", Content::Text)],
};

/// A set in what definitions have around it.
pub(crate) static TEMPLATE: Class = Class { name: "Template", children: &[("TransactionSet", Content::Object(&SET))] };

/// A request with a callback. Its XML is not documented: the names are those of JSON, the order is the contract's.
pub(crate) static CALLBACK: Class =
    Class { name: "", children: &[("Callback", Content::Object(&CALLED)), ("Content", Content::Object(&SET))] };

static CALLED: Class = Class {
    name: "Callback",
    children: &[
        ("ContentType", Content::Text),
        ("Headers", Content::List(&HEADER)),
        ("Method", Content::Text),
        ("Url", Content::Text),
    ],
};

static HEADER: Class = Class { name: "Header", children: &[("Name", Content::Text), ("Value", Content::Text)] };

/// Window commands. Their XML is not documented: the names are those of JSON, the order is the contract's, and nobody knows
/// what the items of the lists are called.
pub(crate) static COMMANDS: Class = Class { name: "", children: &[("Requests", Content::List(&COMMAND))] };

static COMMAND: Class = Class {
    name: "",
    children: &[("Action", Content::Number), ("Args", Content::Object(&ARGUMENTS)), ("DetailLevel", Content::Number)],
};

static ARGUMENTS: Class = Class {
    name: "",
    children: &[
        ("DatawindowName", Content::Text),
        ("List", Content::List(&CHANGE)),
        ("Row", Content::Number),
        ("ServiceName", Content::Text),
        ("ToolName", Content::Text),
    ],
};

static CHANGE: Class = Class {
    name: "",
    children: &[("DatawindowName", Content::Text), ("FieldName", Content::Text), ("Value", Content::Text)],
};

pub(crate) static REQUEST: Class = Class {
    name: "TransactionStateRequest",
    children: &[("ServiceName", Content::Text), ("TransactionStates", Content::List(&STATE))],
};

pub(crate) static STATE: Class =
    Class { name: "TransactionState", children: &[("DataElementName", Content::Text), ("Keys", Content::List(&KEY))] };

/// A key of a read request: with its value, and no string of the arrays' namespace.
pub(crate) static KEY: Class = Class { name: "Key", children: &[("Name", Content::Text), ("Value", Content::Text)] };

/// What became of a set.
pub(crate) static RESULT: Class = Class {
    name: "TransactionSetResult",
    children: &[
        ("Messages", Content::Names),
        ("Results", Content::Object(&SET)),
        ("Summary", Content::Object(&SUMMARY)),
    ],
};

static SUMMARY: Class = Class {
    name: "Summary",
    children: &[("Failed", Content::Number), ("Other", Content::Number), ("Succeeded", Content::Number)],
};

/// A service's definition. Its template is left out: the fields imply it.
pub(crate) static DEFINITION: Class = Class {
    name: "ServiceDefinition",
    children: &[("Name", Content::Text), ("TransactionDefinition", Content::Object(&TRANSACTION_DEFINITION))],
};

static TRANSACTION_DEFINITION: Class = Class {
    name: "TransactionDefinition",
    children: &[("DataElementDefinitions", Content::List(&ELEMENT_DEFINITION)), ("KeyDefinitions", Content::AnyList)],
};

static ELEMENT_DEFINITION: Class = Class {
    name: "DataElementDefinition",
    children: &[
        ("BusinessObjectName", Content::Text),
        ("DatawindowName", Content::Text),
        ("FieldDefinitions", Content::List(&FIELD_DEFINITION)),
        ("KeyFields", Content::Names),
        ("Name", Content::Text),
        ("ParentText", Content::Text),
        ("Type", Content::Text),
    ],
};

static FIELD_DEFINITION: Class = Class {
    name: "FieldDefinition",
    children: &[
        ("DataType", Content::Text),
        ("DbColumnName", Content::Text),
        ("Label", Content::Text),
        ("Name", Content::Text),
        ("Required", Content::Flag),
        ("ValidValues", Content::Names),
    ],
};
