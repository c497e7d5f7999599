//! `[[either]]`: fields that exclude each other.

use super::spelled::*;

rule! {
    /// Two groups of fields, of which a row has one and not the other.
    EitherRule {
        /// The element.
        element: String,
        /// The one group.
        one: Vec<String>,
        /// The other.
        other: Vec<String>,
    }
}

impl Spelled for EitherRule {
    const ABOUT: About = About { same: &["element", "one", "other"], parts: None };
    const PAGE: &'static str = r#"
### `[[either]]`: fields that exclude each other

```toml
[[either]]
element = "labor"
one = ["item_id", "component_labor_id"]
other = ["service_labor_id"]            # a row sets fields of one group and none of the other
```
"#;

    fn says(&self) -> String {
        format!("{}: {} or else {}", code(&self.element), codes(&self.one), codes(&self.other))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Either { one: names.places(&self.one)?, other: names.places(&self.other)? }])
    }
}
