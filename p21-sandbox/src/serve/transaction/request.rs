//! Bodies about transactions: sets of them, and requests for records.

use serde::de::{Deserialize, Deserializer};

use crate::serve::json_net::{Flag, Given, List, Text, not_convertible, object, quoted};

/// How the error about a status begins; what the server makes of it depends on its build.
pub(crate) const STATUS_TYPE: &str = "P21.Transactions.Model.V2.TransactionStatus";

object! {
    /// The body of `POST /api/v2/transaction`.
    TransactionSet as "P21.Transactions.Model.V2.TransactionSet" {
        "Name" => name: Text,
        "UseCodeValues" => use_code_values: Flag,
        "IgnoreDisabled" => ignore_disabled: Flag,
        "TransactionSplitMethod" => split_method: SplitMethod,
        "FieldMap" => field_map: Given,
        "Parameters" => parameters: Given,
        "Query" => query: Given,
        "Transactions" => transactions: List<Transaction>,
    }
}

object! {
    /// One record's worth of edits.
    Transaction as "P21.Transactions.Model.V2.Transaction" {
        "Status" => status: Status,
        "Documents" => documents: Given,
        "DataElements" => elements: List<DataElement>,
    }
}

object! {
    /// Rows of an element.
    DataElement as "P21.Transactions.Model.V2.DataElement" {
        "Name" => name: Text,
        "Type" => kind: Kind,
        "Keys" => keys: List<Text>,
        "Rows" => rows: List<Row>,
    }
}

object! {
    /// A row.
    Row as "P21.Transactions.Model.V2.Row" {
        "Edits" => edits: List<Edit>,
        "RelativeDateEdits" => relative_dates: Given,
    }
}

object! {
    /// A value for a field.
    Edit as "P21.Transactions.Model.V2.Edit" {
        "Name" => name: Text,
        "Value" => value: Text,
        "IgnoreIfEmpty" => ignore_if_empty: Flag,
    }
}

object! {
    /// The body of `POST /api/v2/transaction/get`.
    StateRequest as "P21.Transactions.Model.V2.TransactionStateRequest" {
        "ServiceName" => service: Text,
        "TransactionStates" => states: List<State>,
    }
}

object! {
    /// Which record is wanted.
    State as "P21.Transactions.Model.V2.TransactionState" {
        "DataElementName" => element: Text,
        "Keys" => keys: List<Key>,
    }
}

object! {
    /// A key and its value.
    Key as "P21.Transactions.Model.V2.Key" {
        "Name" => name: Text,
        "Value" => value: Text,
    }
}

impl Edit {
    /// The field's name; empty if there is none.
    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Whether the edit is skipped: nothing is typed.
    pub(crate) fn is_skipped(&self) -> bool {
        self.ignore_if_empty.0 && self.value.as_str().is_empty()
    }
}

/// A transaction's status on a write: its only member is `New`, which is 0.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status;

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        match text.as_deref() {
            None | Some("0") => Ok(Self),
            Some(text) if text.eq_ignore_ascii_case("new") => Ok(Self),
            Some(text) => Err(not_convertible(quoted(text), STATUS_TYPE)),
        }
    }
}

/// An enum whose members make no difference here: its names by number.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident as $server_name:literal: $($member:literal),+) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) i64);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let Text(text) = Text::deserialize(deserializer)?;
                let Some(text) = text else { return Ok(Self::default()) };
                // Any number is taken: Json.NET does not ask whether the enum has it.
                let named = [$($member),+].iter().position(|member| text.trim().eq_ignore_ascii_case(member));
                let number = named.and_then(|number| i64::try_from(number).ok()).or_else(|| text.trim().parse().ok());
                number.map(Self).ok_or_else(|| not_convertible(quoted(&text), $server_name))
            }
        }
    };
}

choice! {
    /// How a set is to be split. What the second way does is not known.
    SplitMethod as "P21.Transactions.Model.V2.TransactionSplitMethod": "Standard", "NoSplit"
}

choice! {
    /// What kind of element it is. The definition knows better.
    Kind as "P21.Transactions.Model.V2.DataElementType": "Form", "List"
}

impl TransactionSet {
    /// The members that say something and whose meaning is not known, by their paths. P21 takes them, and nobody has seen
    /// what they do.
    pub(crate) fn unread(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut note = |is_given: bool, path: &dyn Fn() -> String| {
            if is_given && found.len() < MAX_NOTED {
                found.push(path());
            }
        };
        note(self.split_method != SplitMethod::default(), &|| "TransactionSplitMethod".to_owned());
        note(self.field_map.0, &|| "FieldMap".to_owned());
        note(self.parameters.0, &|| "Parameters".to_owned());
        note(self.query.0, &|| "Query".to_owned());
        for (t, transaction) in self.transactions.numbered() {
            note(transaction.documents.0, &|| format!("Transactions[{t}].Documents"));
            for (e, element) in transaction.elements.numbered() {
                for (r, row) in element.rows.numbered() {
                    note(row.relative_dates.0, &|| {
                        format!("Transactions[{t}].DataElements[{e}].Rows[{r}].RelativeDateEdits")
                    });
                }
            }
        }
        found
    }
}

/// The most paths that are named.
const MAX_NOTED: usize = 10;
