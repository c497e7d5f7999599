//! `[[one_insert]]`: one new row a record and request.

use super::spelled::*;

rule! {
    /// A list to which a request may add one row a record.
    OneInsertRule {
        /// The element.
        element: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for OneInsertRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const PAGE: &'static str = r#"
### `[[one_insert]]`: one new row a record and request

```toml
[[one_insert]]
element = "line"                        # transactions of one request that add rows to one record collide
message = "…"
```
"#;

    fn says(&self) -> String {
        format!("{}: one new row a record and request", code(&self.element))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, _names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::OneInsert { message: text(&self.message) }])
    }
}
