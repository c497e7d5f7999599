//! The types that stand for a field's values: in users' structs, in setters and in keys.

use std::borrow::Cow;

use super::{Date, DateTime, Decimal, Label, Text, Time, ValueError};

/// A type that stands for the values of fields of type `V`, where `V` is the type of the field's handle.
///
/// | fields of | take |
/// | --- | --- |
/// | [`Text`] | `String`, `&str`, `Box<str>`, `Cow<str>`, [`Text`] |
/// | [`Decimal`] | [`Decimal`] and whole numbers |
/// | `i64` | whole numbers |
/// | `bool` | `bool` |
/// | [`DateTime`] | [`DateTime`], [`Date`] |
/// | [`Time`] | [`Time`] |
/// | a generated enum | that enum, or an enum of yours with `#[derive(FieldLabel)]` |
///
/// Fields of structs, setters, `Required` and keys all take these.
///
/// `f32` and `f64` are left out: 0.1 has no exact binary form, so a price would change on its way.
///
/// A type of yours says how it becomes a value and how it is read back:
///
/// ```
/// use p21_model::derive::FieldType;
/// use p21_model::value::{Text, ValueError};
///
/// struct ItemId(String);
///
/// impl FieldType<Text> for ItemId {
///     fn to_field(&self) -> Text {
///         self.0.as_str().into()
///     }
///
///     fn from_field(value: Text) -> Result<Self, ValueError> {
///         Ok(Self(value.into()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a field of type `{V}` can't hold a `{Self}`",
    label = "not a type for this field"
)]
pub trait FieldType<V> {
    /// The value to send.
    fn to_field(&self) -> V;

    /// The value to send, from one that isn't needed any more.
    fn into_field(self) -> V
    where
        Self: Sized,
    {
        self.to_field()
    }

    /// The value that was read. Never called for an empty one.
    ///
    /// # Errors
    /// The value is none of this type.
    fn from_field(value: V) -> Result<Self, ValueError>
    where
        Self: Sized;
}

/// The value types themselves.
macro_rules! same {
    ($($type:ty),+) => {$(
        impl FieldType<$type> for $type {
            fn to_field(&self) -> $type {
                self.clone()
            }

            fn into_field(self) -> $type {
                self
            }

            fn from_field(value: $type) -> Result<Self, ValueError> {
                Ok(value)
            }
        }
    )+};
}

same!(Text, Decimal, bool, DateTime, Time);

impl<T: Label + Clone> FieldType<T> for T {
    fn to_field(&self) -> T {
        self.clone()
    }

    fn into_field(self) -> T {
        self
    }

    fn from_field(value: T) -> Result<Self, ValueError> {
        Ok(value)
    }
}

impl FieldType<Text> for str {
    fn to_field(&self) -> Text {
        self.into()
    }
}

impl FieldType<Text> for String {
    fn to_field(&self) -> Text {
        self.into()
    }

    fn into_field(self) -> Text {
        self.into()
    }

    fn from_field(value: Text) -> Result<Self, ValueError> {
        Ok(value.into())
    }
}

impl FieldType<Text> for Box<str> {
    fn to_field(&self) -> Text {
        (&**self).into()
    }

    fn from_field(value: Text) -> Result<Self, ValueError> {
        Ok(value.as_str().into())
    }
}

impl FieldType<Text> for Cow<'_, str> {
    fn to_field(&self) -> Text {
        (&**self).into()
    }

    fn from_field(value: Text) -> Result<Self, ValueError> {
        Ok(Cow::Owned(value.into()))
    }
}

impl FieldType<DateTime> for Date {
    fn to_field(&self) -> DateTime {
        self.at(0, 0, 0, 0)
    }

    /// A time of day would be lost, and lost again when the value is written back, so it is an error.
    fn from_field(value: DateTime) -> Result<Self, ValueError> {
        if value.time() == Time::midnight() {
            Ok(value.date())
        } else {
            Err(ValueError::new(&value.to_string(), "a date without a time of day"))
        }
    }
}

/// Whole numbers, for whole-number fields and for decimal ones.
macro_rules! whole {
    ($($type:ty: $expected:literal),+ $(,)?) => {$(
        impl FieldType<Decimal> for $type {
            fn to_field(&self) -> Decimal {
                (*self).into()
            }

            fn from_field(value: Decimal) -> Result<Self, ValueError> {
                let whole = if value.is_integer() { Self::try_from(value).ok() } else { None };
                whole.ok_or_else(|| ValueError::new(&value.to_string(), $expected))
            }
        }
    )+};
}

whole! {
    i8: "a whole number from -128 to 127",
    i16: "a whole number from -32768 to 32767",
    i32: "a whole number of 32 bits",
    i64: "a whole number of 64 bits",
    u8: "a whole number from 0 to 255",
    u16: "a whole number from 0 to 65535",
    u32: "a whole number of 32 bits, not negative",
    u64: "a whole number of 64 bits, not negative",
    isize: "a whole number of this machine's size",
    usize: "a whole number of this machine's size, not negative",
}

macro_rules! narrower {
    ($($type:ty: $expected:literal),+ $(,)?) => {$(
        impl FieldType<i64> for $type {
            fn to_field(&self) -> i64 {
                i64::from(*self)
            }

            fn from_field(value: i64) -> Result<Self, ValueError> {
                Self::try_from(value).map_err(|_| ValueError::new(&value.to_string(), $expected))
            }
        }
    )+};
}

// No `u64`: half of its values are not numbers that P21's `Long` could hold.
narrower! {
    i8: "a whole number from -128 to 127",
    i16: "a whole number from -32768 to 32767",
    i32: "a whole number of 32 bits",
    i64: "a whole number of 64 bits",
    u8: "a whole number from 0 to 255",
    u16: "a whole number from 0 to 65535",
    u32: "a whole number of 32 bits, not negative",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_does_not_fit_is_an_error_that_quotes_it() {
        let error = <u8 as FieldType<Decimal>>::from_field(Decimal::new(25, 1)).unwrap_err();
        assert_eq!(error.to_string(), "`2.5` is not a whole number from 0 to 255");
        assert_eq!(<u32 as FieldType<i64>>::from_field(-1).unwrap_err().found, "-1");
        assert_eq!(<u32 as FieldType<Decimal>>::from_field(Decimal::new(100, 1)), Ok(10));
    }

    #[test]
    fn a_date_never_swallows_a_time() {
        let noon = jiff::civil::date(2027, 12, 31).at(12, 0, 0, 0);
        assert!(Date::from_field(noon).is_err());
        assert_eq!(
            Date::from_field(crate::rows::value::date(2027, 12, 31)).unwrap().to_field(),
            crate::rows::value::date(2027, 12, 31)
        );
    }
}
