//! Plans and gaps in words.

use std::fmt;

use p21_model::schema::ElementSchema;

use super::{Gap, NewOrStored, Plan, PlanStep, Value};

/// A line a step.
impl fmt::Display for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps().iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            self.say(step, f)?;
        }
        Ok(())
    }
}

impl Plan<'_> {
    /// Some of the steps, a line each.
    pub(in crate::windows::enter) fn lines(&self, range: std::ops::Range<usize>) -> Vec<String> {
        let said = self.to_string();
        said.lines().skip(range.start).take(range.len()).map(str::to_owned).collect()
    }

    fn say(&self, step: &PlanStep, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.facts().schema();
        let element = |index: u16| schema.elements.get(index.into());
        let name = |index: u16| element(index).map_or("", |element| &*element.name);
        let page = |index: u16| element(index).map_or("", |element| self.facts().page(element));
        match step {
            PlanStep::ProveAbsent { element: of, key } => {
                write!(f, "prove that there is no {}", values(element(*of), key))
            }
            PlanStep::Open => write!(f, "open {}", schema.name),
            PlanStep::Load { element: of, key, with, .. } => {
                let all: Vec<Value> = key.iter().chain(with).cloned().collect();
                write!(f, "load {} {}", name(*of), values(element(*of), &all))
            }
            PlanStep::NewKey { element: of, key, .. } => write!(f, "new {} {}", name(*of), values(element(*of), key)),
            PlanStep::Tab { element } => write!(f, "tab {}", page(*element)),
            PlanStep::Add { element, is_there: true, .. } => write!(f, "take the first row of {}", name(*element)),
            PlanStep::Add { element, is_there: false, .. } => write!(f, "add a row to {}", name(*element)),
            PlanStep::Pick { element: of, by, or_add, .. } => {
                let or_add = if *or_add { ", or add it" } else { "" };
                write!(f, "pick {} {}{or_add}", name(*of), values(element(*of), by))
            }
            PlanStep::Select { row, element } => write!(f, "select row {row} of the record in {}", name(*element)),
            PlanStep::Compare { element: of, of: row, shows, .. } => {
                write!(f, "compare {} with row {row} of the record", name(*of))?;
                let shown = values(element(*of), shows);
                if shown.is_empty() { Ok(()) } else { write!(f, ": {shown}") }
            }
            PlanStep::Type { element: of, values: typed, .. } => {
                write!(f, "type {} {}", name(*of), values(element(*of), typed))
            }
            PlanStep::Popup(popup) => {
                let fields = popup.values.iter().map(|(value, field)| (field, &value.value));
                let beside = popup.beside.iter().map(|(field, value)| (field, value));
                let typed: Vec<String> =
                    fields.chain(beside).map(|(field, value)| format!("{field}={value:?}")).collect();
                let areas = popup.areas.as_ref().map(|areas| format!(", {areas}")).unwrap_or_default();
                write!(f, "popup {} {}{areas}, {}", popup.tool, typed.join(" "), popup.done)
            }
            PlanStep::Save => f.write_str("save"),
            PlanStep::TakeKey { shown: true } => f.write_str("take the key that the window shows"),
            PlanStep::TakeKey { shown: false } => f.write_str("take the key that the save says"),
            PlanStep::LoadAgain => f.write_str("close, open and load again"),
            PlanStep::Prove { elements } => {
                let names: Vec<&str> = elements.iter().map(|element| name(*element)).collect();
                write!(f, "prove by a read: {}", names.join(", "))
            }
            PlanStep::ProveByTable { element } => write!(f, "prove by a table: {}", name(*element)),
            PlanStep::Unproven { element } => write!(f, "nothing proves {}", name(*element)),
            PlanStep::Close => f.write_str("close"),
        }
    }
}

fn values(element: Option<&ElementSchema>, values: &[Value]) -> String {
    let said = values.iter().map(|value| {
        let field = element.and_then(|element| element.fields.get(usize::from(value.field)));
        format!("{}={:?}", field.map_or("", |field| &*field.name), value.value)
    });
    said.collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWindow => f.write_str("no rule says how its window is opened ([[window]])"),
            Self::NoKeyEntry => f.write_str("no rule says how the key of a record is typed ([[key_entry]])"),
            Self::NoOrder(record) => {
                let which = if *record == NewOrStored::New { "a new record" } else { "a stored record" };
                write!(
                    f,
                    "no rule says in which order {which} is typed ([[stage]]): submit it, if its service takes transactions"
                )
            }
            Self::NoRule { element } => write!(f, "no rule says how `{element}` is typed ([[stage]])"),
            Self::NoRuleForField { element, field, known } => {
                let known = quoted(known);
                write!(
                    f,
                    "no rule says how `{field}` of `{element}` is typed, only {known}: leave it out, or type it by hand"
                )
            }
            Self::Missing { element, fields, wanted_by, why } => {
                let what = if fields.is_empty() { "a row".to_owned() } else { quoted(fields) };
                write!(f, "`{wanted_by}` wants {what} of `{element}` in the record: {}", why.trim_end_matches('.'))
            }
            Self::Unanswered { question, asked_by: (element, field), answers, why } => write!(
                f,
                "`{field}` of `{element}` asks `{question}`, and one of the answers has to be given beside the record: \
                 {}. {}",
                quoted(answers),
                why.trim_end_matches('.')
            ),
            Self::NotPicked { element, fields } => {
                write!(f, "a row of `{element}` is picked by {}, and the record sets none", quoted(fields))
            }
            Self::TwoRows { element } => write!(f, "`{element}` is a form and has one row"),
            Self::NoKey { element, fields } => {
                write!(f, "the key is {} of `{element}`, and the record sets not all of it", quoted(fields))
            }
            Self::KeyIsAssigned { element, fields } => {
                write!(f, "P21 assigns {} of `{element}`, so a new record has none", quoted(fields))
            }
            Self::NoRowAround { element, list } => {
                write!(f, "`{element}` shows the row that `{list}` selected: put it into a row of that")
            }
            Self::Unknown { element, field } => {
                write!(f, "`{field}` of `{element}` is in no definition, so nobody knows where it stands")
            }
            Self::NothingBeside { element, field, known } if known.contains(field) => {
                write!(f, "`{field}` is given for a popup of `{element}`, and the record has no such row for it to add")
            }
            Self::NothingBeside { element, field, known } if known.is_empty() => {
                write!(f, "`{field}` is given for a popup of `{element}`, whose rows no popup adds")
            }
            Self::NothingBeside { element, field, known } => write!(
                f,
                "`{field}` is given for a popup of `{element}`, and of its fields beside the row's own only {} are known: type it by \
                 hand, where the popup shows it (`asked.question().fields()`)",
                quoted(known)
            ),
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
