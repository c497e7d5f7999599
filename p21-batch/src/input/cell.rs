//! A row of texts under names, read as a struct.

use std::fmt::Display;

use serde::de::value::{Error, MapDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};

/// A struct from the cells of a row, and the column that it can't be read from.
pub(super) fn read<'r, T: serde::de::DeserializeOwned>(
    cells: impl Iterator<Item = (&'r str, &'r str)>,
) -> Result<T, (Option<String>, String)> {
    let map = MapDeserializer::new(cells.map(|(name, value)| (name, Cell(value))));
    serde_path_to_error::deserialize(map).map_err(|error: serde_path_to_error::Error<Error>| {
        let path = error.path().to_string();
        (Some(path).filter(|path| path != "."), error.inner().to_string())
    })
}

/// What stands in a cell: its text, read as what is wanted.
struct Cell<'r>(&'r str);

impl Cell<'_> {
    fn parse<N: std::str::FromStr<Err: Display>>(&self, what: &str) -> Result<N, Error> {
        self.0.trim().parse().map_err(|_| Error::custom(format!("it is no {what}")))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $what:literal)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.parse($what)?)
        }
    )+};
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    numbers! {
        deserialize_i8 visit_i8 "whole number of that size"
        deserialize_i16 visit_i16 "whole number of that size"
        deserialize_i32 visit_i32 "whole number of that size"
        deserialize_i64 visit_i64 "whole number"
        deserialize_i128 visit_i128 "whole number"
        deserialize_u8 visit_u8 "whole number of that size, from 0"
        deserialize_u16 visit_u16 "whole number of that size, from 0"
        deserialize_u32 visit_u32 "whole number of that size, from 0"
        deserialize_u64 visit_u64 "whole number from 0"
        deserialize_u128 visit_u128 "whole number from 0"
        deserialize_f32 visit_f32 "number"
        deserialize_f64 visit_f64 "number"
        deserialize_bool visit_bool "`true` or `false`"
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text: StrDeserializer<'_, Error> = self.0.into_deserializer();
        text.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Cell<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
