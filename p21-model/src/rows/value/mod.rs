//! The types of field values, and how each is spelt on the wire.
//!
//! | P21's type | here | on the wire |
//! | --- | --- | --- |
//! | `Char`, unknown types | [`Text`] | as it is |
//! | `Decimal`, `Number` | [`Decimal`] | `25.00` |
//! | `Long` | `i64` | `3` |
//! | `Datetime` | [`DateTime`] | `2027-12-31`, `2027-12-31T08:30:00` |
//! | `Time` | [`Time`] | `08:30:00` |
//! | `["ON", "OFF"]` | `bool` | `ON`, `OFF` |
//! | a list of labels | a generated enum with `Other(Text)` | the label |

mod datetime;
mod decimal;
mod field_type;
mod input;
mod label;
mod text;

pub use jiff::civil::{Date, DateTime, Time};
pub use rust_decimal::Decimal;

pub use datetime::date;
#[doc(hidden)]
pub use decimal::decimal_literal;
pub use field_type::FieldType;
pub use input::{
    IntoDateTime, IntoDecimal, IntoField, IntoInteger, IntoLabel, IntoSwitch, IntoText, IntoTime, IntoValue,
};
pub use label::Label;
pub use text::Text;

use crate::facts::shared;

/// A value can't be read as the type its field has.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {expected}", .found.escape_debug())]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ValueError {
    /// What was found, cut to 80 characters.
    pub found: String,
    /// What was expected, with its article: `a number`.
    pub expected: &'static str,
}

crate::debug_is_its_line!(ValueError);

impl ValueError {
    /// An error about `found`, which should have been `expected`.
    pub fn new(found: &str, expected: &'static str) -> Self {
        Self { found: found.chars().take(80).collect(), expected }
    }
}

/// A type that a field's value can have.
pub trait FieldValue: IntoValue<Self> + IntoField<Self> + Sized + 'static {
    /// How P21 wants the value spelt.
    fn into_wire(self) -> Text;

    /// Reads what P21 answered. Never called for an empty value.
    ///
    /// # Errors
    /// The text doesn't spell a value of this type.
    fn from_wire(text: &str) -> Result<Self, ValueError>;
}

impl FieldValue for Decimal {
    fn into_wire(self) -> Text {
        Text::spelt(&self)
    }

    fn from_wire(text: &str) -> Result<Self, ValueError> {
        let plain = text.trim();
        Self::from_str_exact(plain)
            .or_else(|_| Self::from_scientific(plain))
            .map_err(|_| ValueError::new(text, "a number"))
    }
}

impl FieldValue for i64 {
    fn into_wire(self) -> Text {
        Text::spelt(&self)
    }

    /// P21 answers whole numbers with decimals here and there (`5.0000`); those are read, `5.5` is not.
    fn from_wire(text: &str) -> Result<Self, ValueError> {
        let plain = text.trim();
        let digits = match plain.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
            _ => plain,
        };
        digits.parse().map_err(|_| ValueError::new(text, "a whole number"))
    }
}

impl FieldValue for bool {
    fn into_wire(self) -> Text {
        Text::from_static(if self { "ON" } else { "OFF" })
    }

    /// `ON` and `OFF`, and the codes `Y` and `N`, which P21 answers where code values are on.
    fn from_wire(text: &str) -> Result<Self, ValueError> {
        match text.trim() {
            "ON" | shared::ON => Ok(true),
            "OFF" | shared::OFF => Ok(false),
            _ => Err(ValueError::new(text, "`ON` or `OFF`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<T: FieldValue + Clone + PartialEq + std::fmt::Debug>(value: T, wire: &str) {
        assert_eq!(value.clone().into_wire(), wire);
        assert_eq!(T::from_wire(wire), Ok(value));
    }

    #[test]
    fn values_are_spelt_as_p21_wants_them() {
        round_trip(Decimal::new(2500, 2), "25.00");
        round_trip(-3_i64, "-3");
        round_trip(true, "ON");
        round_trip(false, "OFF");
        round_trip(Text::from("WIDGET-001"), "WIDGET-001");
    }

    #[test]
    fn whole_numbers_may_come_with_zero_decimals_only() {
        assert_eq!(i64::from_wire("5.0000"), Ok(5));
        assert!(i64::from_wire("5.5").is_err());
        assert!(i64::from_wire("").is_err());
    }

    #[test]
    fn nonsense_is_an_error_that_quotes_it() {
        assert_eq!(Decimal::from_wire("1,000").unwrap_err().to_string(), "`1,000` is not a number");
        assert_eq!(bool::from_wire("yes").unwrap_err().to_string(), "`yes` is not `ON` or `OFF`");
    }
}
