//! The words that rules choose from.

#[cfg(feature = "rules")]
use serde::Deserialize;

/// What P21 does with a field that came too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "rules", derive(Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Effect {
    /// Empties it and answers `Succeeded`.
    Clears,
    /// Refuses the transaction.
    Refused,
    /// Keeps it disabled until the earlier field is set.
    Disabled,
    /// The order is documented, the effect is not.
    Unknown,
}

/// When a field is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "rules", derive(Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Occasion {
    /// In a new record or row.
    #[default]
    Create,
    /// In an existing one.
    Update,
    /// In both.
    Always,
}

impl Occasion {
    /// Whether a record or row is meant that is new, or one that is not.
    pub const fn includes(self, is_new: bool) -> bool {
        match self {
            Self::Create => is_new,
            Self::Update => !is_new,
            Self::Always => true,
        }
    }
}

/// When a column or tab is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "rules", derive(Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum When {
    /// Always.
    #[default]
    Always,
    /// Once the record, or the row of a list, exists.
    Saved,
    /// While it does not exist yet.
    New,
}

impl When {
    /// Whether it is disabled in a record or row that is new, or in one that is not.
    pub const fn includes(self, is_new: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Saved => !is_new,
            Self::New => is_new,
        }
    }
}

/// What `IgnoreDisabled: true` does about a disabled column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "rules", derive(Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum IgnoreDisabled {
    /// The value is written.
    Writes,
    /// Nothing is written and P21 answers `Succeeded`.
    Nothing,
    /// P21 refuses as before.
    Refused,
}

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "rules", derive(Deserialize))]
#[non_exhaustive]
pub enum TextForm {
    /// Hours and minutes: `4:05`.
    #[cfg_attr(feature = "rules", serde(rename = "h:mm"))]
    HoursMinutes,
}

impl TextForm {
    /// Whether a text has the form.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::HoursMinutes => text.trim().split_once(':').is_some_and(|(hours, minutes)| {
                let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
                (1..=4).contains(&hours.len())
                    && digits(hours)
                    && minutes.len() == 2
                    && digits(minutes)
                    && minutes < "60"
            }),
        }
    }

    /// The form in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::HoursMinutes => "hours and minutes, as in `4:30`",
        }
    }
}

/// How P21 numbers what it assigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Numbering {
    /// A new number a record.
    Number {
        /// The first one.
        start: u64,
    },
    /// Numbered within the parent record, from 1.
    Line {
        /// Zero-padded to this width; 0 for no padding.
        width: u8,
    },
}

/// What a server does of its own, on some versions: nothing that a definition or another rule would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "rules", derive(Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Quirk {
    /// A transaction's `Status` other than `New` ends in a `NullReferenceException`, HTTP 500. Others answer a clean 400.
    StatusNullReference,
    /// The answer to a set has an empty message for each transaction that passed. Others leave it out.
    EmptyMessages,
    /// The queue's answers say their status in words, with 202. Others have numbers.
    StatusInWords,
    /// The server's own information doesn't know its version.
    NamelessServer,
}

impl Quirk {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::StatusNullReference, Self::EmptyMessages, Self::StatusInWords, Self::NamelessServer];

    /// The quirk in words.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::StatusNullReference => "a status other than `New` ends in a null reference",
            Self::EmptyMessages => "an empty message for each transaction that passed",
            Self::StatusInWords => "the queue's statuses are words",
            Self::NamelessServer => "the server doesn't know its version",
        }
    }

    /// Whether it is about what a payload says, so that a check can tell. The others are about answers.
    pub const fn is_of_payloads(self) -> bool {
        matches!(self, Self::StatusNullReference)
    }
}
