//! Reading a body in XML as P21's serializer does: children in order, what comes late is lost, what is unknown is
//! skipped.
//!
//! Nothing expands: only the five entities of XML and characters by number are known, document types are refused, and
//! depth is bounded. The text is read once, front to back; what it holds is bounded by the size of the body.

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use serde_json::{Map, Value};

use super::grammar::{Class, Content, Loss, TRANSACTION};
use super::names::{ARRAYS, CONTRACT};

/// Payloads are ten elements deep; anything far deeper is none.
const MAX_DEPTH: usize = 64;

/// Why a body has no content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is no XML that the server would read.
    Malformed(String),
    /// It is not the element that is wanted, or not in P21's namespace: it binds to nothing.
    Foreign,
    /// A child of the root came too late, which no build survives.
    OutOfOrder,
}

/// The body as the JSON that says the same; null if it is `nil`.
pub(crate) fn read(body: &[u8], class: &'static Class) -> Result<Value, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::Malformed("the body is not UTF-8".to_owned()))?;
    let mut reader = Reader { xml: NsReader::from_str(text), depth: 0 };
    let root = reader.root()?;
    let known = root.space == Space::Contract && root.name == class.name;
    if !known {
        reader.skip(&root)?;
        reader.end()?;
        return Err(Unreadable::Foreign);
    }
    let read = reader.object(&root, class)?;
    reader.end()?;
    match read {
        Read::Whole(value) => Ok(value),
        Read::Damaged => Err(Unreadable::OutOfOrder),
    }
}

/// An object that has all it was given, or has lost something it can't do without.
enum Read {
    Whole(Value),
    Damaged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    Contract,
    Arrays,
    Other,
}

/// The start of an element.
struct Start {
    name: String,
    space: Space,
    is_nil: bool,
    is_empty: bool,
}

struct Reader<'t> {
    xml: NsReader<&'t [u8]>,
    depth: usize,
}

/// What comes next inside an element.
enum Next {
    Child(Start),
    Text(String),
    End,
}

