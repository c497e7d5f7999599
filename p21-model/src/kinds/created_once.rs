//! `[[created_once]]`: a record that may not be created again.

use super::spelled::*;

rule! {
    /// A record that can't be created again.
    CreatedOnceRule {
        /// The element that holds its keys.
        element: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for CreatedOnceRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const PAGE: &'static str = r#"
### `[[created_once]]`: a record that may not be created again

```toml
[[created_once]]
element = "header"                      # the element with the record's keys
message = "…"                           # optional: P21's text
```

Without its keys named, P21 may change such a record or refuse it; sources disagree. Checks and the sandbox take the
first unless told otherwise (`CheckOptions::created_once`, `Unknowns::created_again`).
"#;

    fn says(&self) -> String {
        format!("{} is created once", code(&self.element))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, _names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::CreatedOnce { message: text(&self.message) }])
    }
}
