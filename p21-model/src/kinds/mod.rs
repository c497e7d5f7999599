//! The kinds of rules, a file each: how it is spelt in TOML, its section of the page that describes the format, what a
//! rule of it says in a line, and what it is compiled to.
//!
//! Beside it stands how it is interpreted: `check.rs`, what the check finds, and `derive.rs`, what a derive says of a
//! struct. Those two are modules of `check` and `derive`, which mount them from here: so a kind is read in one place, and
//! no arrow runs back from rules to checks. A kind without them says nothing that they could see.
//!
//! A kind that is added is a file here and a line in `every_kind`; the tests that enumerate [`Kind::ALL`] then say what
//! else it wants, and `CONTRIBUTING.md` says it before.

mod ascending;
mod assigned;
mod bounded;
mod choice;
mod codes;
mod created_once;
mod cursor_key;
mod dates;
mod default;
mod detail;
mod dialog;
mod disabled;
mod door;
mod either;
mod endpoint;
mod first_row;
mod follows;
mod format;
mod key;
mod key_entry;
mod length;
mod names;
mod no_key;
mod note;
mod one_insert;
mod optional;
mod order;
mod place;
mod popup_entry;
mod primary;
mod prompt;
mod proof;
mod quirk;
mod reference;
mod repeats;
mod required;
mod required_element;
mod selector;
mod separate_calls;
mod sequence;
mod spelled;
mod stage;
mod tiers;
mod today;
mod use_code_values;
mod values;
mod window;

pub use ascending::AscendingRule;
pub use assigned::{AssignedHow, AssignedRule};
pub use bounded::BoundedRule;
pub use choice::ChoiceRule;
pub use codes::CodesRule;
pub use created_once::CreatedOnceRule;
pub use cursor_key::CursorKeyRule;
pub use dates::DatesRule;
pub use default::DefaultRule;
pub use detail::DetailRule;
pub use dialog::DialogRule;
pub use disabled::DisabledRule;
pub use door::DoorRule;
pub use either::EitherRule;
pub use endpoint::{EndpointName, EndpointRule};
pub use first_row::FirstRowRule;
pub use follows::FollowsRule;
pub use format::FormatRule;
pub use key::KeyRule;
pub use key_entry::KeyEntryRule;
pub use length::LengthRule;
pub use names::OneOrMore;
pub use no_key::NoKeyRule;
pub use note::NoteRule;
pub use one_insert::OneInsertRule;
pub use optional::OptionalRule;
pub use order::OrderRule;
pub use place::PlaceRule;
pub use popup_entry::{ComparedField, PopupEntryRule};
pub use primary::PrimaryRule;
pub use prompt::PromptRule;
pub use proof::{Joined, ProofBy, ProofRule};
pub use quirk::QuirkRule;
pub use reference::{ReferenceRule, Where};
pub use repeats::RepeatsRule;
pub use required::RequiredRule;
pub use required_element::RequiredElementRule;
pub use selector::SelectorRule;
pub use separate_calls::SeparateCallsRule;
pub use sequence::SequenceRule;
pub use spelled::Rule;
pub(crate) use spelled::{About, Names, Spelled, WindowNames};
pub use stage::{PartSpelt, StageRule};
pub use tiers::TiersRule;
pub use today::TodayRule;
pub use use_code_values::UseCodeValuesRule;
pub use values::ValuesRule;
pub use window::{WindowRule, XmlPart, XmlSpelt};

