//! `[[first_row]]`: a grid that opens with a blank row.

use super::spelled::*;

rule! {
    /// A grid that opens with a blank row.
    FirstRowRule {
        /// The grid.
        element: String,
    }
}

impl Spelled for FirstRowRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[first_row]]`: a grid that opens with a blank row

```toml
[[first_row]]
element = "items"                       # the first new row is the one that is there; the others are added
```
"#;

    fn says(&self) -> String {
        format!("{} opens with a blank row", code(&self.element))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        Ok(vec![WindowFactKind::FirstRow { element: names.list(&self.element)? }])
    }
}
