//! `[[dates]]`: a date after another.

use super::spelled::*;

rule! {
    /// A date after another.
    DatesRule {
        /// The element.
        element: String,
        /// The earlier one.
        earlier: String,
        /// The later one.
        later: String,
        /// Equal is wrong too.
        #[serde(default)]
        strict: bool,
        /// P21's text, where it refuses; without one a prompt objects, and is answered No.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for DatesRule {
    const ABOUT: About = About { same: &["element", "earlier", "later"], parts: None };
    const PAGE: &'static str = r#"
### `[[dates]]`: a date after another

```toml
[[dates]]
element = "header"
earlier = "order_date"
later = "requested_date"
strict = true                           # equal is wrong too
message = "…"                           # optional: P21's text; without one a prompt objects, and is answered No
```
"#;

    fn says(&self) -> String {
        format!("{}: {} after {}", code(&self.element), code(&self.later), code(&self.earlier))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Dates {
            earlier: names.place(&self.earlier)?,
            later: names.place(&self.later)?,
            strict: self.strict,
            message: text(&self.message),
        }])
    }
}