/// Hands every kind to a macro: what it is, its variant of [`Kind`], the name of its tables, its struct. The order is
/// that of the page, and of the rules of a compiled element.
macro_rules! every_kind {
    ($do:ident) => {
        $do! {
            /// Field before field.
            Order order OrderRule
            /// A child applies to the parent row that is current.
            Follows follows FollowsRule
            /// Elements in a fixed order.
            Sequence sequence SequenceRule
            /// A value that wants or forbids other fields.
            Choice choice ChoiceRule
            /// Fields P21 wants, whatever the definition says.
            Required required RequiredRule
            /// Fields P21 does not want, though the definition says so.
            Optional optional OptionalRule
            /// An element without which a transaction is refused.
            RequiredElement required_element RequiredElementRule
            /// Disabled columns, or a disabled tab.
            Disabled disabled DisabledRule
            /// Values P21 assigns.
            Assigned assigned AssignedRule
            /// Values P21 fills in.
            Default default DefaultRule
            /// Codes of labels.
            Codes codes CodesRule
            /// Known labels of a list that the definition leaves empty.
            Values values ValuesRule
            /// Quantity breaks.
            Tiers tiers TiersRule
            /// A date after another.
            Dates dates DatesRule
            /// A date that may not lie in the past.
            Today today TodayRule
            /// Rows that come in the order of a date.
            Ascending ascending AscendingRule
            /// A list in which one row is the primary one: the mark can be moved, not taken away.
            Primary primary PrimaryRule
            /// A list to which a request may add one row a record.
            OneInsert one_insert OneInsertRule
            /// A record that can't be created again.
            CreatedOnce created_once CreatedOnceRule
            /// Two groups of fields, of which a row has one and not the other.
            Either either EitherRule
            /// The length of a text, which definitions don't say.
            Length length LengthRule
            /// Texts of a form of their own.
            Format format FormatRule
            /// A value that opens a window which nobody answers.
            Prompt prompt PromptRule
            /// What is worth knowing and no check can see: the consequence says it.
            Note note NoteRule
            /// What identifies a record.
            Key key KeyRule
            /// Columns by which rows are not told apart: they change.
            NoKey no_key NoKeyRule
            /// Children that show what their parent's row is about, and may not name something else.
            Repeats repeats RepeatsRule
            /// Criteria of a report, which one of some ranges has to bound.
            Bounded bounded BoundedRule
            /// Values that name a row of a database table, which has to be there.
            Reference reference ReferenceRule
            /// What servers of some versions do of their own.
            Quirk quirk QuirkRule
            /// The service wants `UseCodeValues`.
            UseCodeValues use_code_values UseCodeValuesRule
            /// Services that `/transaction` does not serve.
            Endpoint endpoint EndpointRule
            /// What opens the window of a service.
            Window window WindowRule
            /// An element that stands elsewhere in the window than its name says.
            Place place PlaceRule
            /// How the key of a record is typed into its window.
            KeyEntry key_entry KeyEntryRule
            /// The order in which the parts of a record are typed.
            Stage stage StageRule
            /// A grid that opens with a blank row.
            FirstRow first_row FirstRowRule
            /// A field of a grid that moves the cursor.
            CursorKey cursor_key CursorKeyRule
            /// Fields of which no two may be typed in one call.
            SeparateCalls separate_calls SeparateCallsRule
            /// Fields that pick a row and are never typed.
            Selector selector SelectorRule
            /// A form that shows the row which a list selected.
            Detail detail DetailRule
            /// Rows that a popup adds.
            PopupEntry popup_entry PopupEntryRule
            /// What a window asks.
            Dialog dialog DialogRule
            /// How what was stored is shown.
            Proof proof ProofRule
            /// By which door a record goes.
            Door door DoorRule
        }
    };
}
pub(crate) use every_kind;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident $kind:ident $rule:ident)+) => {
        /// The kinds of rules.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Kind {
            /// Every kind, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name of its tables in TOML.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($kind),)+
                }
            }

            /// Its section of the page that describes the format, in Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => $rule::PAGE.trim_start(),)+
                }
            }

            /// Whether its rules are about the window of a service, and no payload.
            pub fn is_of_windows(self) -> bool {
                match self {
                    $(Self::$variant => $rule::OF_WINDOWS,)+
                }
            }

            /// What two rules of the kind have to share to be about the same thing.
            pub(crate) const fn about(self) -> About {
                match self {
                    $(Self::$variant => $rule::ABOUT,)+
                }
            }
        }
    };
}

every_kind!(kinds);
