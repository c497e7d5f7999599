//! `[[ascending]]`: rows in the order of a date.

use super::spelled::*;

rule! {
    /// Rows that come in the order of a date.
    AscendingRule {
        /// The element.
        element: String,
        /// The date, later in every row.
        field: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for AscendingRule {
    const ABOUT: About = About { same: &["element", "field"], parts: None };
    const PAGE: &'static str = r#"
### `[[ascending]]`: rows in the order of a date

```toml
[[ascending]]
element = "releases"
field = "release_date"                  # later in every row of the list
message = "…"                           # optional: P21's text
```
"#;

    fn says(&self) -> String {
        format!("{}: {} later in every row", code(&self.element), code(&self.field))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Ascending { field: names.place(&self.field)?, message: text(&self.message) }])
    }
}
