//! `[[cursor_key]]`: a field of a grid that moves the cursor when it is typed.

use super::spelled::*;

rule! {
    /// A field of a grid that moves the cursor when it is typed.
    CursorKeyRule {
        /// The grid.
        element: String,
        /// The field.
        field: String,
    }
}

impl Spelled for CursorKeyRule {
    const ABOUT: About = About { same: &["element", "field"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[cursor_key]]`: a field of a grid that moves the cursor

```toml
[[cursor_key]]
element = "bins"
field = "contract_bin_id"               # typed last, or not at all: what comes behind it is lost, and P21 says success
```
"#;

    fn says(&self) -> String {
        format!("{}: {} moves the cursor", code(&self.element), code(&self.field))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.list(&self.element)?;
        Ok(vec![WindowFactKind::CursorKey { element, field: names.field(element, &self.field)? }])
    }
}
