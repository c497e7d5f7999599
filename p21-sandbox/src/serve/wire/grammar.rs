//! The types that come in as XML: their members in the order that the serializer reads them.

use crate::serve::transaction::request::{StateRequest, TransactionSet};

/// An object.
pub(crate) struct Class {
    /// The name of its element.
    pub(super) name: &'static str,
    /// Its children, in alphabetical order.
    pub(super) members: &'static [(&'static str, Content)],
    /// What becomes of an object that lost a child because it came too late.
    pub(super) loss: Loss,
}

/// What an element holds.
#[derive(Clone, Copy)]
pub(super) enum Content {
    Text,
    Flag,
    /// Objects, each in an element named after its class.
    List(&'static Class),
    /// Names, each in a `string` of the arrays' namespace.
    Strings,
    /// What makes no difference.
    Ignored,
    /// What nobody knows the meaning of: whether it says anything.
    Noticed,
}

/// What a lost child does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// The request fails.
    Request,
    /// The transaction around it fails: it is null in the set.
    Transaction,
    /// The member is missing, and that is all.
    Member,
}

/// A body that has an XML form.
pub(crate) trait Contract {
    const CLASS: &'static Class;
}

impl Contract for TransactionSet {
    const CLASS: &'static Class = &SET;
}

impl Contract for StateRequest {
    const CLASS: &'static Class = &REQUEST;
}

static SET: Class = Class {
    name: "TransactionSet",
    members: &[
        ("Description", Content::Ignored),
        ("FieldMap", Content::Noticed),
        ("IgnoreDisabled", Content::Flag),
        ("Name", Content::Text),
        ("Parameters", Content::Noticed),
        ("Query", Content::Noticed),
        ("TransactionSplitMethod", Content::Text),
        ("Transactions", Content::List(&TRANSACTION)),
        ("UseCodeValues", Content::Flag),
    ],
    loss: Loss::Request,
};

pub(super) static TRANSACTION: Class = Class {
    name: "Transaction",
    members: &[("DataElements", Content::List(&ELEMENT)), ("Documents", Content::Noticed), ("Status", Content::Text)],
    loss: Loss::Transaction,
};

static ELEMENT: Class = Class {
    name: "DataElement",
    members: &[
        ("BusinessObjectName", Content::Ignored),
        ("Keys", Content::Strings),
        ("Name", Content::Text),
        ("Rows", Content::List(&ROW)),
        ("Type", Content::Text),
    ],
    loss: Loss::Transaction,
};

static ROW: Class = Class {
    name: "Row",
    members: &[("Edits", Content::List(&EDIT)), ("RelativeDateEdits", Content::Noticed)],
    loss: Loss::Transaction,
};

static EDIT: Class = Class {
    name: "Edit",
    members: &[("IgnoreIfEmpty", Content::Flag), ("Name", Content::Text), ("Value", Content::Text)],
    loss: Loss::Transaction,
};

static REQUEST: Class = Class {
    name: "TransactionStateRequest",
    members: &[("ServiceName", Content::Text), ("TransactionStates", Content::List(&STATE))],
    loss: Loss::Request,
};

static STATE: Class = Class {
    name: "TransactionState",
    members: &[("DataElementName", Content::Text), ("Keys", Content::List(&KEY))],
    loss: Loss::Member,
};

static KEY: Class =
    Class { name: "Key", members: &[("Name", Content::Text), ("Value", Content::Text)], loss: Loss::Member };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_in_alphabetical_order() {
        for class in [&SET, &TRANSACTION, &ELEMENT, &ROW, &EDIT, &REQUEST, &STATE, &KEY] {
            assert!(class.members.is_sorted_by(|one, other| one.0 < other.0), "{}", class.name);
        }
    }
}
