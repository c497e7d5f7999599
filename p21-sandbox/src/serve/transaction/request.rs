//! Request bodies, bound the way the middleware's Json.NET binds them.
//!
//! Names are case-sensitive, unknown members are ignored, the last of two equal members wins, a missing list is an
//! empty one. Numbers and booleans pass where a string is due; objects and arrays do not.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How the error about a status begins; what the server makes of it depends on its build.
pub(crate) const STATUS_TYPE: &str = "P21.Transactions.Model.V2.TransactionStatus";

/// Declares an object: its fields, the names they have on the wire, and the server's name of its type.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident as $server_name:literal { $($(#[$field_doc:meta])* $wire:literal => $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $($(#[$field_doc])* pub(crate) $field: $type,)*
        }

        impl ServerType for $name {
            const NAME: &'static str = $server_name;
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Members;
                impl<'de> Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "an object of type '{}'", $server_name)
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<$name, A::Error> {
                        let mut object = $name::default();
                        while let Some(name) = members.next_key::<std::borrow::Cow<'de, str>>()? {
                            match &*name {
                                $($wire => object.$field = members.next_value()?,)*
                                _ => {
                                    members.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(object)
                    }

                    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<$name, A::Error> {
                        Err(de::Error::custom(format_args!(
                            "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{}' because the type \
                             requires a JSON object (e.g. {{\"name\":\"value\"}}) to deserialize correctly",
                            $server_name
                        )))
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        Err(not_convertible(text, $server_name))
                    }
                }
                deserializer.deserialize_any(Members)
            }
        }
    };
}

object! {
    /// The body of `POST /api/v2/transaction`.
    TransactionSet as "P21.Transactions.Model.V2.TransactionSet" {
        "Name" => name: Text,
        "UseCodeValues" => use_code_values: Flag,
        "IgnoreDisabled" => ignore_disabled: Flag,
        "Transactions" => transactions: List<Transaction>,
    }
}

object! {
    /// One record's worth of edits.
    Transaction as "P21.Transactions.Model.V2.Transaction" {
        "Status" => status: Status,
        "DataElements" => elements: List<DataElement>,
    }
}

object! {
    /// Rows of an element.
    DataElement as "P21.Transactions.Model.V2.DataElement" {
        "Name" => name: Text,
        "Keys" => keys: List<Text>,
        "Rows" => rows: List<Row>,
    }
}

object! {
    /// A row.
    Row as "P21.Transactions.Model.V2.Row" {
        "Edits" => edits: List<Edit>,
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

/// What the server calls a type in its messages.
pub(crate) trait ServerType {
    const NAME: &'static str;
}

impl ServerType for Text {
    const NAME: &'static str = "System.String";
}

fn not_convertible<E: de::Error>(value: impl fmt::Display, server_type: &str) -> E {
    E::custom(format_args!("Error converting value \"{value}\" to type '{server_type}'"))
}

/// A list; null and absent are empty, its items may be null.
#[derive(Debug)]
pub(crate) struct List<T>(pub(crate) Vec<Option<T>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> List<T> {
    /// The items that are there.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }
}

impl<'de, T: Deserialize<'de> + ServerType> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + ServerType> Visitor<'de> for Items<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of '{}'", T::NAME)
            }

            fn visit_unit<E: de::Error>(self) -> Result<List<T>, E> {
                Ok(List::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<List<T>, E> {
                Err(not_convertible(text, &list_of(T::NAME)))
            }

            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<List<T>, A::Error> {
                Err(de::Error::custom(format_args!(
                    "Cannot deserialize the current JSON object (e.g. {{\"name\":\"value\"}}) into type '{}' because the \
                     type requires a JSON array (e.g. [1,2,3]) to deserialize correctly",
                    list_of(T::NAME)
                )))
            }
        }
        deserializer.deserialize_any(Items(PhantomData))
    }
}

fn list_of(name: &str) -> String {
    format!("System.Collections.Generic.List`1[{name}]")
}

/// A string; null and absent are `None`, numbers and booleans are taken as they are spelt.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Option<String>);

impl Text {
    /// The text, empty for null.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl<'de> Visitor<'de> for Scalar {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.to_owned())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
                Ok(Text(Some(text)))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Text, E> {
                Ok(Text(Some(flag.to_string())))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text, E> {
                Ok(Text(Some(number.to_string())))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text, E> {
                Ok(Text(Some(number.to_string())))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Text, E> {
                Ok(Text(Some(number.to_string())))
            }

            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Text, A::Error> {
                Err(de::Error::custom("Unexpected character encountered while parsing value: {"))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Text, A::Error> {
                Err(de::Error::custom("Unexpected character encountered while parsing value: ["))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

/// A boolean; `"true"` and numbers pass, as Json.NET lets them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let Some(text) = text else {
            return Err(de::Error::custom("Error converting value {null} to type 'System.Boolean'"));
        };
        match text.trim() {
            text if text.eq_ignore_ascii_case("true") => Ok(Self(true)),
            text if text.eq_ignore_ascii_case("false") => Ok(Self(false)),
            text => match text.parse::<f64>() {
                Ok(number) => Ok(Self(number != 0.0)),
                Err(_) => Err(de::Error::custom(format_args!("Could not convert string to boolean: {text}"))),
            },
        }
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
            Some(text) => Err(not_convertible(text, STATUS_TYPE)),
        }
    }
}
