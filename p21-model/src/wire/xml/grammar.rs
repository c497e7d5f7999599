//! What P21's DataContract reads: which elements, and in which order.

pub(crate) use crate::wire::xml::{ARRAYS, CONTRACT};

/// An object: its children in the order that P21 needs.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) children: &'static [(&'static str, Content)],
}

/// What a child holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    Text,
    Flag,
    /// An object, in the element itself.
    Object(&'static Class),
    /// Objects, each in an element named after its class.
    List(&'static Class),
    /// The names of fields, as strings in the namespace of arrays.
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

static TRANSACTION: Class = Class {
    name: "Transaction",
    children: &[("DataElements", Content::List(&ELEMENT)), ("Documents", Content::AnyList), ("Status", Content::Text)],
};

static ELEMENT: Class = Class {
    name: "DataElement",
    children: &[
        ("BusinessObjectName", Content::Any),
        ("Keys", Content::Names),
        ("Name", Content::Text),
        ("Rows", Content::List(&ROW)),
        ("Type", Content::Text),
    ],
};

static ROW: Class =
    Class { name: "Row", children: &[("Edits", Content::List(&EDIT)), ("RelativeDateEdits", Content::AnyList)] };

static EDIT: Class = Class {
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

pub(crate) static REQUEST: Class = Class {
    name: "TransactionStateRequest",
    children: &[("ServiceName", Content::Text), ("TransactionStates", Content::List(&STATE))],
};

static STATE: Class =
    Class { name: "TransactionState", children: &[("DataElementName", Content::Text), ("Keys", Content::List(&KEY))] };

/// A key of a read request: with its value, and no string of the arrays' namespace.
pub(crate) static KEY: Class = Class { name: "Key", children: &[("Name", Content::Text), ("Value", Content::Text)] };
