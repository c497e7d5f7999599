//! Keys with the feature `serde`: a line of the generated code, which without it is nothing.
//!
//! A macro, since neither a derive nor a feature of the crate that the bindings stand in may be needed for it.

#[cfg(feature = "serde")]
pub use ::serde;

pub use crate::__p21_v1_serde_key as serde_key;

/// A key, as P21 is asked for its record.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __p21_v1_serde_key {
    ($key:ident) => {
        impl $crate::bindings::v1::serde::Serialize for $key {
            fn serialize<S: $crate::bindings::v1::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::bindings::v1::serde::Serialize::serialize($crate::bindings::v1::RecordKey::values(self), to)
            }
        }

        impl<'de> $crate::bindings::v1::serde::Deserialize<'de> for $key {
            fn deserialize<D: $crate::bindings::v1::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::bindings::v1::read_key(from)
            }
        }
    };
}

/// A key, as P21 is asked for its record.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __p21_v1_serde_key {
    ($key:ident) => {};
}

#[cfg(feature = "serde")]
mod reading {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer};

    use crate::rows::row::{KeyValues, Keyed, RecordKey, Service};
    use crate::wire::payload::TransactionState;

    /// Reads a key: every field of it, on the form that holds it, and nothing else.
    ///
    /// # Errors
    /// It is the key of something else, or not all of it.
    pub fn read_key<'de, D: Deserializer<'de>, K: RecordKey>(from: D) -> Result<K, D::Error> {
        let state = TransactionState::deserialize(from)?;
        let form = <<K::Service as Keyed>::Form as crate::rows::row::Element>::SCHEMA;
        let service = <K::Service as Service>::SCHEMA;
        let names: Vec<&str> = service.record_key().map(|(_, names)| names).unwrap_or_default();
        let is_it = state.data_element_name == form.name
            && state.keys.len() == names.len()
            && names.iter().all(|name| state.keys.iter().any(|key| key.name == *name));
        if !is_it {
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let wanted = format!("the key of `{}` is {names} of `{}`, all together", service.name, form.name);
            return Err(D::Error::custom(wanted));
        }
        // In the definition's order, whatever the text's is: equal keys are equal.
        let values = names.iter().filter_map(|name| state.keys.iter().find(|key| key.name == *name));
        let all = values.fold(KeyValues::of(form), |all, key| all.and_wire(&key.name, key.value.as_str()));
        Ok(K::of_values(all))
    }
}

#[cfg(feature = "serde")]
pub use reading::read_key;
