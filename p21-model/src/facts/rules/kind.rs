//! The kinds of rules, as their files have them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{OneOrMore, Rule, Versions};
use crate::facts::schema::{Effect, IgnoreDisabled, Occasion, TextForm, When};

/// Declares a rule's struct with the members that every rule has.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// What P21 does when the rule is broken.
            pub consequence: String,
            /// Where the fact comes from and how sure it is.
            pub evidence: String,
            /// The P21 versions it holds for.
            #[serde(default)]
            pub versions: Versions,
        }

        impl Rule for $name {
            fn consequence(&self) -> &str {
                &self.consequence
            }

            fn evidence(&self) -> &str {
                &self.evidence
            }

            fn versions(&self) -> &Versions {
                &self.versions
            }
        }
    };
}

rule! {
    /// Field before field.
    OrderRule {
        /// The element.
        element: String,
        /// Each before the next.
        fields: Vec<OneOrMore>,
        /// What happens to a later field that was sent earlier.
        effect: Effect,
        /// P21's text, where it refuses.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// A child applies to the parent row that is current.
    FollowsRule {
        /// The child.
        child: String,
        /// The parent.
        parent: String,
    }
}

rule! {
    /// Elements in a fixed order.
    SequenceRule {
        /// Each before the next.
        elements: Vec<String>,
        /// These after every other element.
        #[serde(default)]
        last: Vec<String>,
    }
}

rule! {
    /// A value that wants or forbids other fields.
    ChoiceRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// Its value.
        value: String,
        /// Fields that must be there.
        #[serde(default)]
        wants: Vec<String>,
        /// Fields that must not.
        #[serde(default)]
        forbids: Vec<String>,
    }
}

rule! {
    /// Fields P21 wants, whatever the definition says.
    RequiredRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
        /// When.
        #[serde(default)]
        on: Occasion,
        /// P21's text.
        #[serde(default)]
        message: String,
        /// Not wanted when one of these is sent.
        #[serde(default)]
        unless: Vec<String>,
    }
}

rule! {
    /// Fields P21 does not want, though the definition says so.
    OptionalRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
    }
}

rule! {
    /// An element without which a transaction is refused.
    RequiredElementRule {
        /// The element.
        element: String,
        /// When.
        #[serde(default)]
        on: Occasion,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// Shut columns, or a shut tab.
    DisabledRule {
        /// The element.
        element: String,
        /// The columns; empty for the whole tab.
        #[serde(default)]
        fields: Vec<String>,
        /// When.
        #[serde(default)]
        when: When,
        /// What `IgnoreDisabled` does about it.
        ignore_disabled: IgnoreDisabled,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// Values P21 assigns.
    AssignedRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
        /// How.
        how: How,
        /// Zero-padded width of a line number.
        #[serde(default)]
        width: u8,
        /// The first number.
        #[serde(default)]
        start: Option<u64>,
    }
}

/// How P21 assigns a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// A new number a record.
    Number,
    /// Numbered within the parent record.
    Line,
}

rule! {
    /// Values P21 fills in.
    DefaultRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The value.
        value: String,
    }
}

rule! {
    /// Codes of labels.
    CodesRule {
        /// The element; `None` for every element.
        #[serde(default)]
        element: Option<String>,
        /// The field; `None` for every field whose labels are all among these.
        #[serde(default)]
        field: Option<String>,
        /// Label to code; of several codes the first is the one that is sent.
        values: BTreeMap<String, OneOrMore>,
    }
}

rule! {
    /// Known labels of a list that the definition leaves empty.
    ValuesRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The labels.
        values: Vec<String>,
    }
}

rule! {
    /// Quantity breaks.
    TiersRule {
        /// The element.
        element: String,
        /// The name of a tier's value, with `{n}`.
        value: String,
        /// The name of a break, with `{n}`.
        r#break: String,
        /// How many tiers.
        count: u8,
        /// The first break may be 0 where there is one tier.
        #[serde(default)]
        zero_first: bool,
    }
}

