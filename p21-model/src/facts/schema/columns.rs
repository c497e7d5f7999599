//! The fields of an element: those of a schema built at run time, or those that generated bindings write down as data.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use super::{Codes, FieldFlags, FieldSchema, Labels, List, ValueType};

/// The type of a field's values, and those that are known.
#[derive(Debug, Clone, Copy)]
pub struct Values {
    value_type: ValueType,
    labels: &'static [&'static str],
    codes: &'static [(&'static str, &'static str)],
}

/// A field as generated bindings write it: name, label, values, flags.
pub type FieldData = (&'static str, &'static str, Values, FieldFlags);

/// The fields of an element, in emission order: a slice of [`FieldSchema`]s.
#[derive(Debug, Clone)]
pub struct Fields(Form);

#[derive(Debug, Clone)]
enum Form {
    List(List<FieldSchema>),
    /// Data, read when somebody asks for it. Read while bindings compile, it would be a seventh of what that takes. The
    /// place for it is a static of its own: whatever holds it couldn't be read by constants, which the derives' checks are.
    Columns(&'static [FieldData], &'static FieldsRead),
}

/// Where columns are kept as fields once somebody asked for them.
#[derive(Debug, Default)]
pub struct FieldsRead(OnceLock<Box<[FieldSchema]>>);

impl FieldsRead {
    /// Nobody has asked yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl Values {
    /// Any of a type.
    pub const fn any(value_type: ValueType) -> Self {
        Self { value_type, labels: &[], codes: &[] }
    }

    /// Known ones: labels, and label and code where codes are known.
    pub const fn known(
        value_type: ValueType,
        labels: &'static [&'static str],
        codes: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { value_type, labels, codes }
    }

    /// A field with such values.
    pub(crate) const fn field(&self, name: &'static str, label: &'static str, flags: FieldFlags) -> FieldSchema {
        FieldSchema {
            name: Cow::Borrowed(name),
            label: Cow::Borrowed(label),
            value_type: self.value_type,
            flags,
            values: Labels::Static(self.labels),
            codes: Codes::Static(self.codes),
        }
    }
}

impl Fields {
    /// Fields that are there as such.
    pub(crate) const fn fixed(fields: &'static [FieldSchema]) -> Self {
        Self(Form::List(List::Static(fields)))
    }

    /// Fields that are written as data.
    pub(crate) const fn columns(columns: &'static [FieldData], read: &'static FieldsRead) -> Self {
        Self(Form::Columns(columns, read))
    }

    /// How many there are, for constants.
    pub(crate) const fn count(&'static self) -> usize {
        match &self.0 {
            Form::List(List::Static(fields)) => fields.len(),
            Form::List(List::Owned(fields)) => fields.len(),
            Form::Columns(columns, _) => columns.len(),
        }
    }

    /// Name and flags of a field, for constants.
    pub(crate) const fn known(&'static self, index: u16) -> (&'static str, FieldFlags) {
        let field = match &self.0 {
            Form::List(List::Static(fields)) => &fields[index as usize],
            Form::List(List::Owned(fields)) => &fields.as_slice()[index as usize],
            Form::Columns(columns, _) => {
                let (name, _, _, flags) = &columns[index as usize];
                return (name, *flags);
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
            Form::List(fields) => fields,
            Form::Columns(columns, read) => read.0.get_or_init(|| {
                columns.iter().map(|(name, label, values, flags)| values.field(name, label, *flags)).collect()
            }),
        }
    }
}

impl From<Vec<FieldSchema>> for Fields {
    fn from(fields: Vec<FieldSchema>) -> Self {
        Self(Form::List(fields.into()))
    }
}
