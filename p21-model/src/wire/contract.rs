//! The classes of P21's DataContract: which members there are, and in which order. Payloads in JSON, the writer and the
//! reader of XML and the check of both all go by these.

/// An object: its children in the order that P21 needs.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) children: &'static [(&'static str, Content)],
}

impl Class {
    /// The names of its children.
    pub(crate) const fn members<const N: usize>(&self) -> [&'static str; N] {
        assert!(self.children.len() == N, "every member of the class has its place");
        let mut names = [""; N];
        let mut at = 0;
        while at < N {
            names[at] = self.children[at].0;
            at += 1;
        }
        names
    }

    /// Does not compile unless the children are in alphabetical order.
    const fn assert_sorted(&self) {
        let mut at = 1;
        while at < self.children.len() {
            let (before, after) = (self.children[at - 1].0, self.children[at].0);
            assert!(comes_before(before, after), "members are in alphabetical order");
            at += 1;
        }
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

/// Declares a class, and its members' names in a module of its own.
macro_rules! class {
    ($(#[$doc:meta])* $class:ident $module:ident = $name:literal { $($member:ident $text:literal $content:expr,)+ }) => {
        $(#[$doc])*
        pub(crate) static $class: Class = Class { name: $name, children: &[$(($module::$member, $content)),+] };

        const _: () = $class.assert_sorted();

        #[allow(dead_code, reason = "not every class has a writer")]
        pub(crate) mod $module {
            $(pub(crate) const $member: &str = $text;)+
        }
    };
}

class! {
    SET set = "TransactionSet" {
        DESCRIPTION "Description" Content::Any,
        FIELD_MAP "FieldMap" Content::AnyList,
        IGNORE_DISABLED "IgnoreDisabled" Content::Flag,
        NAME "Name" Content::Text,
        PARAMETERS "Parameters" Content::Any,
        QUERY "Query" Content::Any,
        TRANSACTION_SPLIT_METHOD "TransactionSplitMethod" Content::Any,
        TRANSACTIONS "Transactions" Content::List(&TRANSACTION),
        USE_CODE_VALUES "UseCodeValues" Content::Flag,
    }
}

class! {
    TRANSACTION transaction = "Transaction" {
        DATA_ELEMENTS "DataElements" Content::List(&ELEMENT),
        DOCUMENTS "Documents" Content::AnyList,
        STATUS "Status" Content::Text,
    }
}

class! {
    ELEMENT element = "DataElement" {
        BUSINESS_OBJECT_NAME "BusinessObjectName" Content::Any,
        KEYS "Keys" Content::Names,
        NAME "Name" Content::Text,
        ROWS "Rows" Content::List(&ROW),
        TYPE "Type" Content::Text,
    }
}

class! {
    ROW row = "Row" {
        EDITS "Edits" Content::List(&EDIT),
        RELATIVE_DATE_EDITS "RelativeDateEdits" Content::AnyList,
    }
}

class! {
    EDIT edit = "Edit" {
        IGNORE_IF_EMPTY "IgnoreIfEmpty" Content::Flag,
        NAME "Name" Content::Text,
        VALUE "Value" Content::Text,
    }
}

class! {
    /// A set in what definitions have around it.
    TEMPLATE template = "Template" {
        TRANSACTION_SET "TransactionSet" Content::Object(&SET),
    }
}

class! {
    /// A request with a callback. Its XML is not documented: the names are those of JSON, the order is the contract's.
    CALLBACK callback = "" {
        CALLBACK "Callback" Content::Object(&CALLED),
        CONTENT "Content" Content::Object(&SET),
    }
}

class! {
    CALLED called = "Callback" {
        CONTENT_TYPE "ContentType" Content::Text,
        HEADERS "Headers" Content::List(&HEADER),
        METHOD "Method" Content::Text,
        URL "Url" Content::Text,
    }
}

class! {
    HEADER header = "Header" {
        NAME "Name" Content::Text,
        VALUE "Value" Content::Text,
    }
}

class! {
    /// Window commands. Their XML is not documented: the names are those of JSON, the order is the contract's, and nobody
    /// knows what the items of the lists are called.
    COMMANDS commands = "" {
        REQUESTS "Requests" Content::List(&COMMAND),
    }
}

class! {
    COMMAND command = "" {
        ACTION "Action" Content::Number,
        ARGS "Args" Content::Object(&ARGUMENTS),
        DETAIL_LEVEL "DetailLevel" Content::Number,
    }
}

class! {
    ARGUMENTS arguments = "" {
        DATAWINDOW_NAME "DatawindowName" Content::Text,
        LIST "List" Content::List(&CHANGE),
        ROW "Row" Content::Number,
        SERVICE_NAME "ServiceName" Content::Text,
        TOOL_NAME "ToolName" Content::Text,
    }
}

class! {
    CHANGE change = "" {
        DATAWINDOW_NAME "DatawindowName" Content::Text,
        FIELD_NAME "FieldName" Content::Text,
        VALUE "Value" Content::Text,
    }
}

class! {
    REQUEST request = "TransactionStateRequest" {
        SERVICE_NAME "ServiceName" Content::Text,
        TRANSACTION_STATES "TransactionStates" Content::List(&STATE),
    }
}

class! {
    STATE state = "TransactionState" {
        DATA_ELEMENT_NAME "DataElementName" Content::Text,
        KEYS "Keys" Content::List(&KEY),
    }
}

class! {
    /// A key of a read request: with its value, and no string of the arrays' namespace.
    KEY key = "Key" {
        NAME "Name" Content::Text,
        VALUE "Value" Content::Text,
    }
}

class! {
    /// What became of a set.
    RESULT result = "TransactionSetResult" {
        MESSAGES "Messages" Content::Names,
        RESULTS "Results" Content::Object(&SET),
        SUMMARY "Summary" Content::Object(&SUMMARY),
    }
}

class! {
    SUMMARY summary = "Summary" {
        FAILED "Failed" Content::Number,
        OTHER "Other" Content::Number,
        SUCCEEDED "Succeeded" Content::Number,
    }
}

class! {
    /// A service's definition. Its template is left out: the fields imply it.
    DEFINITION definition = "ServiceDefinition" {
        NAME "Name" Content::Text,
        TRANSACTION_DEFINITION "TransactionDefinition" Content::Object(&TRANSACTION_DEFINITION),
    }
}

class! {
    TRANSACTION_DEFINITION transaction_definition = "TransactionDefinition" {
        DATA_ELEMENT_DEFINITIONS "DataElementDefinitions" Content::List(&ELEMENT_DEFINITION),
        KEY_DEFINITIONS "KeyDefinitions" Content::AnyList,
    }
}

class! {
    ELEMENT_DEFINITION element_definition = "DataElementDefinition" {
        BUSINESS_OBJECT_NAME "BusinessObjectName" Content::Text,
        DATAWINDOW_NAME "DatawindowName" Content::Text,
        FIELD_DEFINITIONS "FieldDefinitions" Content::List(&FIELD_DEFINITION),
        KEY_FIELDS "KeyFields" Content::Names,
        NAME "Name" Content::Text,
        PARENT_TEXT "ParentText" Content::Text,
        TYPE "Type" Content::Text,
    }
}

class! {
    FIELD_DEFINITION field_definition = "FieldDefinition" {
        DATA_TYPE "DataType" Content::Text,
        DB_COLUMN_NAME "DbColumnName" Content::Text,
        LABEL "Label" Content::Text,
        NAME "Name" Content::Text,
        REQUIRED "Required" Content::Flag,
        VALID_VALUES "ValidValues" Content::Names,
    }
}
