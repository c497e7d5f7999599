//! Values bound the way the middleware's Json.NET binds them, and refused in its words.
//!
//! Names are case-sensitive, unknown members are ignored, the last of two equal members wins, a missing list is an
//! empty one. Numbers and booleans pass where a string is due; objects and arrays do not. Every type has its own words
//! for whatever does not fit, so that no text of the libraries here reaches a caller.

mod words;

use crate::facts::texts;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

pub(crate) use words::syntax;

/// Declares an object: its fields, the names they have on the wire, and the server's name of its type.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident as $server_name:literal { $($(#[$field_doc:meta])* $wire:literal => $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $($(#[$field_doc])* pub(crate) $field: $type,)*
        }

        impl $crate::serve::json_net::ServerType for $name {
            const NAME: &'static str = $server_name;
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use std::fmt;
                use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
                use $crate::serve::json_net::{not_convertible, quoted};

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
                        Err(not_convertible(quoted(text), $server_name))
                    }

                    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<$name, E> {
                        Err(not_convertible(if flag { "True" } else { "False" }, $server_name))
                    }

                    fn visit_i64<E: de::Error>(self, number: i64) -> Result<$name, E> {
                        Err(not_convertible(number, $server_name))
                    }

                    fn visit_u64<E: de::Error>(self, number: u64) -> Result<$name, E> {
                        Err(not_convertible(number, $server_name))
                    }

                    fn visit_f64<E: de::Error>(self, number: f64) -> Result<$name, E> {
                        Err(not_convertible(number, $server_name))
                    }

                    fn visit_unit<E: de::Error>(self) -> Result<$name, E> {
                        Err(not_convertible("{null}", $server_name))
                    }
                }
                deserializer.deserialize_any(Members)
            }
        }
    };
}

pub(crate) use object;

/// What the server calls a type in its messages.
pub(crate) trait ServerType {
    const NAME: &'static str;
}

impl ServerType for Text {
    const NAME: &'static str = "System.String";
}

/// A value that is none of its type's, as it is shown: texts in quotes, `{null}` for null.
pub(crate) fn not_convertible<E: de::Error>(value: impl fmt::Display, server_type: &str) -> E {
    E::custom(texts::NOT_CONVERTIBLE.with(&[&value.to_string(), server_type]))
}

/// A text as messages show it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
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

    /// The items that are there, with their places in the list.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &T)> {
        self.0.iter().enumerate().filter_map(|(place, item)| Some((place, item.as_ref()?)))
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
                Err(not_convertible(quoted(text), &list_of(T::NAME)))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<List<T>, E> {
                Err(not_convertible(if flag { "True" } else { "False" }, &list_of(T::NAME)))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<List<T>, E> {
                Err(not_convertible(number, &list_of(T::NAME)))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<List<T>, E> {
                Err(not_convertible(number, &list_of(T::NAME)))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<List<T>, E> {
                Err(not_convertible(number, &list_of(T::NAME)))
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
                Err(de::Error::custom(texts::UNEXPECTED_CHARACTER.with(&["{"])))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Text, A::Error> {
                Err(de::Error::custom(texts::UNEXPECTED_CHARACTER.with(&["["])))
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
            return Err(not_convertible("{null}", "System.Boolean"));
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

/// A whole number; texts that hold one pass. Null is zero's absence, and refused.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let Some(text) = text else {
            return Err(not_convertible("{null}", "System.Int32"));
        };
        match text.trim().parse::<i64>() {
            Ok(number) if i32::try_from(number).is_ok() => Ok(Self(number)),
            Ok(_) => Err(de::Error::custom(format_args!("JSON integer {text} is too large or small for an Int32"))),
            Err(_) if text.trim().parse::<f64>().is_ok() => {
                Err(de::Error::custom(format_args!("Input string '{text}' is not a valid integer")))
            }
            Err(_) => Err(de::Error::custom(format_args!("Could not convert string to integer: {text}"))),
        }
    }
}

/// Whether a member that the server binds and nobody knows the meaning of says anything: null and what is empty do not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Given(pub(crate) bool);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Null => false,
            Value::Bool(flag) => flag,
            Value::Number(_) => true,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        }))
    }
}
