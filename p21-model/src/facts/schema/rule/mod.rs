//! Rules in the form that checks and the sandbox walk: fields are indexes.

mod words;

use super::{Labels, List, Places, Str};
use crate::facts::version::Versions;
pub use words::{Effect, IgnoreDisabled, Numbering, Occasion, Quirk, TextForm, When};

/// What P21 does when a rule is broken, and how that is known.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Why {
    /// What happens.
    pub consequence: Str,
    /// Where the fact comes from: `verified on 26.1`.
    pub evidence: Str,
    /// The P21 versions that it is so on.
    pub versions: Versions,
    /// P21's text is not known, and what there is of one is ours. Only who answers in P21's place has to know: bindings
    /// don't carry it.
    pub own_words: bool,
}

impl Why {
    /// As generated bindings write it.
    pub const fn new(consequence: &'static str, evidence: &'static str) -> Self {
        Self {
            consequence: Str::Borrowed(consequence),
            evidence: Str::Borrowed(evidence),
            versions: Versions::ALL,
            own_words: false,
        }
    }

    /// Of these versions.
    #[must_use]
    pub const fn on(self, versions: Versions) -> Self {
        // `..self` would drop strings, which a constant can't.
        let mut why = self;
        why.versions = versions;
        why
    }
}

/// A rule about one element.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ElementRule {
    /// What it says.
    pub kind: RuleKind,
    /// Why.
    pub why: Why,
}

/// What a rule says. Fields are indexes into the element.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RuleKind {
    /// Fields before others.
    Order {
        /// The places that come first, in their order; of the fields of a place one is enough.
        first: Places,
        /// The fields that come after all of these, alternatives of one place.
        then: List<u16>,
        /// What P21 does with one of `then` if it came before one of `first`.
        effect: Effect,
        /// P21's text, where it refuses; `{field}` and `{before}` are filled in.
        message: Str,
    },
    /// A value that wants or forbids other fields.
    Choice {
        /// The field.
        field: u16,
        /// Its value, a label.
        value: Str,
        /// Fields that must be there.
        wants: List<u16>,
        /// Fields that must not.
        forbids: List<u16>,
    },
    /// Fields P21 wants, whatever the definition's flag says.
    Required {
        /// The fields.
        fields: List<u16>,
        /// When.
        on: Occasion,
        /// P21's text; `{field}`, `{label}`, `{page}` are filled in.
        message: Str,
        /// Not wanted when one of these is sent.
        unless: List<u16>,
    },
    /// Fields P21 does not want in a new row, whatever the definition's flag says.
    Optional {
        /// The fields.
        fields: List<u16>,
    },
    /// The whole element is wanted.
    RequiredElement {
        /// When.
        on: Occasion,
        /// P21's text.
        message: Str,
    },
    /// Columns that are disabled; with no fields the whole tab.
    Disabled {
        /// The fields.
        fields: List<u16>,
        /// When.
        when: When,
        /// What `IgnoreDisabled` on the set does about it.
        ignore_disabled: IgnoreDisabled,
        /// P21's text; `{field}` is filled in.
        message: Str,
    },
    /// A value that P21 gives.
    Assigned {
        /// The field.
        field: u16,
        /// How.
        how: Numbering,
    },
    /// A value that P21 fills in when a new row is silent.
    Default {
        /// The field.
        field: u16,
        /// The value.
        value: Str,
    },
    /// Quantity breaks.
    Tiers {
        /// The tier values, from tier 1.
        values: List<u16>,
        /// The first quantity of tier 2, 3, …
        breaks: List<u16>,
        /// The first break may be 0 where there is one tier: an unused slot.
        zero_first: bool,
    },
    /// Texts of a form of their own.
    Format {
        /// The fields.
        fields: List<u16>,
        /// The form.
        form: TextForm,
    },
    /// A record that exists can't be created again: for whoever knows that P21 refuses it.
    CreatedOnce {
        /// P21's text, or one that says it.
        message: Str,
    },
    /// A date after another.
    Dates {
        /// The earlier one.
        earlier: u16,
        /// The later one.
        later: u16,
        /// Equal is wrong too.
        strict: bool,
        /// P21's text, where it refuses; without one a prompt objects, and is answered No.
        message: Str,
    },
    /// A date that may not lie in the past.
    Today {
        /// The field.
        field: u16,
        /// P21's text.
        message: Str,
    },
    /// Rows that come in the order of a date.
    Ascending {
        /// The date, later in every row.
        field: u16,
        /// P21's text.
        message: Str,
    },
    /// One row is the primary one: the mark can be moved, not taken away.
    Primary {
        /// The field that marks the row.
        field: u16,
        /// The value that marks it.
        value: Str,
        /// P21's text.
        message: Str,
    },
    /// Two groups of fields, of which a row has one and not the other.
    Either {
        /// The one group.
        one: List<u16>,
        /// The other.
        other: List<u16>,
    },
    /// The length of texts.
    Length {
        /// The fields.
        fields: List<u16>,
        /// The most characters.
        max: u16,
    },
    /// A value that opens a window which nobody answers.
    Prompt {
        /// The field.
        field: u16,
        /// The value, a label.
        value: Str,
    },
    /// A request may add one row a record.
    OneInsert {
        /// P21's text.
        message: Str,
    },
    /// Rows are not told apart by these fields: they change.
    NoKey {
        /// The fields.
        fields: List<u16>,
    },
    /// The row shows what the parent's current row is about, and may not name something else.
    Repeats {
        /// The parent's index.
        parent: u16,
        /// The fields.
        fields: List<u16>,
        /// The parent's fields that they repeat, in the same order.
        of: List<u16>,
    },
    /// Of one of these places every field has to be set, or nothing bounds the report.
    Bounded {
        /// The places.
        ranges: Places,
    },
    /// A value names a row of a database table, which has to be there.
    Reference {
        /// The fields, each by itself.
        fields: List<u16>,
        /// The tables; one of them has to have the row.
        tables: Labels,
        /// The element and field that say at which location the row has to be.
        at: Option<(u16, u16)>,
        /// A column that the row has, and its value in the database.
        with: Option<(Str, Str)>,
        /// P21's text; `{field}`, `{label}` and `{value}` are filled in.
        message: Str,
    },
    /// What is worth knowing and no check can see.
    Note {
        /// The fields; none for the whole element.
        fields: List<u16>,
    },
}

/// A quirk, and on which versions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct QuirkOf {
    /// Which.
    pub quirk: Quirk,
    /// What happens, and the versions.
    pub why: Why,
}

/// Elements that come in a fixed order.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sequence {
    /// The elements, as indexes.
    pub elements: List<u16>,
    /// Those that come after every other element.
    pub last: List<u16>,
    /// Why.
    pub why: Why,
}
