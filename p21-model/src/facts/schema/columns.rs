//! The fields of an element: those of a schema built at run time, or those that generated bindings write down as text.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use super::{Codes, FieldFlags, FieldSchema, Labels, ValueType, table};

/// The type of a field's values, and those that are known.
#[derive(Debug, Clone, Copy)]
pub struct Values {
    value_type: ValueType,
    labels: &'static [&'static str],
    codes: &'static [(&'static str, &'static str)],
}

/// The fields of an element, in emission order: a slice of [`FieldSchema`]s.
#[derive(Debug, Clone)]
pub struct Fields(Form);

#[derive(Debug, Clone)]
enum Form {
    Built(Vec<FieldSchema>),
    /// Text, read when somebody asks for it. Read while bindings compile, or written as data, it would be a tenth of what
    /// that takes. The place for it is a static of its own: whatever holds it couldn't be read by constants, which the
    /// derives' checks are.
    Written {
        table: &'static str,
        lists: &'static [Values],
        read: &'static FieldsRead,
    },
}

/// Where the fields of an element are kept once somebody asked for them.
#[derive(Debug, Default)]
pub struct FieldsRead(OnceLock<Box<[FieldSchema]>>);

impl FieldsRead {
    /// Nobody has asked yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl Values {
    /// Known ones: labels, and label and code where codes are known.
    pub const fn known(
        value_type: ValueType,
        labels: &'static [&'static str],
        codes: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { value_type, labels, codes }
    }

    /// Any of a type.
    const fn any(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Switch => Self::known(value_type, &["ON", "OFF"], &[]),
            _ => Self::known(value_type, &[], &[]),
        }
    }
}

impl Fields {
    /// Fields that are written as text, the lists of those that say so, and the place where they are kept.
    pub(crate) const fn written(table: &'static str, lists: &'static [Values], read: &'static FieldsRead) -> Self {
        Self(Form::Written { table, lists, read })
    }

    /// None.
    pub(crate) const fn none() -> Self {
        Self(Form::Built(Vec::new()))
    }

    /// How many there are, for constants.
    pub(crate) const fn count(&'static self) -> usize {
        match &self.0 {
            Form::Built(fields) => fields.len(),
            Form::Written { table, .. } => table::count(table),
        }
    }

    /// Name and flags of a field, for constants.
    pub(crate) const fn known(&'static self, index: u16) -> (&'static str, FieldFlags) {
        let field = match &self.0 {
            Form::Built(fields) => &fields.as_slice()[index as usize],
            Form::Written { table, .. } => {
                let line = table::line(table, index as usize);
                return (line.name, line.flags);
            }
        };
        let name = match &field.name {
            Cow::Borrowed(name) => name,
            Cow::Owned(name) => name.as_str(),
        };
        (name, field.flags)
    }
}

impl Deref for Fields {
    type Target = [FieldSchema];

    fn deref(&self) -> &[FieldSchema] {
        match &self.0 {
            Form::Built(fields) => fields,
            Form::Written { table, lists, read } => read.0.get_or_init(|| fields(table, lists)),
        }
    }
}

impl From<Vec<FieldSchema>> for Fields {
    fn from(fields: Vec<FieldSchema>) -> Self {
        Self(Form::Built(fields))
    }
}

/// Reads the text.
fn fields(table: &'static str, lists: &'static [Values]) -> Box<[FieldSchema]> {
    let mut lists = lists.iter().copied();
    let field = |line: table::Line<'static>| {
        let values = match line.value_type {
            Some(value_type) => Values::any(value_type),
            None => lists.next().expect("bindings have a list for each field that is listed: generate them again"),
        };
        FieldSchema {
            name: table::plain(line.name),
            label: table::plain(line.label),
            value_type: values.value_type,
            flags: line.flags,
            values: Labels::Static(values.labels),
            codes: Codes::Static(values.codes),
        }
    };
    table::lines(table).map(field).collect()
}
