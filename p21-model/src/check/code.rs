//! The kinds of findings.

use std::fmt;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
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
    /// A status whose effect is not known.
    OddStatus = "P21-008" Warning,
    /// A member that is there twice.
    MemberTwice = "P21-009" Error,
    /// A key that is not a field.
    UnknownKey = "P21-010" Error,
    /// A key that a row does not set.
    KeyNotInRow = "P21-011" Error,
    /// Rows with equal keys, which fold into one.
    RowsFold = "P21-012" Error,
    /// A second row of a form.
    SecondFormRow = "P21-013" Error,
    /// Keys in another shape than a list of names.
    KeyShape = "P21-014" Error,
    /// An update keyed by a field that can't find the stored row, so that P21 inserts one.
    OverKeyed = "P21-015" Warning,
    /// New rows for one record in several transactions of a set.
    InsertsCollide = "P21-016" Warning,
    /// A row without a field.
    EmptyRow = "P21-017" Error,
    /// Rows keyed by a column that changes.
    ChangingKey = "P21-018" Error,
    /// A field before one that must come first.
    FieldOrder = "P21-020" Error,
    /// A child without a row of its parent before it.
    ChildWithoutParent = "P21-021" Error,
    /// Children that all land on the last of several parent rows.
    ChildOfLastRow = "P21-022" Error,
    /// Elements in another order than P21 needs.
    ElementOrder = "P21-023" Error,
    /// Rows that don't come in the order of their dates.
    NotAscending = "P21-024" Error,
    /// A child that names something else than its parent row.
    OtherThanParent = "P21-025" Error,
    /// A field that P21 requires is missing.
    RequiredMissing = "P21-030" Error,
    /// An element that P21 requires is missing.
    ElementMissing = "P21-031" Error,
    /// A value wants a field that is missing.
    ChoiceWants = "P21-032" Error,
    /// A value forbids a field that is set.
    ChoiceForbids = "P21-033" Error,
    /// The mark of the primary row may be taken away and given to no other.
    PrimaryMissing = "P21-034" Warning,
    /// Fields of two groups that exclude each other, or of neither.
    EitherOr = "P21-035" Warning,
    /// Criteria of a report that nothing bounds.
    Unbounded = "P21-036" Error,
    /// A record that may be new or stored, and lacks what one of them needs.
    NewOrStored = "P21-037" Warning,
    /// A disabled column.
    DisabledColumn = "P21-040" Error,
    /// A disabled tab.
    DisabledTab = "P21-041" Error,
    /// `IgnoreDisabled` where P21 then writes nothing and answers `Succeeded`.
    FalseSuccess = "P21-042" Error,
    /// A column that P21 computes.
    ComputedColumn = "P21-043" Error,
    /// A flag of the whole set further down, where P21 doesn't look for it.
    FlagBelowRoot = "P21-044" Error,
    /// A value that opens a window which nobody answers.
    OpensWindow = "P21-045" Warning,
    /// A value of another type.
    WrongValue = "P21-050" Error,
    /// A label that the definition does not list.
    UnknownLabel = "P21-051" Error,
    /// A code where a label is due.
    CodeForLabel = "P21-052" Error,
    /// A label whose code is not known, where codes are due.
    NoCodeForLabel = "P21-053" Error,
    /// A value that is no string.
    ValueNotText = "P21-054" Warning,
    /// A text that is longer than P21 takes.
    TooLong = "P21-055" Error,
    /// A service that wants codes, in a set that says labels.
    CodesWanted = "P21-056" Error,
    /// Quantity breaks that don't make tiers.
    BrokenTiers = "P21-060" Error,
    /// Dates in the wrong order.
    DateOrder = "P21-061" Error,
    /// A date in the past, where P21 takes today or later.
    PastDate = "P21-062" Error,
    /// A read request without what it needs.
    ReadMissing = "P21-070" Error,
    /// A key of a read request that is no name with a value.
    ReadKeyShape = "P21-071" Error,
    /// A read by the key of a list.
    ReadOfList = "P21-072" Error,
    /// A read by a field that the element doesn't have.
    ReadKeyUnknown = "P21-073" Error,
    /// Keys beside a read request's states, where P21 doesn't look for them.
    ReadKeysAtTop = "P21-074" Error,
    /// A read by what is not the key of a record.
    ReadByNoKey = "P21-075" Error,
    /// A read with more than the key of a record.
    ReadByMore = "P21-076" Warning,
    /// XML that is not well-formed, or uses what payloads never do.
    XmlSyntax = "P21-080" Error,
    /// A root element that P21 doesn't know.
    XmlRoot = "P21-081" Error,
    /// A root element outside of P21's namespace.
    XmlNamespace = "P21-082" Error,
    /// An element after one that must follow it.
    XmlOrder = "P21-083" Error,
    /// A key outside of the namespace of arrays.
    XmlKey = "P21-084" Error,
    /// An XML element that P21 doesn't know there.
    XmlUnknown = "P21-085" Warning,
    /// Something that is no payload at all.
    NotAPayload = "P21-090" Error,
    /// A member that every payload has is missing or empty.
    MemberMissing = "P21-091" Error,
    /// Another kind of value where a list is due.
    NotAList = "P21-092" Error,
    /// A member of another JSON type than P21 reads.
    WrongJsonType = "P21-093" Error,
    /// A member in the wrong case, which P21 doesn't bind.
    WrongCase = "P21-094" Error,
    /// A member that P21 doesn't know.
    UnknownMember = "P21-095" Warning,
    /// A member that payloads usually have is missing.
    MemberExpected = "P21-096" Warning,
    /// Text where `true` or `false` is due.
    QuotedBoolean = "P21-097" Error,
    /// The shape of a report, on a service that is none.
    ReportShape = "P21-098" Warning,
    /// A member that nobody has seen P21 heed.
    UnprovenMember = "P21-099" Warning,
    /// A set that is still wrapped as in a definition.
    WrappedSet = "P21-100" Error,
    /// A body that another endpoint takes.
    OtherBody = "P21-101" Error,
    /// A step that windows don't know, or that has no window.
    UnplayableStep = "P21-102" Error,
    /// Steps whose window is left without a save.
    NeverSaved = "P21-103" Warning,
}

impl Code {
    /// What the kinds with the same tens have in common.
    pub fn group(self) -> &'static str {
        if self.as_str().as_bytes()[4] == b'1' {
            return "Bodies of other endpoints";
        }
        match self.as_str().as_bytes()[5] {
            b'0' => "Names and places",
            b'1' => "Rows and keys",
            b'2' => "Order",
            b'3' => "What is needed",
            b'4' => "What is disabled",
            b'5' => "Values",
            b'6' => "Values that belong together",
            b'7' => "Read requests",
            b'8' => "XML",
            _ => "The shape of a payload",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
