//! Price pages: the type decides what is open.

use p21_model::schema::RuleKind;

use crate::facts::texts;
use crate::window::{Behaviour, Window};

pub(super) struct SalesPricePage;

const TYPE: &str = "price_page_type_cd";

impl Behaviour for SalesPricePage {
    /// The later tabs exist only once the header has a type.
    fn shuts_tab(&self, window: &Window, _element: u16) -> bool {
        window.named_in_header(TYPE).is_empty()
    }

    /// Fields that the rules forbid with the page's type are disabled.
    fn shut(&self, window: &Window, element: u16, row: usize, field: u16) -> Option<String> {
        let schema = window.service.element(element);
        let (type_field, _) = schema.field(TYPE)?;
        let stored = window.value(row, element, type_field);
        let label = schema.fields[type_field as usize].label_of_code(stored).unwrap_or(stored);
        let forbids = schema.rules.iter().any(|rule| match &rule.kind {
            RuleKind::Choice { field: of, value, forbids, .. } => {
                *of == type_field && *value == label && forbids.contains(&field)
            }
            _ => false,
        });
        forbids.then(|| texts::COLUMN_DISABLED.with(&[&schema.fields[field as usize].name]))
    }
}
