//! The fields that a struct reads, as its `Deserialize` says.

use std::cell::Cell;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// The names of the fields of a struct; `None` for what is no plain struct (one with `flatten`, a map).
pub(super) fn of<T: for<'de> Deserialize<'de>>() -> Option<&'static [&'static str]> {
    let found = Cell::new(None);
    // It stops at the question, whatever the answer would have been.
    let _ = T::deserialize(Asked(&found));
    found.get()
}

struct Asked<'a>(&'a Cell<Option<&'static [&'static str]>>);

#[derive(Debug, thiserror::Error)]
#[error("nothing is read")]
struct Stopped;

impl de::Error for Stopped {
    fn custom<M: std::fmt::Display>(_: M) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Stopped;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stopped> {
        Err(Stopped)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stopped> {
        self.0.set(Some(fields));
        Err(Stopped)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
