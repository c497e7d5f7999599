//! A transaction that P21 doesn't say it stored.

use std::fmt;
use std::marker::PhantomData;

use super::{Message, Raw, is_contamination};
use crate::wire::payload;

/// A transaction that is not known to be stored: P21 [refused](Self::is_rejected) it, or its answer
/// [doesn't tell](Self::is_ambiguous).
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct Failure<S = Raw> {
    /// What P21 said, attributed to element and field where it says so.
    pub messages: Vec<Message>,
    pub(super) known: Box<Known>,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) of: PhantomData<fn() -> S>,
}

/// What is known of it. It lies apart, so that results with a failure in them stay small.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(super) struct Known {
    pub(super) why: Why,
    pub(super) echo: Option<payload::Transaction>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub(super) enum Why {
    /// P21 says that it refused it.
    Rejected,
    /// The parts of the answer disagree, or don't say which transactions they are about.
    Unclear(&'static str),
    /// P21 says that it stored it, and left out elements.
    Skipped(Vec<String>),
}

impl<S> Failure<S> {
    /// P21 refused the transaction and stored nothing of it. The same payload will be refused again.
    pub fn is_rejected(&self) -> bool {
        self.known.why == Why::Rejected && !self.is_contaminated()
    }

    /// The transaction may be stored or not: P21's answer doesn't tell, or a session [was contaminated](Self::is_contaminated).
    /// Read the record back before repeating it.
    pub fn is_ambiguous(&self) -> bool {
        !self.is_rejected()
    }

    /// A pooled session of the server was contaminated: somebody's earlier call left a dialog open. The transaction may be
    /// stored all the same, because the session fails while it clears its window. Read the record back.
    pub fn is_contaminated(&self) -> bool {
        self.messages.iter().any(|message| is_contamination(&message.text))
    }

    /// The elements that P21 left out, though it answered `Succeeded`: they are disabled there, and nothing of them is
    /// stored (verified on 26.1). The others may be, so that sending the transaction again may store them twice: read the
    /// record back.
    pub fn skipped(&self) -> &[String] {
        match &self.known.why {
            Why::Skipped(elements) => elements,
            _ => &[],
        }
    }

    /// What P21 echoed of it all the same; `None` if it echoed nothing that can be matched to the transaction.
    pub fn echo(&self) -> Option<&payload::Transaction> {
        self.known.echo.as_ref()
    }
}

impl Failure {
    /// A transaction that P21 refused.
    pub fn rejected(messages: Vec<Message>) -> Self {
        Self::new(Why::Rejected, None, messages)
    }

    fn new(why: Why, echo: Option<payload::Transaction>, messages: Vec<Message>) -> Self {
        Self { messages, known: Box::new(Known { why, echo }), of: PhantomData }
    }

    /// The same with what P21 echoed.
    pub(super) fn with_echo(mut self, echo: Option<payload::Transaction>) -> Self {
        self.known.echo = echo;
        self
    }

    pub(super) fn unclear(why: &'static str, messages: Vec<Message>) -> Self {
        Self::new(Why::Unclear(why), None, messages)
    }

    pub(super) fn skipped_by_p21(elements: Vec<String>, echo: payload::Transaction, messages: Vec<Message>) -> Self {
        Self::new(Why::Skipped(elements), Some(echo), messages)
    }

    /// Takes it for a transaction of a service; nothing checks that it is.
    pub fn assume_service<S>(self) -> Failure<S> {
        Failure { messages: self.messages, known: self.known, of: PhantomData }
    }
}

impl<S> Failure<S> {
    /// The same without its service.
    pub fn into_raw(self) -> Failure {
        Failure { messages: self.messages, known: self.known, of: PhantomData }
    }
}

impl<S> fmt::Display for Failure<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.known.why, self.messages.is_empty()) {
            (Why::Rejected, true) => f.write_str("P21 refused the transaction without saying why")?,
            (Why::Rejected, false) => f.write_str("P21 refused the transaction: ")?,
            (Why::Skipped(_), _) => {}
            (Why::Unclear(why), is_silent) => {
                write!(
                    f,
                    "the transaction may be stored or not: {why}{}",
                    if is_silent { "" } else { "; P21 says: " }
                )?;
            }
        }
        if let Why::Skipped(elements) = &self.known.why {
            let names: Vec<String> = elements.iter().map(|name| format!("`{name}`")).collect();
            write!(f, "P21 answered `Succeeded` and skipped {}, which is disabled there", names.join(", "))?;
            f.write_str(if self.messages.is_empty() { "" } else { "; P21 says: " })?;
        }
        for (index, message) in self.messages.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{message}")?;
        }
        Ok(())
    }
}

crate::debug_is_its_line!(impl<S> Failure<S>);

impl<S> std::error::Error for Failure<S> {}
