//! The kinds of findings.

use std::fmt;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It may be meant; P21 takes it.
    Warning,
    /// P21 refuses it, or stores something else.
    Error,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal $severity:ident,)+) => {
        /// The kind of a finding. Codes are stable: a code keeps its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every kind, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// `P21-012`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }

            /// What the kind is about, in a sentence.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),+).trim_ascii(),)+
                }
            }

            /// Whether P21 takes it all the same.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)+
                }
            }
        }
    };
}

codes! {
    /// The service goes to another endpoint.
    WrongEndpoint = "P21-001" Error,
    /// The service has no such element.
    UnknownElement = "P21-002" Error,
    /// The element has no such field.
    UnknownField = "P21-003" Error,
    /// A user-defined column that the definition doesn't have.
    UserField = "P21-004" Warning,
    /// A status that writes don't take.
    BadStatus = "P21-005" Error,
    /// `Form` where the definition says `List`, or the reverse.
    WrongType = "P21-006" Warning,
    /// A field set twice in one row.
    SetTwice = "P21-007" Error,
    /// A key that is not a field.
    UnknownKey = "P21-010" Error,
    /// A key that a row does not set.
    KeyNotInRow = "P21-011" Error,
    /// Rows with equal keys, which fold into one.
    RowsFold = "P21-012" Error,
    /// A second row of a form.
    SecondFormRow = "P21-013" Error,
    /// A field before one that must come first.
    FieldOrder = "P21-020" Error,
    /// A child without a row of its parent before it.
    ChildWithoutParent = "P21-021" Error,
    /// Children that all land on the last of several parent rows.
    ChildOfLastRow = "P21-022" Error,
    /// Elements in another order than P21 needs.
    ElementOrder = "P21-023" Error,
    /// A field that P21 requires is missing.
    RequiredMissing = "P21-030" Error,
    /// An element that P21 requires is missing.
    ElementMissing = "P21-031" Error,
    /// A value wants a field that is missing.
    ChoiceWants = "P21-032" Error,
    /// A value forbids a field that is set.
    ChoiceForbids = "P21-033" Error,
    /// A disabled column.
    DisabledColumn = "P21-040" Error,
    /// A disabled tab.
    DisabledTab = "P21-041" Error,
    /// `IgnoreDisabled` where P21 then writes nothing and answers `Succeeded`.
    FalseSuccess = "P21-042" Error,
    /// A column that P21 computes.
    ComputedColumn = "P21-043" Error,
    /// A value of another type.
    WrongValue = "P21-050" Error,
    /// A label that the definition does not list.
    UnknownLabel = "P21-051" Error,
    /// A code where a label is due.
    CodeForLabel = "P21-052" Error,
    /// A label whose code is not known, where codes are due.
    NoCodeForLabel = "P21-053" Error,
    /// Quantity breaks that don't make tiers.
    BrokenTiers = "P21-060" Error,
    /// Dates in the wrong order.
    DateOrder = "P21-061" Error,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
