//! Lists of labels: the generated enums.

use super::{FieldValue, Text, ValueError};

/// An enum over the labels that a field takes, with `Other` for labels of other sites.
pub trait Label: Sized + 'static {
    /// The labels that the definition lists.
    const LABELS: &'static [&'static str];

    /// The variants of these labels, in the same order. Bindings of an early generator list none.
    const VARIANTS: &'static [Self] = &[];

    /// Label and code, where codes are known.
    const CODES: &'static [(&'static str, &'static str)] = &[];

    /// The variant of a label; `Other` if the definition doesn't list it.
    fn from_label(label: &str) -> Self;

    /// The label, as P21 spells it.
    fn as_label(&self) -> &str;

    /// The variant of a code, as tables and OData hold them: `PricingMethod::from_code("221")` is `Price`. `None` if no
    /// label is known to have it.
    fn from_code(code: &str) -> Option<Self> {
        let found = Self::CODES.iter().find(|(_, known)| *known == code.trim());
        found.map(|(label, _)| Self::from_label(label))
    }

    /// The code of the label, where it is known; the first one where there are several.
    fn code(&self) -> Option<&'static str> {
        let label = self.as_label();
        Self::CODES.iter().find(|(known, _)| *known == label).map(|(_, code)| *code)
    }
}

impl<T: Label> FieldValue for T {
    fn into_wire(self) -> Text {
        self.as_label().into()
    }

    fn from_wire(text: &str) -> Result<Self, ValueError> {
        Ok(Self::from_label(text))
    }
}