impl Reader<'_> {
    fn root(&mut self) -> Result<Start, Unreadable> {
        loop {
            match self.next()? {
                Next::Child(start) => return Ok(start),
                Next::Text(text) if is_blank(&text) => {}
                _ => return Err(Unreadable::Malformed("there is no root element".to_owned())),
            }
        }
    }

    /// Nothing but space may follow the root.
    fn end(&mut self) -> Result<(), Unreadable> {
        loop {
            match self.next()? {
                Next::End => return Ok(()),
                Next::Text(text) if is_blank(&text) => {}
                _ => return Err(Unreadable::Malformed("something follows the root element".to_owned())),
            }
        }
    }

    /// Reads an object's children. A late one is skipped, and so is a second one of the same name.
    fn object(&mut self, start: &Start, class: &'static Class) -> Result<Read, Unreadable> {
        let mut members = Map::new();
        let (mut next_rank, mut damaged) = (0, false);
        let mut seen = Vec::new();
        if start.is_empty {
            return Ok(Read::Whole(if start.is_nil { Value::Null } else { Value::Object(members) }));
        }
        while let Some(child) = self.child()? {
            let rank = class.members.iter().position(|(name, _)| *name == child.name);
            let Some(rank) = rank.filter(|_| child.space == Space::Contract) else {
                self.skip(&child)?;
                continue;
            };
            if rank < next_rank {
                damaged |= !seen.contains(&rank) && class.loss != Loss::Member;
                self.skip(&child)?;
                continue;
            }
            next_rank = rank + 1;
            seen.push(rank);
            match self.member(&child, class.members[rank].1)? {
                Some(Read::Whole(value)) => drop(members.insert(child.name, value)),
                Some(Read::Damaged) => damaged = true,
                None => {}
            }
        }
        if damaged {
            return Ok(Read::Damaged);
        }
        Ok(Read::Whole(if start.is_nil { Value::Null } else { Value::Object(members) }))
    }

    fn member(&mut self, start: &Start, content: Content) -> Result<Option<Read>, Unreadable> {
        let value = match content {
            Content::Ignored => {
                self.skip(start)?;
                return Ok(None);
            }
            Content::Noticed if self.says_something(start)? => Value::Bool(true),
            Content::Noticed => return Ok(None),
            Content::List(class) => return self.list(start, class).map(Some),
            Content::Strings => self.strings(start)?,
            Content::Text => self.text(start)?,
            Content::Flag => match self.text(start)? {
                Value::String(text) => flag(&text)?,
                other => other,
            },
        };
        Ok(Some(Read::Whole(value)))
    }

    /// Items of another name are skipped. A transaction that was damaged is null, anything else takes its list along.
    fn list(&mut self, start: &Start, class: &'static Class) -> Result<Read, Unreadable> {
        let mut items = Vec::new();
        let mut damaged = false;
        if !start.is_empty {
            while let Some(child) = self.child()? {
                if child.space != Space::Contract || child.name != class.name {
                    self.skip(&child)?;
                    continue;
                }
                match self.object(&child, class)? {
                    Read::Whole(value) => items.push(value),
                    Read::Damaged if std::ptr::eq(class, &TRANSACTION) => items.push(Value::Null),
                    Read::Damaged => damaged = true,
                }
            }
        }
        Ok(if damaged { Read::Damaged } else { Read::Whole(Value::Array(items)) })
    }

    fn strings(&mut self, start: &Start) -> Result<Value, Unreadable> {
        let mut items = Vec::new();
        if !start.is_empty {
            while let Some(child) = self.child()? {
                if child.space == Space::Arrays && child.name == "string" {
                    items.push(self.text(&child)?);
                } else {
                    self.skip(&child)?;
                }
            }
        }
        Ok(Value::Array(items))
    }

    /// An element's text; children have no place in it.
    fn text(&mut self, start: &Start) -> Result<Value, Unreadable> {
        let mut text = String::new();
        if !start.is_empty {
            loop {
                match self.next()? {
                    Next::Text(more) => text.push_str(&more),
                    Next::End => break,
                    Next::Child(child) => {
                        let problem = format!("`{}` can't hold the element `{}`", start.name, child.name);
                        return Err(Unreadable::Malformed(problem));
                    }
                }
            }
        }
        Ok(if start.is_nil { Value::Null } else { Value::String(text) })
    }

    /// The next child, whatever text is before it; `None` at the end.
    fn child(&mut self) -> Result<Option<Start>, Unreadable> {
        loop {
            match self.next()? {
                Next::Child(start) => return Ok(Some(start)),
                Next::Text(_) => {}
                Next::End => return Ok(None),
            }
        }
    }

    fn skip(&mut self, start: &Start) -> Result<(), Unreadable> {
        self.says_something(start).map(drop)
    }

    /// Skips an element; whether there was anything in it.
    fn says_something(&mut self, start: &Start) -> Result<bool, Unreadable> {
        let outside = self.depth.saturating_sub(1);
        let mut found = false;
        if start.is_empty {
            return Ok(false);
        }
        while self.depth > outside {
            found |= match self.next()? {
                Next::Child(_) => true,
                Next::Text(text) => !is_blank(&text),
                Next::End => false,
            };
        }
        Ok(found)
    }

    fn next(&mut self) -> Result<Next, Unreadable> {
        loop {
            let event = self.xml.read_event().map_err(|error| self.malformed(&error))?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(Unreadable::Malformed(format!("elements are nested deeper than {MAX_DEPTH}")));
                    }
                    Next::Child(self.start(&start, false))
                }
                Event::Empty(start) => Next::Child(self.start(&start, true)),
                Event::End(_) => {
                    self.depth -= 1;
                    Next::End
                }
                Event::Text(text) => Next::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Next::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => Next::Text(self.character(&reference)?.to_string()),
                Event::DocType(_) => return Err(self.malformed(&"document types are not taken")),
                Event::Eof if self.depth > 0 => return Err(self.malformed(&"the XML ends too early")),
                Event::Eof => Next::End,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
            });
        }
    }

    fn start(&self, start: &BytesStart<'_>, is_empty: bool) -> Start {
        let resolver = self.xml.resolver();
        let (space, name) = resolver.resolve_element(start.name());
        let space = match space {
            ResolveResult::Bound(namespace) if namespace.as_ref() == CONTRACT => Space::Contract,
            ResolveResult::Bound(namespace) if namespace.as_ref() == ARRAYS => Space::Arrays,
            _ => Space::Other,
        };
        Start { name: name.as_ref().to_owned(), space, is_nil: start.attributes().has_nil(resolver), is_empty }
    }

    fn character(&self, reference: &BytesRef<'_>) -> Result<char, Unreadable> {
        let by_number = reference.resolve_char_ref().map_err(|error| self.malformed(&error))?;
        let named = || match &*reference.xml10_content() {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        };
        by_number.or_else(named).ok_or_else(|| self.malformed(&"an entity is not known"))
    }

    fn malformed(&self, problem: &dyn std::fmt::Display) -> Unreadable {
        Unreadable::Malformed(format!("{problem}, at byte {}", self.xml.buffer_position()))
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty()
}

/// Booleans are lower-case, or 0 and 1; DataContract takes nothing else.
fn flag(text: &str) -> Result<Value, Unreadable> {
    match text.trim() {
        "true" | "1" => Ok(Value::Bool(true)),
        "false" | "0" => Ok(Value::Bool(false)),
        other => {
            let shown: String = other.chars().take(40).collect();
            Err(Unreadable::Malformed(format!("the value '{}' can't be parsed as a boolean", shown.escape_debug())))
        }
    }
}

#[cfg(test)]
mod tests;
