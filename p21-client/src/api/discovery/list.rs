//! The list of services, read item by item: a hostile one is given up before it is in memory.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// An installation has about 300.
const MOST: usize = 10_000;

/// What the server answers when it is asked for its services.
pub(super) enum List {
    /// Names, or objects with a name: by itself, or as the member `Services`.
    Items(Vec<Value>),
    /// More than any P21 has.
    TooMany,
    /// Something else.
    Other,
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = List;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of services")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List, A::Error> {
        let mut found = Vec::new();
        while found.len() < MOST {
            match items.next_element()? {
                Some(item) => found.push(item),
                None => return Ok(List::Items(found)),
            }
        }
        let mut more = false;
        while items.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok(if more { List::TooMany } else { List::Items(found) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<List, A::Error> {
        let mut list = List::Other;
        while let Some(name) = members.next_key::<String>()? {
            if name == "Services" {
                list = members.next_value()?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(list)
    }

    fn visit_bool<E>(self, _: bool) -> Result<List, E> {
        Ok(List::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<List, E> {
        Ok(List::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<List, E> {
        Ok(List::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<List, E> {
        Ok(List::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<List, E> {
        Ok(List::Other)
    }

    fn visit_unit<E>(self) -> Result<List, E> {
        Ok(List::Other)
    }
}
