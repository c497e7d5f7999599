//! What came of a record that was typed into its window.

use std::fmt;

use super::NotTyped;
use crate::error::Error;
use crate::windows::Answered;

/// A record that a window has stored.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Entered {
    /// The fields of the record's key, and their values: those that were typed, or that P21 gave.
    pub key: Vec<(String, String)>,
    /// Whether a read shows that what is stored is what was built.
    pub proof: EntryProof,
    /// What was done, a line a step.
    pub done: Vec<String>,
    /// The response windows that rules or the program answered.
    pub answered: Vec<Answered>,
}

impl Entered {
    /// The value of a field of the key.
    pub fn key(&self, field: &str) -> Option<&str> {
        self.key.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// Whether all of it was read back as it was built.
    pub fn is_proven(&self) -> bool {
        self.proof == EntryProof::Proven
    }
}

/// Whether what is stored is known to be what was built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum EntryProof {
    /// All of it was read back.
    Proven,
    /// P21 says that it is stored, and no read shows these parts of it.
    NotProven(Vec<String>),
}

/// A record that is not stored by a window, or not whole, or nobody knows.
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum NotEntered {
    /// It lacks something that its window wants, or no rule says how it is typed: no window was opened.
    NotTyped(NotTyped),
    /// Nothing of it is stored: P21 refused a step before anything was saved, or a read shows that nothing was.
    Refused(Error),
    /// A part of it is stored.
    PartlyStored(Box<PartlyStored>),
    /// Whether it is stored isn't known.
    Ambiguous(Box<Ambiguous>),
}

p21_model::debug_is_its_line!(NotEntered);

/// What is known of a record of which a part is stored.
#[derive(Debug)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PartlyStored {
    /// The fields of its key, and their values.
    pub key: Vec<(String, String)>,
    /// What was done and saved, a line a step.
    pub stored: Vec<String>,
    /// What was not.
    pub left: Vec<String>,
    /// Why.
    pub error: Error,
}

/// What is known of a record of which nobody knows whether it is stored.
#[derive(Debug)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Ambiguous {
    /// The fields of its key, and their values, where they are known.
    pub key: Vec<(String, String)>,
    /// What was done, a line a step.
    pub done: Vec<String>,
    /// Of what was done that which is known to be stored, by an earlier save or transaction.
    pub stored: Vec<String>,
    /// What a look at the record showed, if there was one.
    pub look: Option<String>,
    /// What went wrong.
    pub error: Error,
}

impl NotEntered {
    /// The error behind it, unless the record was not typed at all.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::NotTyped(_) => None,
            Self::Refused(error) => Some(error),
            Self::PartlyStored(partly) => Some(&partly.error),
            Self::Ambiguous(ambiguous) => Some(&ambiguous.error),
        }
    }

    /// Whether nothing of it is stored.
    pub fn is_nothing_stored(&self) -> bool {
        matches!(self, Self::NotTyped(_) | Self::Refused(_))
    }
}

impl fmt::Display for NotEntered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTyped(not_typed) => not_typed.fmt(f),
            Self::Refused(error) => write!(f, "nothing is stored: {error}"),
            Self::PartlyStored(partly) => {
                write!(f, "the record{} is stored in part: {}; ", named(&partly.key), partly.error)?;
                write!(f, "not done: {}", partly.left.join(", "))
            }
            Self::Ambiguous(ambiguous) => {
                let what = if ambiguous.stored.is_empty() { "the record" } else { "the rest of the stored record" };
                write!(f, "nobody knows whether {what}{} is stored: {}", named(&ambiguous.key), ambiguous.error)?;
                match &ambiguous.look {
                    Some(look) => write!(f, "; {look}"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn named(key: &[(String, String)]) -> String {
    key.iter().map(|(field, value)| format!(" {field}={value:?}")).collect()
}

impl std::error::Error for NotEntered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotTyped(not_typed) => Some(not_typed),
            other => other.error().map(|error| error as _),
        }
    }
}

impl From<NotTyped> for NotEntered {
    fn from(not_typed: NotTyped) -> Self {
        Self::NotTyped(not_typed)
    }
}
