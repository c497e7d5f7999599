//! `[[key_entry]]`: how the key of a record is typed into its window.

use super::spelled::*;
use crate::facts::schema::{KeyEntry, NewKey};

rule! {
    /// How the key of a record is typed into its window.
    KeyEntryRule {
        /// The form that has it.
        element: String,
        /// Its fields, in the order in which they are typed.
        fields: Vec<String>,
        /// Fields that are typed behind it where the record is there.
        #[serde(default)]
        with: Vec<String>,
        /// Where the key of a new record comes from.
        new: NewKey,
    }
}

impl Spelled for KeyEntryRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[key_entry]]`: how the key of a record is typed into its window

```toml
[[key_entry]]
element = "header"
fields = ["job_no"]                     # in this order; where they name a record that is there, they load it
with = ["customer_id", "ship_to_id"]    # optional: typed behind it, which part of a stored record is shown
new = "assigned_and_told"               # given | assigned_and_told (the save says it) | assigned_and_shown (the window does)
```
"#;

    fn says(&self) -> String {
        let whence = match self.new {
            NewKey::Given => "a new one is given",
            NewKey::AssignedAndTold => "a new one is assigned, and the save says it",
            NewKey::AssignedAndShown => "a new one is assigned, and the window shows it after the save",
        };
        format!("{}: {} loads a record; {whence}", code(&self.element), codes(&self.fields))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.element(&self.element)?;
        if names.is_list(element) {
            return Err(names.error(&format!("the key of a record stands in a form; `{}` is a list", self.element)));
        }
        Ok(vec![WindowFactKind::KeyEntry(KeyEntry {
            element,
            fields: names.some_fields(element, &self.fields)?,
            with: names.fields(element, &self.with)?,
            new: self.new,
        })])
    }
}
