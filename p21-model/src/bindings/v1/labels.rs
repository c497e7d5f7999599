//! What every enum of labels has: a line of the generated code instead of derives, which are a twentieth of what checking
//! bindings costs.

use std::fmt;

use super::Label;

pub use crate::__p21_v1_label_traits as label_traits;

/// `PartialEq`, `Eq` and `Debug` of an enum of labels, and with the feature `serde` that of its label.
#[doc(hidden)]
#[macro_export]
macro_rules! __p21_v1_label_traits {
    ($label:ident) => {
        impl ::core::cmp::PartialEq for $label {
            fn eq(&self, other: &Self) -> bool {
                $crate::bindings::v1::is_same_label(self, other)
            }
        }

        impl ::core::cmp::Eq for $label {}

        impl ::core::fmt::Debug for $label {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::bindings::v1::show_label(self, f)
            }
        }

        $crate::__p21_v1_serde_label!($label);
    };
}

/// Whether two are the same variant, with the same label.
pub fn is_same_label<L: Label>(one: &L, other: &L) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other) && one.as_label() == other.as_label()
}

/// Its label, as a string.
///
/// # Errors
/// As the formatter's.
pub fn show_label<L: Label>(label: &L, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(label.as_label(), f)
}

/// A label as a string.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __p21_v1_serde_label {
    ($label:ident) => {
        impl $crate::bindings::v1::serde::Serialize for $label {
            fn serialize<S: $crate::bindings::v1::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                to.serialize_str($crate::bindings::v1::Label::as_label(self))
            }
        }

        impl<'de> $crate::bindings::v1::serde::Deserialize<'de> for $label {
            fn deserialize<D: $crate::bindings::v1::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::bindings::v1::read_label(from)
            }
        }
    };
}

/// Nothing, without the feature.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __p21_v1_serde_label {
    ($label:ident) => {};
}

/// Reads a label: the variant that has it, or `Other`.
///
/// # Errors
/// It is no text.
#[cfg(feature = "serde")]
pub fn read_label<'de, D: serde::Deserializer<'de>, L: Label>(from: D) -> Result<L, D::Error> {
    use serde::Deserialize as _;

    super::Text::deserialize(from).map(|label| L::from_label(&label))
}
