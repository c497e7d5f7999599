//! Rows as checks see them, whether typed or bound from a payload.

use crate::facts::schema::ElementSchema;
use crate::rows::row::RawRow;

/// A row whose fields are known by index.
pub(super) trait RowView {
    /// How many edits of known fields there are.
    fn len(&self) -> usize;

    /// The index and value of an edit, in the order they leave.
    fn edit(&self, at: usize) -> (u16, &str);

    /// Whether it has no edit at all, of unknown fields neither.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last value of a field.
    fn value(&self, field: u16) -> Option<&str>;

    /// The last value of a field, if it says something: P21 takes blanks for nothing.
    fn filled(&self, field: u16) -> Option<&str> {
        self.value(field).filter(|value| !value.trim().is_empty())
    }

    /// The place of an edit in the payload.
    fn place(&self, at: usize) -> usize;

    /// Whether whoever built the row says that it is no new one. A payload doesn't say.
    fn is_partial(&self) -> bool {
        false
    }

    /// Whether an unknown name was reported that is nearly this field's: then the field is not missing.
    fn is_misspelt(&self, _field: u16) -> bool {
        false
    }

    /// Whether the types of the values are known to fit: a typed row can only hold what its setters took.
    const TYPED: bool;
}

impl RowView for RawRow {
    fn len(&self) -> usize {
        self.edits().len()
    }

    fn edit(&self, at: usize) -> (u16, &str) {
        let edit = &self.edits()[at];
        (edit.index(), edit.value())
    }

    fn value(&self, field: u16) -> Option<&str> {
        Self::value(self, field)
    }

    fn place(&self, at: usize) -> usize {
        at
    }

    fn is_empty(&self) -> bool {
        self.edits().is_empty() && self.extras().is_empty()
    }

    fn is_partial(&self) -> bool {
        Self::is_partial(self)
    }

    const TYPED: bool = true;
}

/// Rows of one element that leave together.
pub(super) struct Group<'a, R> {
    /// The element.
    pub(super) element: &'a ElementSchema,
    /// Its place among the transaction's elements.
    pub(super) place: usize,
    /// The fields that tell rows apart, if the payload names any.
    pub(super) keys: &'a [u16],
    /// The rows.
    pub(super) rows: &'a [R],
}

/// A row of a payload, its fields looked up.
pub(super) struct BoundRow<'a> {
    /// Index, value and place of each edit of a known field, in the order they leave.
    pub(super) edits: Vec<(u16, &'a str, usize)>,
    /// The fields that unknown names of the row are nearly.
    pub(super) misspelt: Vec<u16>,
}

impl RowView for BoundRow<'_> {
    fn len(&self) -> usize {
        self.edits.len()
    }

    fn edit(&self, at: usize) -> (u16, &str) {
        let (index, value, _) = self.edits[at];
        (index, value)
    }

    fn value(&self, field: u16) -> Option<&str> {
        self.edits.iter().rev().find(|(index, ..)| *index == field).map(|(_, value, _)| *value)
    }

    fn place(&self, at: usize) -> usize {
        self.edits[at].2
    }

    fn is_misspelt(&self, field: u16) -> bool {
        self.misspelt.contains(&field)
    }

    const TYPED: bool = false;
}
