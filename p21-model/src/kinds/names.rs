//! A name, or several that share a place.

use serde::Deserialize;

/// A field, or alternatives that share a place in an order.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One field.
    One(String),
    /// Any of these.
    More(Vec<String>),
}

impl OneOrMore {
    /// The fields.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }
}
