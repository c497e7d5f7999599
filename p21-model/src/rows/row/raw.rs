//! The row underneath every typed row.

use crate::facts::schema::ElementSchema;
use crate::rows::value::{
    FieldValue, IntoDateTime, IntoDecimal, IntoInteger, IntoLabel, IntoSwitch, IntoText, IntoTime, Label, Text,
};
use crate::wire::payload;

/// A row: a sparse list of edits, kept in emission order.
///
/// P21 rows are wide (up to 69 fields) and sparsely filled, so a list of what is set is smaller and faster than a
/// struct of options, and it is what the wire wants.
#[derive(Clone)]
pub struct RawRow {
    element: &'static ElementSchema,
    edits: Vec<Edit>,
    children: Vec<RawRow>,
    /// Fields that the definition doesn't have; rare, so a pointer is all it costs.
    extras: Option<Box<Extras>>,
    /// Whoever built it says that it is no new row.
    partial: bool,
}

/// How many edits most rows have room for at once.
const USUAL_EDITS: usize = 8;

/// The bytes that JSON escapes.
const NEEDS_ESCAPE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// A value for one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    value: Text,
    index: u16,
    ignore_if_empty: bool,
    needs_escape: bool,
}

impl Edit {
    /// The field's index in its element.
    pub fn index(&self) -> u16 {
        self.index
    }

    /// The value, spelt as on the wire.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether P21 skips the value if it is empty.
    pub fn ignore_if_empty(&self) -> bool {
        self.ignore_if_empty
    }

    /// Whether JSON has to escape something in the value; found out once, when the value is set.
    pub(super) fn needs_escape(&self) -> bool {
        self.needs_escape
    }
}

/// Names and values of fields that the definition doesn't have.
#[derive(Clone, Default)]
struct Extras(Vec<(Text, Text)>);

impl RawRow {
    /// An empty row of an element.
    pub const fn new(element: &'static ElementSchema) -> Self {
        Self { element, edits: Vec::new(), children: Vec::new(), extras: None, partial: false }
    }

    /// An empty partial row: an update, or a row that picks an existing one. Nothing is required of it.
    pub const fn partial(element: &'static ElementSchema) -> Self {
        Self { element, edits: Vec::new(), children: Vec::new(), extras: None, partial: true }
    }

    /// Whether the row is a [partial](Self::partial) one.
    pub const fn is_partial(&self) -> bool {
        self.partial
    }

    /// Sets a field. Setting it again replaces the value.
    #[must_use]
    #[inline]
    pub fn set(mut self, index: u16, value: impl FieldValue) -> Self {
        self.put(index, value.into_wire(), false);
        self
    }

    /// Sets a field where there is a value.
    #[must_use]
    #[inline]
    pub fn set_some(self, index: u16, value: Option<impl FieldValue>) -> Self {
        match value {
            Some(value) => self.set(index, value),
            None => self,
        }
    }

    /// Sets a text field.
    #[must_use]
    pub fn text(self, index: u16, value: impl IntoText) -> Self {
        self.set_some(index, value.into_text())
    }

    /// Sets a number field.
    #[must_use]
    pub fn decimal(self, index: u16, value: impl IntoDecimal) -> Self {
        self.set_some(index, value.into_decimal())
    }

    /// Sets a whole-number field.
    #[must_use]
    pub fn integer(self, index: u16, value: impl IntoInteger) -> Self {
        self.set_some(index, value.into_integer())
    }

    /// Sets a field of `ON` and `OFF`.
    #[must_use]
    pub fn switch(self, index: u16, value: impl IntoSwitch) -> Self {
        self.set_some(index, value.into_switch())
    }

    /// Sets a date field.
    #[must_use]
    pub fn date_time(self, index: u16, value: impl IntoDateTime) -> Self {
        self.set_some(index, value.into_date_time())
    }

    /// Sets a field of a time of day.
    #[must_use]
    pub fn time(self, index: u16, value: impl IntoTime) -> Self {
        self.set_some(index, value.into_time())
    }

    /// Sets a field with labels.
    #[must_use]
    pub fn label<L: Label>(self, index: u16, value: impl IntoLabel<L>) -> Self {
        self.set_some(index, value.into_label())
    }

    /// Empties a field, or has P21 skip it.
    #[must_use]
    pub fn set_empty(mut self, index: u16, ignore_if_empty: bool) -> Self {
        self.put(index, Text::from_static(""), ignore_if_empty);
        self
    }

    fn put(&mut self, index: u16, value: Text, ignore_if_empty: bool) {
        let needs_escape = value.bytes().fold(false, |found, byte| found | NEEDS_ESCAPE[byte as usize]);
        let edit = Edit { value, index, ignore_if_empty, needs_escape };
        if self.edits.capacity() == 0 {
            self.edits.reserve_exact(USUAL_EDITS);
        }
        // Setters are mostly called in emission order, so the end is the first place to look.
        match self.edits.last() {
            Some(last) if last.index >= index => match self.edits.binary_search_by_key(&index, |edit| edit.index) {
                Ok(at) => self.edits[at] = edit,
                Err(at) => self.edits.insert(at, edit),
            },
            _ => self.edits.push(edit),
        }
    }

    /// Sets a field that the definition doesn't have. One it has is set as what it is.
    pub fn set_extra(&mut self, name: Text, value: Text) {
        if let Some((index, _)) = self.element.field(&name) {
            self.put(index, value, false);
            return;
        }
        let extras = &mut self.extras.get_or_insert_default().0;
        match extras.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => extras.push((name, value)),
        }
    }

    /// Attaches a child row.
    pub fn push_child(&mut self, child: Self) {
        self.children.push(child);
    }

    /// The element.
    pub fn element(&self) -> &'static ElementSchema {
        self.element
    }

    /// The edits, in emission order.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Fields that the definition doesn't have.
    pub fn extras(&self) -> &[(Text, Text)] {
        self.extras.as_deref().map_or(&[], |extras| &extras.0)
    }

    /// The children, in the order they were attached.
    pub fn children(&self) -> &[Self] {
        &self.children
    }

    /// The same, to be added to.
    #[doc(hidden)]
    pub fn children_mut(&mut self) -> &mut [Self] {
        &mut self.children
    }

    /// The value of a field, spelt as on the wire.
    pub fn value(&self, index: u16) -> Option<&str> {
        let at = self.edits.binary_search_by_key(&index, |edit| edit.index).ok()?;
        Some(&self.edits[at].value)
    }

    /// The row as P21 spells it, without its children.
    pub fn to_payload(&self) -> payload::Row {
        let known = self.edits.iter().map(|edit| payload::Edit {
            name: self.element.fields[edit.index as usize].name.to_string(),
            value: edit.value.to_string(),
            ignore_if_empty: edit.ignore_if_empty,
            ..payload::Edit::default()
        });
        let extras = self.extras().iter().map(|(name, value)| payload::Edit::new(name.as_str(), value.as_str()));
        payload::Row { edits: known.chain(extras).collect(), ..payload::Row::default() }
    }
}

impl std::fmt::Debug for RawRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        struct Edits<'a>(&'a RawRow);

        impl std::fmt::Debug for Edits<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let fields = &self.0.element.fields;
                f.debug_map()
                    .entries(self.0.edits.iter().map(|edit| (&*fields[edit.index as usize].name, &*edit.value)))
                    .entries(self.0.extras().iter().map(|(name, value)| (name.as_str(), value.as_str())))
                    .finish()
            }
        }

        let mut out = f.debug_tuple(&self.element.name);
        out.field(&Edits(self));
        self.children.iter().for_each(|child| {
            out.field(child);
        });
        out.finish()
    }
}
