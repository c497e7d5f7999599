//! Elements of a document, by their names.

use crate::wire::xml::XmlReadError;
use crate::wire::xml::tree::{Broken, Node, Space, parse_with_attributes};

/// A document.
pub(super) struct Document(Vec<Node>);

/// An element of it.
#[derive(Clone, Copy)]
pub struct XmlElement<'d> {
    nodes: &'d [Node],
    at: usize,
}

impl Document {
    /// # Errors
    /// It is no XML, or has what these documents never have.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, XmlReadError> {
        let broken = |at, problem: &str| XmlReadError::Broken { at, problem: problem.to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|error| broken(error.valid_up_to(), "it is not UTF-8"))?;
        let nodes = parse_with_attributes(text.trim_start_matches('\u{feff}'));
        nodes.map(Self).map_err(|Broken { at, problem }| XmlReadError::Broken { at, problem })
    }

    pub(super) fn root(&self) -> XmlElement<'_> {
        XmlElement { nodes: &self.0, at: 0 }
    }
}

impl<'d> XmlElement<'d> {
    fn node(self) -> &'d Node {
        &self.nodes[self.at]
    }

    pub(super) fn name(self) -> &'d str {
        &self.node().name
    }

    pub(super) fn is_in(self, spaces: &[Space]) -> bool {
        spaces.contains(&self.node().space)
    }

    /// The error that it is in no namespace of these documents.
    pub(super) fn misplaced(self) -> XmlReadError {
        let prefix = self.attributes().iter().find(|(name, _)| name == "xmlns" || name.starts_with("xmlns:"));
        XmlReadError::Namespace {
            root: cut(self.name(), 80),
            found: prefix.map(|(_, found)| cut(found, 200)).unwrap_or_default(),
            expected: crate::wire::xml::INTERACTIVE,
        }
    }

    fn attributes(self) -> &'d [(String, String)] {
        &self.node().attributes
    }

    pub(super) fn attribute(self, name: &str) -> Option<&'d str> {
        self.attributes().iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Its elements. Those of another namespace are somebody else's.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let children = self.node().children.iter().map(move |at| Self { nodes: self.nodes, at: *at });
        children.filter(|child| child.is_in(&[Space::Interactive, Space::None]))
    }

    /// Its elements of a name.
    pub(super) fn all(self, name: &'static str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first element of a name.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    pub(super) fn text(self) -> &'d str {
        &self.node().text
    }

    /// What the first element of a name says.
    pub(super) fn text_of(self, name: &str) -> Option<&'d str> {
        self.child(name).map(Self::text)
    }

    /// The same, where it says anything.
    pub(super) fn said(self, name: &str) -> Option<&'d str> {
        self.text_of(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Everything that is written in it.
    pub(super) fn whole_text(self) -> String {
        let own = self.text().trim().to_owned();
        let below = self.children().map(Self::whole_text);
        let all: Vec<String> = std::iter::once(own).chain(below).filter(|text| !text.is_empty()).collect();
        all.join(": ")
    }

    /// What the first element of a name counts.
    ///
    /// # Errors
    /// It is no number.
    pub(super) fn number(self, member: &'static str) -> Result<Option<i64>, XmlReadError> {
        let Some(text) = self.said(member) else { return Ok(None) };
        let number = text.parse();
        number.map(Some).map_err(|_| XmlReadError::Value { member, found: cut(text, 80), expected: "a whole number" })
    }
}

pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