rule! {
    /// Texts of a form of their own.
    FormatRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
        /// The form.
        form: TextForm,
    }
}

rule! {
    /// A record that can't be created again.
    CreatedOnceRule {
        /// The element that holds its keys.
        element: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// A date after another.
    DatesRule {
        /// The element.
        element: String,
        /// The earlier one.
        earlier: String,
        /// The later one.
        later: String,
        /// Equal is wrong too.
        #[serde(default)]
        strict: bool,
        /// P21's text, where it refuses; without one a prompt objects, and is answered No.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// A date that may not lie in the past.
    TodayRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// Rows that come in the order of a date.
    AscendingRule {
        /// The element.
        element: String,
        /// The date, later in every row.
        field: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// A list in which one row is the primary one: the mark can be moved, not taken away.
    PrimaryRule {
        /// The element.
        element: String,
        /// The field that marks the row.
        field: String,
        /// The value that marks it.
        value: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// Two groups of fields, of which a row has one and not the other.
    EitherRule {
        /// The element.
        element: String,
        /// The one group.
        one: Vec<String>,
        /// The other.
        other: Vec<String>,
    }
}

rule! {
    /// The length of a text, which definitions don't say.
    LengthRule {
        /// The element; `None` with `columns`.
        #[serde(default)]
        element: Option<String>,
        /// The fields.
        #[serde(default)]
        fields: Vec<String>,
        /// In `any.toml`: database columns, `table.column`, whichever elements show them.
        #[serde(default)]
        columns: Vec<String>,
        /// The most characters.
        max: u16,
    }
}

rule! {
    /// A value that opens a window which nobody answers.
    PromptRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The value, a label.
        value: String,
    }
}

rule! {
    /// What identifies a record.
    KeyRule {
        /// The form that holds it.
        element: String,
        /// The fields, all of which together find one record.
        fields: Vec<String>,
    }
}

rule! {
    /// A list to which a request may add one row a record.
    OneInsertRule {
        /// The element.
        element: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

rule! {
    /// Columns by which rows are not told apart: they change.
    NoKeyRule {
        /// The element; `None` in `any.toml`, for every list.
        #[serde(default)]
        element: Option<String>,
        /// The fields.
        #[serde(default)]
        fields: Vec<String>,
        /// In `any.toml`: parts of names; meant are the decimal fields that are no declared keys.
        #[serde(default)]
        names: Vec<String>,
    }
}

rule! {
    /// Children that show what their parent's row is about, and may not name something else.
    RepeatsRule {
        /// The parent.
        parent: String,
        /// The children.
        children: Vec<String>,
        /// The children's fields.
        fields: Vec<String>,
        /// The parent's fields, in the same order; empty if they have the same names.
        #[serde(default)]
        of: Vec<String>,
    }
}

rule! {
    /// Criteria of a report, which one of some ranges has to bound.
    BoundedRule {
        /// The element; `None` in `any.toml`, for the first element of every report without a rule of its own.
        #[serde(default)]
        element: Option<String>,
        /// Of one of these every field has to be set. In `any.toml` with `{name}`, for what stands there in any name.
        ranges: Vec<Vec<String>>,
    }
}

rule! {
    /// The service wants `UseCodeValues`.
    UseCodeValuesRule {}
}

rule! {
    /// What is worth knowing and no check can see: the consequence says it.
    NoteRule {
        /// The element.
        element: String,
        /// The fields; empty for the whole element.
        #[serde(default)]
        fields: Vec<String>,
    }
}

rule! {
    /// Services that `/transaction` does not serve.
    EndpointRule {
        /// Names, or a prefix with a star.
        services: Vec<String>,
        /// Names that a prefix would catch, but that `/transaction` serves.
        #[serde(default)]
        except: Vec<String>,
        /// What serves them.
        r#use: EndpointName,
    }
}

/// An endpoint, as rules name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointName {
    /// `/api/v2/commands`.
    Commands,
    /// `/api/v2/process/pdfreport`.
    PdfReport,
}
