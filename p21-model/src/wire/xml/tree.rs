//! XML as a tree with positions, within bounds, and without anything that expands.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::{NsReader, XmlVersion};

use super::{ARRAYS, CONTRACT, INTERACTIVE};

/// Payloads are ten elements deep; anything far deeper is none.
const MAX_DEPTH: usize = 32;
/// A payload of this many elements is hundreds of megabytes.
const MAX_NODES: usize = 4_000_000;

/// The namespace of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Contract,
    Arrays,
    Interactive,
    None,
    Other,
}

/// An element.
#[derive(Debug)]
pub(crate) struct Node {
    /// The name without its prefix.
    pub(crate) name: String,
    pub(crate) space: Space,
    /// `xsi:nil` says that there is no value.
    pub(crate) is_nil: bool,
    /// Where the name is.
    pub(crate) at: Range<usize>,
    pub(crate) text: String,
    /// Where the text is, if there is any.
    pub(crate) text_at: Option<Range<usize>>,
    pub(crate) children: Vec<usize>,
    /// Its attributes, where they are wanted.
    pub(crate) attributes: Vec<(String, String)>,
    /// P21 doesn't read it.
    pub(crate) is_unknown: bool,
}

/// Why there is no tree.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) at: usize,
    pub(crate) problem: String,
}

/// Reads the elements of a document; the first one is the root.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, Broken> {
    read(text, false)
}

/// The same, with the attributes of the elements. Payloads say nothing in those.
pub(crate) fn parse_with_attributes(text: &str) -> Result<Vec<Node>, Broken> {
    read(text, true)
}

fn read(text: &str, keeps_attributes: bool) -> Result<Vec<Node>, Broken> {
    let mut reader = NsReader::from_str(text);
    let mut builder = Builder { nodes: Vec::new(), open: Vec::new(), keeps_attributes };
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| Broken {
            at: (reader.error_position() as usize).min(text.len()),
            problem: error.to_string(),
        })?;
        let end = reader.buffer_position() as usize;
        match event {
            Event::Start(start) => builder.open(&start, reader.resolver(), at)?,
            Event::Empty(start) => {
                builder.open(&start, reader.resolver(), at)?;
                builder.open.pop();
            }
            Event::End(_) => drop(builder.open.pop()),
            Event::Text(text) => builder.text(&text.xml10_content(), at..end)?,
            Event::CData(text) => builder.text(&text.xml10_content(), at..end)?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    _ => predefined(&reference.xml10_content()).ok_or_else(|| Broken {
                        at,
                        problem: format!("the entity `&{};` is not known", reference.xml10_content().escape_debug()),
                    })?,
                };
                builder.text(character.encode_utf8(&mut [0; 4]), at..end)?;
            }
            Event::DocType(_) => {
                return Err(Broken { at, problem: "a document type, which payloads never have".to_owned() });
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return builder.finish(at),
        }
    }
}

/// The attributes of an element. Entities other than the five of XML are none in them, either.
fn attributes(start: &BytesStart<'_>, at: usize) -> Result<Vec<(String, String)>, Broken> {
    let broken = |problem: String| Broken { at, problem };
    let each = start.attributes().map(|attribute| {
        let attribute = attribute.map_err(|error| broken(error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| broken(error.to_string()))?;
        Ok((attribute.key.as_ref().to_owned(), value.into_owned()))
    });
    each.collect()
}

fn predefined(entity: &str) -> Option<char> {
    Some(match entity {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

struct Builder {
    nodes: Vec<Node>,
    open: Vec<usize>,
    keeps_attributes: bool,
}

impl Builder {
    fn open(&mut self, start: &BytesStart<'_>, resolver: &NamespaceResolver, at: usize) -> Result<(), Broken> {
        if self.open.len() >= MAX_DEPTH || self.nodes.len() >= MAX_NODES {
            return Err(Broken { at, problem: "far more elements, or deeper ones, than payloads have".to_owned() });
        }
        let index = self.nodes.len();
        match self.open.last() {
            Some(parent) => self.nodes[*parent].children.push(index),
            None if index > 0 => return Err(Broken { at, problem: "a second root element".to_owned() }),
            None => {}
        }
        let (space, name) = resolver.resolve_element(start.name());
        let space = match space {
            ResolveResult::Bound(namespace) if namespace.as_ref() == CONTRACT => Space::Contract,
            ResolveResult::Bound(namespace) if namespace.as_ref() == ARRAYS => Space::Arrays,
            ResolveResult::Bound(namespace) if namespace.as_ref() == INTERACTIVE => Space::Interactive,
            ResolveResult::Unbound => Space::None,
            _ => Space::Other,
        };
        let attributes = if self.keeps_attributes { attributes(start, at)? } else { Vec::new() };
        self.nodes.push(Node {
            name: name.as_ref().to_owned(),
            space,
            is_nil: start.attributes().has_nil(resolver),
            at: at + 1..at + 1 + start.name().as_ref().len(),
            text: String::new(),
            text_at: None,
            children: Vec::new(),
            attributes,
            is_unknown: false,
        });
        self.open.push(index);
        Ok(())
    }

    fn text(&mut self, text: &str, at: Range<usize>) -> Result<(), Broken> {
        let Some(index) = self.open.last() else {
            let is_space = text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty();
            let outside = || Broken { at: at.start, problem: "text outside of the root element".to_owned() };
            return if is_space { Ok(()) } else { Err(outside()) };
        };
        let node = &mut self.nodes[*index];
        node.text.push_str(text);
        node.text_at = Some(node.text_at.take().map_or(at.clone(), |before| before.start..at.end));
        Ok(())
    }

    fn finish(self, end: usize) -> Result<Vec<Node>, Broken> {
        if self.nodes.is_empty() || !self.open.is_empty() {
            return Err(Broken { at: end, problem: "the XML ends too early".to_owned() });
        }
        Ok(self.nodes)
    }
}
