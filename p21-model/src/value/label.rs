//! Lists of labels: the generated enums.

use super::{FieldValue, Text, ValueError};

/// An enum over the labels that a field takes, with `Other` for labels of other sites.
pub trait Label: Sized {
    /// The labels that the definition lists.
    const LABELS: &'static [&'static str];

    /// Label and code, where codes are known.
    const CODES: &'static [(&'static str, &'static str)] = &[];

    /// The variant of a label; `Other` if the definition doesn't list it.
    fn from_label(label: &str) -> Self;

    /// The label, as P21 spells it.
    fn as_label(&self) -> &str;
}

impl<T: Label> FieldValue for T {
    fn into_wire(self) -> Text {
        self.as_label().into()
    }

    fn from_wire(text: &str) -> Result<Self, ValueError> {
        Ok(Self::from_label(text))
    }
}
