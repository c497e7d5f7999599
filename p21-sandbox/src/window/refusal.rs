//! Why a transaction is refused, in P21's words.

use crate::facts::texts;
use crate::store::StoreError;

/// A transaction can't go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// P21 refuses it.
    Refused(Refusal),
    /// The window asks something, and whoever drives it has left the question up.
    Asked,
    /// The sandbox's own storage failed.
    Store(StoreError),
}

/// P21's answer to a transaction it does not store.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The text after `Transaction n:: `.
    pub(crate) text: String,
    /// The text after `Transaction n: ` of a second message.
    pub(crate) trailer: Option<String>,
    /// The words are the sandbox's own: P21's are not known. Answers that hold such words are marked.
    pub(crate) is_own: bool,
    pub(crate) source: Source,
}

/// What of the window refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// It says so itself, in a message.
    Message,
    /// Whoever types meets an exception: a column or a tab is disabled, a name is none.
    Exception,
    /// A value is none of its field's.
    Value,
}

impl Refusal {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), trailer: None, is_own: false, source: Source::Message }
    }

    /// In the words that a service has for it.
    pub(crate) fn in_words(text: impl Into<String>, is_own: bool) -> Self {
        Self { is_own, ..Self::new(text) }
    }

    /// The text as a window says it.
    pub(crate) fn plain(&self) -> &str {
        let general =
            texts::GENERAL.gaps(&self.text).filter(|_| self.text.starts_with(texts::GENERAL.with(&[""]).as_str()));
        general.and_then(|gaps| gaps.first().copied()).unwrap_or(&self.text)
    }
}

impl Stop {
    /// What P21 answers to a call that can't wait: a question that is up is a window nobody expected.
    pub(crate) fn into_refusal(self) -> Result<Refusal, StoreError> {
        match self {
            Self::Refused(refusal) => Ok(refusal),
            Self::Asked => Ok(Refusal::new(texts::unexpected_window(None))),
            Self::Store(error) => Err(error),
        }
    }

    /// A window's own message.
    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(text))
    }

    /// A refusal of P21's whose words are not known.
    pub(crate) fn in_own_words(text: impl Into<String>) -> Self {
        Self::Refused(Refusal::in_words(text, true))
    }

    /// The same, in the sandbox's own words if P21's are not known here.
    #[must_use]
    pub(crate) fn own_if(self, is_unknown: bool) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { is_own: refusal.is_own || is_unknown, ..refusal }),
            other => other,
        }
    }

    /// An error of the engine that replays the payload.
    pub(crate) fn general(text: impl std::fmt::Display) -> Self {
        let text = texts::GENERAL.with(&[&text.to_string()]);
        Self::Refused(Refusal { source: Source::Exception, ..Refusal::new(text) })
    }

    /// An error about a whole tab: P21 says it twice.
    pub(crate) fn tab(element: &str, datawindow: &str, text: &str) -> Self {
        Self::Refused(Refusal {
            trailer: Some(texts::ELEMENT_ERROR.with(&[element, datawindow, text])),
            source: Source::Exception,
            ..Refusal::new(texts::GENERAL.with(&[text]))
        })
    }

    /// A message that names the field it is about, by the part of the element's name after the dot.
    pub(crate) fn attributed(text: &str, datawindow: &str, field: &str) -> Self {
        Self::refused(format!("{text} {}", texts::ATTRIBUTION.with(&[datawindow, field])))
    }

    /// What a key that a row does not carry leads to.
    pub(crate) fn key_not_sent() -> Self {
        Self::general(texts::NO_MATCH)
    }

    /// What a value that a field does not take leads to.
    pub(crate) fn not_taken(name: &str, typed: &str) -> Self {
        let text = texts::INVALID_VALUE.with(&[name, typed]);
        Self::Refused(Refusal { source: Source::Value, ..Refusal::new(text) })
    }

    /// What a name that is no field of the element leads to.
    pub(crate) fn no_column(name: &str) -> Self {
        Self::general(texts::INVALID_COLUMN.with(&[name]))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
