//! Rules: what a definition does not say. The format is described in `definitions/rules/README.md`.

mod load;
mod version;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use version::Versions;

use crate::schema::{Effect, IgnoreDisabled, Occasion, When};

/// The rules of one service, or those of every service (`any.toml`).
///
/// Loading checks the shape; that every name exists is checked when rules meet a definition
/// ([`ServiceSchema::compile`](crate::schema::ServiceSchema::compile)).
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The file, for errors.
    pub file: String,
    /// The service; `None` for `any.toml`.
    pub service: Option<String>,
    /// Alias to element name.
    pub aliases: BTreeMap<String, Located<String>>,
    /// Field before field.
    pub order: Vec<Located<OrderRule>>,
    /// Child after parent.
    pub follows: Vec<Located<FollowsRule>>,
    /// Elements in a fixed order.
    pub sequence: Vec<Located<SequenceRule>>,
    /// Values that want or forbid fields.
    pub choice: Vec<Located<ChoiceRule>>,
    /// Fields that are wanted.
    pub required: Vec<Located<RequiredRule>>,
    /// Fields that are not wanted, though the definition says so.
    pub optional: Vec<Located<OptionalRule>>,
    /// Elements that are wanted.
    pub required_element: Vec<Located<RequiredElementRule>>,
    /// Shut columns and tabs.
    pub disabled: Vec<Located<DisabledRule>>,
    /// Values P21 assigns.
    pub assigned: Vec<Located<AssignedRule>>,
    /// Values P21 fills in.
    pub default: Vec<Located<DefaultRule>>,
    /// Codes of labels.
    pub codes: Vec<Located<CodesRule>>,
    /// Known labels of lists the definition leaves empty.
    pub values: Vec<Located<ValuesRule>>,
    /// Quantity breaks.
    pub tiers: Vec<Located<TiersRule>>,
    /// A date after another.
    pub dates: Vec<Located<DatesRule>>,
    /// Dates that may not lie in the past.
    pub today: Vec<Located<TodayRule>>,
    /// Endpoints of services.
    pub endpoint: Vec<Located<EndpointRule>>,
}

/// Does something with every list of rules.
macro_rules! each_list {
    ($rules:expr, $list:ident => $body:expr) => {
        each_list!(@ $rules, $list => $body;
            order follows sequence choice required optional required_element disabled assigned default codes values
            tiers dates today endpoint)
    };
    (@ $rules:expr, $list:ident => $body:expr; $($name:ident)+) => {
        $({
            let $list = &mut $rules.$name;
            $body
        })+
    };
}

impl Rules {
    /// Removes the rule on a line if it does not hold for `version`. Whether there was one.
    pub(crate) fn remove_foreign(&mut self, line: usize, version: &str) -> bool {
        let mut removed = false;
        each_list!(self, list => list.retain(|located| {
            let foreign = located.line == line && !located.rule.versions().include(version);
            removed |= foreign;
            !foreign
        }));
        removed
    }
}

/// A rule and the line it stands on.
#[derive(Debug, Clone)]
pub struct Located<T> {
    /// 1-based.
    pub line: usize,
    /// The rule.
    pub rule: T,
}

/// What every rule has.
pub trait Rule {
    /// What P21 does when it is broken.
    fn consequence(&self) -> &str;
    /// Where the fact comes from.
    fn evidence(&self) -> &str;
    /// The versions it holds for.
    fn versions(&self) -> &Versions;
}

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
        /// Label to code.
        values: BTreeMap<String, String>,
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
    /// Services that `/transaction` does not serve.
    EndpointRule {
        /// Names, or a prefix with a star.
        services: Vec<String>,
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
