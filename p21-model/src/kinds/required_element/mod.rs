//! `[[required_element]]`: an element without which a transaction is refused.

use super::spelled::*;

rule! {
    /// An element without which a transaction is refused.
    RequiredElementRule {
        /// The element.
        element: String,
        /// When.
        #[serde(default)]
        on: Occasion,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for RequiredElementRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const PAGE: &'static str = r#"
### `[[required_element]]`: an element without which a transaction is refused

```toml
[[required_element]]
element = "line"
on = "create"
message = "…"
```
"#;

    fn says(&self) -> String {
        format!("{} required", code(&self.element))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, _names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let message = text(or(&self.message, COLUMN_REQUIRED.pattern()));
        Ok(vec![RuleKind::RequiredElement { on: self.on, message }])
    }
}
