//! How keys that change are checked.

use crate::check::transaction::RecordState;
use crate::check::transaction::keys::line_number;
use crate::check::transaction::{Walk, why};
use crate::check::view::{Group, RowView};
use crate::check::{Code, Finding};
use crate::facts::schema::RuleKind;

impl Walk<'_> {
    /// Finds keys that change. In a new record they tell its rows apart as well as any other; a stored row is found by
    /// them only while it keeps their values. Whether one was found that can't be meant.
    pub(in crate::check) fn changing_key<R: RowView>(&mut self, group: &Group<'_, R>) -> bool {
        let is_stored = match self.record {
            RecordState::New => return false,
            RecordState::Saved => true,
            // Whoever says that a row is partial knows that it is there.
            RecordState::Unknown | RecordState::NewOrSaved => group.rows.iter().any(RowView::is_partial),
        };
        let element = group.element;
        let changes = |key: u16| {
            element.rules.iter().find(|rule| matches!(&rule.kind, RuleKind::NoKey { fields } if fields.contains(&key)))
        };
        let found: Vec<_> = group.keys.iter().filter_map(|key| Some((*key, changes(*key)?))).collect();
        for (key, rule) in &found {
            let name = &*element.fields[usize::from(*key)].name;
            let better = line_number(element).or_else(|| element.keys.first().copied());
            let (code, condition) =
                if is_stored { (Code::ChangingKey, "") } else { (Code::OverKeyed, ", if the record is stored") };
            self.report(Finding {
                row: None,
                code,
                path: format!("{}.Keys", self.element_path(group.place)),
                element: Some(element.name.to_string()),
                field: Some(name.to_owned()),
                problem: format!("rows of `{}` are keyed by `{name}`, which changes{condition}", element.name),
                consequence: why(&rule.why),
                remedy: match better {
                    Some(better) => {
                        let better = &element.fields[usize::from(better)].name;
                        format!("key by what does not change, `{better}`, and set it in every row")
                    }
                    None => "key by what does not change, and set it in every row".to_owned(),
                },
            });
        }
        is_stored && !found.is_empty()
    }
}
