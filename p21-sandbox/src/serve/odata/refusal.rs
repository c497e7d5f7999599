//! Why a query is refused, in P21's words.

use crate::facts::column::ColumnType;
use crate::facts::texts;

/// A query that P21 refuses. All but one are a 404.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("{}", texts::SYNTAX.with(&[&.0.to_string()]))]
    Syntax(usize),
    #[error("{}", texts::NO_PROPERTY.with(&[property, table]))]
    NoProperty { property: String, table: String },
    #[error("{}", texts::INCOMPATIBLE_TYPES.with(&[left, right, operator]))]
    Incompatible { left: &'static str, right: &'static str, operator: &'static str },
    #[error(
        "A unary operator with an incompatible type was detected. Found operand type '{0}' for operator kind 'Not'."
    )]
    NotOfColumn(&'static str),
    #[error("{}", texts::NOT_CONVERTED.with(&[.0.clr()]))]
    Conversion(ColumnType),
    #[error(
        "An unknown function with name '{0}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed."
    )]
    UnknownFunction(String),
    #[error("No function signature for the function with name '{0}' matches the specified arguments.")]
    NoSignature(&'static str),
    /// `now()` is answered with a 404; its body is not known.
    #[error("")]
    Now,
    #[error("Invalid value '{value}' for {option} query option found. The {option} query option requires {wanted}.")]
    OptionValue { option: &'static str, value: String, wanted: &'static str },
    #[error("Query option '{0}' was specified more than once, but it must be specified at most once.")]
    Repeated(&'static str),
    #[error("{}", texts::TOO_COMPLEX)]
    TooComplex,
}
