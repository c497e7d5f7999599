//! From a finding's path to the bytes of JSON text.
//!
//! The parser is serde's: a raw value borrows its text, so its place is how far its slice lies from the start. Objects
//! and lists are taken apart when a path first leads through them.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;

use p21_model::check::{PathStep, steps};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// JSON text whose values can be found.
pub(super) struct JsonText<'a> {
    text: &'a str,
    root: Node<'a>,
}

struct Node<'a> {
    text: &'a str,
    children: OnceCell<Children<'a>>,
}

enum Children<'a> {
    /// Name as text, the name's own text if it has no escapes, value.
    Members(Vec<(String, Option<&'a str>, Node<'a>)>),
    Items(Vec<Node<'a>>),
    None,
}

impl<'a> JsonText<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, root: Node::new(text.trim()) }
    }

    /// The bytes of the value at a path, or of its member's name. An element or a row is shown by its own name or its
    /// first line: all of it would be half of the payload.
    pub(super) fn locate(&self, path: &str, name: bool) -> Option<Range<usize>> {
        let mut node = &self.root;
        let mut key = None;
        for step in steps(path)? {
            (key, node) = match (step, node.children()) {
                (PathStep::Member(wanted), Children::Members(members)) => {
                    // Of members with one name the last one counts, here as in P21.
                    let (_, key, node) = members.iter().rev().find(|(name, ..)| *name == wanted)?;
                    (*key, node)
                }
                (PathStep::Item(index), Children::Items(items)) => (None, items.get(index)?),
                _ => return None,
            };
        }
        match key.filter(|_| name) {
            // With its quotes.
            Some(key) => self.range(key).map(|at| at.start.saturating_sub(1)..at.end + 1),
            None => self.range(node.token()),
        }
    }

    /// Where a slice of the text is.
    fn range(&self, part: &str) -> Option<Range<usize>> {
        let start = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        Some(start..start + part.len())
    }
}

impl<'a> Node<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, children: OnceCell::new() }
    }

    fn children(&self) -> &Children<'a> {
        self.children.get_or_init(|| match self.text.as_bytes().first() {
            Some(b'{') => serde_json::from_str::<Members<'_>>(self.text).map_or(Children::None, |members| {
                Children::Members(
                    members.0.into_iter().map(|(name, key, value)| (name, key, Node::new(value.get()))).collect(),
                )
            }),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(self.text).map_or(Children::None, |items| {
                Children::Items(items.into_iter().map(|item| Node::new(item.get())).collect())
            }),
            _ => Children::None,
        })
    }

    /// What stands for the value: the name of an element, the first line of anything else.
    fn token(&self) -> &'a str {
        if let Children::Members(members) = self.children()
            && let Some((.., name)) = members.iter().find(|(name, ..)| name == "Name" || name == "DataElementName")
        {
            return name.text;
        }
        self.text.lines().next().unwrap_or_default().trim_end()
    }
}

/// The members of an object, in order.
struct Members<'a>(Vec<(String, Option<&'a str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<Name<'de>>()? {
                    members.push((name.text, name.borrowed, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// A name, borrowed where it has no escapes.
struct Name<'a> {
    text: String,
    borrowed: Option<&'a str>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;

        impl<'de> Visitor<'de> for AsText {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name { text: text.to_owned(), borrowed: Some(text) })
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name { text: text.to_owned(), borrowed: None })
            }
        }

        deserializer.deserialize_str(AsText)
    }
}

#[cfg(test)]
mod tests {
    use super::JsonText;

    const TEXT: &str =
        "{ \"Name\": \"Order\",\n \"a\\u0062c\": 1, \"List\": [ {\"Name\": \"é\", \"x\": [2]}, {\n\"y\": 3 } ] }\n";

    fn found(path: &str, name: bool) -> Option<&'static str> {
        JsonText::new(TEXT).locate(path, name).map(|at| &TEXT[at])
    }

    #[test]
    fn values_and_names_are_found() {
        assert_eq!(found("Name", false), Some("\"Order\""));
        assert_eq!(found("Name", true), Some("\"Name\""));
        assert_eq!(found("List[0].x[0]", false), Some("2"));
        assert_eq!(found("List[0]", false), Some("\"é\""));
        assert_eq!(found("List[1].y", false), Some("3"));
        assert_eq!(found("List[1]", false), Some("{"));
        assert_eq!(found("abc", true), Some("1"), "a name with escapes has no text of its own");
        assert_eq!(found("List[2]", false), None);
        assert_eq!(found("Name.x", false), None);
    }
}
