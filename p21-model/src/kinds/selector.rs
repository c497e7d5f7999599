//! `[[selector]]`: fields that pick a row of a list and are never typed.

use super::spelled::*;

rule! {
    /// Fields that pick a row of a list and are never typed.
    SelectorRule {
        /// The list.
        element: String,
        /// The fields that a row is known by.
        fields: Vec<String>,
    }
}

impl Spelled for SelectorRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[selector]]`: fields that pick a row of a list and are never typed

```toml
[[selector]]
element = "locations"
fields = ["company_id", "location_id"]  # find the row: a record that names no row which is there is refused
```
"#;

    fn says(&self) -> String {
        format!("{}: {} picks a row", code(&self.element), codes(&self.fields))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.list(&self.element)?;
        Ok(vec![WindowFactKind::Selector { element, fields: names.some_fields(element, &self.fields)? }])
    }
}
