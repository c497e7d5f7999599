//! `[[optional]]`: fields that P21 does not want, though the definition says so.

use super::spelled::*;

rule! {
    /// Fields P21 does not want, though the definition says so.
    OptionalRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
    }
}

impl Spelled for OptionalRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[optional]]`: fields that P21 does not want, though the definition says so

```toml
[[optional]]
element = "header"
fields = ["taker"]
```
"#;

    fn says(&self) -> String {
        format!("{}: {} not required", code(&self.element), codes(&self.fields))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Optional { fields: names.places(&self.fields)? }])
    }
}
