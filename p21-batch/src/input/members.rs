//! Members of JSON objects that are there twice: whatever reads them takes one, and nobody knows which is meant.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// The first member of a text that its object has twice, and the column where that ends. A text that is no JSON has none.
pub(super) fn twice(text: &str) -> Option<(String, usize)> {
    let found = RefCell::new(None);
    let error = Once(&found).deserialize(&mut serde_json::Deserializer::from_str(text)).err()?;
    Some((found.into_inner()?, error.column()))
}

#[derive(Clone, Copy)]
struct Once<'f>(&'f RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// What has no members.
macro_rules! plain {
    ($($method:ident $of:ty),+) => {$(
        fn $method<E: serde::de::Error>(self, _: $of) -> Result<(), E> {
            Ok(())
        }
    )+};
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    plain!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str);

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        while all.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = all.next_key::<String>()? {
            if names.contains(&name) {
                self.0.replace(Some(name));
                return Err(A::Error::custom("it is there twice"));
            }
            names.insert(name);
            all.next_value_seed(self)?;
        }
        Ok(())
    }
}
