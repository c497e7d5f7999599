//! `[[selector]]`: fields that pick a row of a list and are never typed.

use super::spelled::*;

rule! {
    /// Fields that pick a row of a list and are never typed.
    SelectorRule {
        /// The list.
        element: String,
        /// The fields that a row is known by.
        fields: Vec<String>,
        /// In a new record, or in one that is there.
        #[serde(default = "always")]
        on: Occasion,
    }
}

const fn always() -> Occasion {
    Occasion::Always
}

impl Spelled for SelectorRule {
    const ABOUT: About = About { same: &["element", "on"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[selector]]`: fields that pick a row of a list and are never typed

```toml
[[selector]]
element = "locations"
fields = ["company_id", "location_id"]  # find the row: a record that names no row which is there is refused
on = "update"                           # optional: create | update; absent: in every record
```
"#;

    fn says(&self) -> String {
        format!("{}: {} picks a row", code(&self.element), codes(&self.fields))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.list(&self.element)?;
        let fields = names.some_fields(element, &self.fields)?;
        Ok(vec![WindowFactKind::Selector { element, fields, on: self.on }])
    }
}
