//! `[[stage]]`: the order in which the parts of a record are typed, and what each of them opens.

use super::spelled::*;
use crate::facts::schema::Stages;

rule! {
    /// The order in which the parts of a record are typed.
    StageRule {
        /// Of a new record, or of one that is there.
        on: Occasion,
        /// The parts.
        parts: Vec<PartSpelt>,
    }
}

/// A part of a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PartSpelt {
    /// The element.
    pub element: String,
    /// The fields; none for all that no other part of the element names.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Elements that need rows before it is typed.
    #[serde(default)]
    pub wants: Vec<String>,
    /// Elements that are disabled until it is typed.
    #[serde(default)]
    pub unlocks: Vec<String>,
}

impl Spelled for StageRule {
    const ABOUT: About = About { same: &["on"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[stage]]`: the order in which the parts of a record are typed, and what each of them opens

```toml
[[stage]]
on = "create"                           # create | update | always
parts = [
    { element = "header", fields = ["contract_no"], unlocks = ["ship_to"] },
    { element = "ship_to" },            # without fields: all that no other part of the element names
    { element = "header", fields = ["customer_id", "ship_to_id"], wants = ["ship_to"], unlocks = ["ship_to_item"] },
]
```

An element that is in no part is not typed, unless a [[popup_entry]] says how: a record that has it is refused before a
window opens. So is one that lacks what unlocks an element which it has: what is missing is named.
"#;

    fn says(&self) -> String {
        let part = |part: &PartSpelt| match part.fields.as_slice() {
            [] => code(&part.element),
            fields => format!("{} of {}", codes(fields), code(&part.element)),
        };
        let record = match self.on {
            Occasion::Create => "a new record",
            Occasion::Update => "a stored record",
            Occasion::Always => "a record",
        };
        format!("{record}: {}", self.parts.iter().map(part).collect::<Vec<_>>().join(", then "))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let mut parts: Vec<(u16, List<u16>)> = Vec::new();
        let (mut wants, mut unlocks) = (Vec::new(), Vec::new());
        for part in &self.parts {
            let element = names.element(&part.element)?;
            let fields = names.fields(element, &part.fields)?;
            let twice = |(other, of): &(u16, List<u16>)| {
                let both_whole = of.is_empty() && fields.is_empty();
                *other == element && (both_whole || of.iter().any(|field| fields.contains(field)))
            };
            if parts.iter().any(twice) {
                let problem = format!("two parts name the same of `{}`: each is typed once", part.element);
                return Err(names.error(&problem));
            }
            parts.push((element, fields));
            wants.push(names.elements(&part.wants)?);
            unlocks.push(names.elements(&part.unlocks)?);
        }
        if parts.is_empty() {
            return Err(names.error("[[stage]] has no parts"));
        }
        let elements: Vec<u16> = parts.iter().map(|(element, _)| *element).collect();
        let fields = parts.iter().map(|(_, fields)| &**fields).collect();
        let [wants, unlocks] = [wants, unlocks].map(|of| of.iter().map(|elements| &**elements).collect());
        Ok(vec![WindowFactKind::Stages(Stages::new(self.on, elements.into(), fields, wants, unlocks))])
    }
}
