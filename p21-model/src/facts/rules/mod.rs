//! Rules: what a definition does not say. The format is described in `definitions/rules/README.md`.

mod kind;
mod load;
mod names;
mod overlay;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use kind::*;
pub use names::OneOrMore;

use crate::facts::error::InputError;
pub use crate::facts::version::Versions;

/// The rules of one service, or those of every service (`any.toml`).
///
/// Loading checks the shape; that every name exists is checked when rules meet a definition
/// ([`ServiceSchema::compile`](crate::schema::ServiceSchema::compile)).
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The file, for errors; of several layers the topmost.
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
    /// Texts of a form of their own.
    pub format: Vec<Located<FormatRule>>,
    /// Records that can't be created again.
    pub created_once: Vec<Located<CreatedOnceRule>>,
    /// A date after another.
    pub dates: Vec<Located<DatesRule>>,
    /// Dates that may not lie in the past.
    pub today: Vec<Located<TodayRule>>,
    /// Rows that come in the order of a date.
    pub ascending: Vec<Located<AscendingRule>>,
    /// Lists in which one row is the primary one.
    pub primary: Vec<Located<PrimaryRule>>,
    /// Groups of fields, of which a row has one and not the other.
    pub either: Vec<Located<EitherRule>>,
    /// The lengths of texts.
    pub length: Vec<Located<LengthRule>>,
    /// Values that open a window nobody answers.
    pub prompt: Vec<Located<PromptRule>>,
    /// Lists that take one new row a request.
    pub one_insert: Vec<Located<OneInsertRule>>,
    /// What identifies a record.
    pub key: Vec<Located<KeyRule>>,
    /// Columns by which rows are not told apart.
    pub no_key: Vec<Located<NoKeyRule>>,
    /// Children that repeat a field of their parent.
    pub repeats: Vec<Located<RepeatsRule>>,
    /// Criteria that a range has to bound.
    pub bounded: Vec<Located<BoundedRule>>,
    /// Services that want codes.
    pub use_code_values: Vec<Located<UseCodeValuesRule>>,
    /// What is worth knowing and no check can see.
    pub note: Vec<Located<NoteRule>>,
    /// Endpoints of services.
    pub endpoint: Vec<Located<EndpointRule>>,
    /// What is to be switched off and is not there.
    pub unused: Vec<InputError>,
}

/// A rule and the line it stands on.
#[derive(Debug, Clone)]
pub struct Located<T> {
    /// The file.
    pub file: Arc<str>,
    /// 1-based.
    pub line: usize,
    /// The rule.
    pub rule: T,
}

impl<T> Located<T> {
    /// Something is wrong with it.
    pub(crate) fn wrong(&self, problem: impl Into<String>) -> InputError {
        InputError::new(&*self.file, problem).at_line(self.line)
    }
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
