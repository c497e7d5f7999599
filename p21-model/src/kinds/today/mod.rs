//! `[[today]]`: a date that may not lie in the past.

use super::spelled::*;

rule! {
    /// A date that may not lie in the past.
    TodayRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for TodayRule {
    const ABOUT: About = About { same: &["element", "field"], parts: None };
    const PAGE: &'static str = r#"
### `[[today]]`: a date that may not lie in the past

```toml
[[today]]
element = "header"
field = "end_date"
message = "end date must be equal to or greater than today"
```
"#;

    fn says(&self) -> String {
        format!("{}: {} not in the past", code(&self.element), code(&self.field))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Today { field: names.place(&self.field)?, message: text(&self.message) }])
    }
}
