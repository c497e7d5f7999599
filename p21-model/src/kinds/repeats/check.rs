//! What children show of their parent's current row, and may not name otherwise.

use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::{ElementRule, ElementSchema, RuleKind, ServiceSchema, ValueType};
use crate::rows::value::{Decimal, FieldValue as _};

/// The fields of parents that children repeat, with what the current row says.
#[derive(Default)]
pub(in crate::check::transaction) struct Repeated(Vec<Shown>);

struct Shown {
    element: u16,
    field: u16,
    value: Option<String>,
}

impl Repeated {
    pub(in crate::check::transaction) fn of(schema: &ServiceSchema) -> Self {
        let mut shown: Vec<Shown> = Vec::new();
        for rule in schema.elements.iter().flat_map(|element| element.rules.iter()) {
            let RuleKind::Repeats { parent, of, .. } = &rule.kind else { continue };
            for field in of.iter() {
                if !shown.iter().any(|known| (known.element, known.field) == (*parent, *field)) {
                    shown.push(Shown { element: *parent, field: *field, value: None });
                }
            }
        }
        Self(shown)
    }

    pub(in crate::check::transaction) fn forget(&mut self) {
        self.0.iter_mut().for_each(|shown| shown.value = None);
    }

    pub(in crate::check::transaction) fn remember<R: RowView>(&mut self, element: &ElementSchema, row: &R) {
        for shown in self.0.iter_mut().filter(|shown| shown.element == element.index) {
            shown.value = row.filled(shown.field).map(str::to_owned);
        }
    }

    fn value(&self, element: u16, field: u16) -> Option<&str> {
        let shown = self.0.iter().find(|shown| (shown.element, shown.field) == (element, field))?;
        shown.value.as_deref()
    }
}

impl Walk<'_> {
    /// Finds what a child's row names otherwise than its parent's row. Nothing can be said where the parent doesn't name
    /// it, or where the child is misplaced anyway.
    pub(in crate::check) fn repeats<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
        index: usize,
        row: &R,
        rule: &ElementRule,
        (parent, fields, of): (u16, &[u16], &[u16]),
    ) {
        let Some(parent_schema) = self.schema.elements.get(usize::from(parent)) else { return };
        if self.seen(parent).is_none_or(|seen| seen.rows_in_group > 1) {
            return;
        }
        for (field, of) in fields.iter().zip(of) {
            let schema = &group.element.fields[usize::from(*field)];
            let Some(own) = row.filled(*field) else { continue };
            let Some(shown) = self.repeated.value(parent, *of).filter(|shown| !same(schema.value_type, shown, own))
            else {
                continue;
            };
            let (name, of) = (&schema.name, &parent_schema.fields[usize::from(*of)].name);
            let edit = (0..row.len()).rev().find(|at| row.edit(*at).0 == *field).map(|at| row.place(at));
            let finding = Finding {
                row: None,
                code: Code::OtherThanParent,
                path: self.path(group, index, edit),
                element: Some(group.element.name.to_string()),
                field: Some(name.to_string()),
                problem: format!(
                    "`{name}` is `{}`, but the row of `{}` that it follows has `{of}` `{}`",
                    own.escape_debug(),
                    parent_schema.name,
                    shown.escape_debug()
                ),
                consequence: why(&rule.why),
                remedy: format!("leave `{name}` out, or move the row right behind the row that it belongs to"),
            };
            self.report(finding);
        }
    }
}

/// Whether two spellings name the same thing: P21's database compares texts without case.
fn same(value_type: ValueType, one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let number = |text| Decimal::from_wire(text).ok();
    let numbers = matches!(value_type, ValueType::Decimal | ValueType::Integer);
    one.eq_ignore_ascii_case(other) || numbers && number(one).is_some_and(|one| Some(one) == number(other))
}
