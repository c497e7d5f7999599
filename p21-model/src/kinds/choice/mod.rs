//! `[[choice]]`: a value that wants or forbids other fields.

use super::spelled::*;

rule! {
    /// A value that wants or forbids other fields.
    ChoiceRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// Its value.
        value: String,
        /// Fields that must be there.
        #[serde(default)]
        wants: Vec<String>,
        /// Fields that must not.
        #[serde(default)]
        forbids: Vec<String>,
    }
}

impl Spelled for ChoiceRule {
    const ABOUT: About = About { same: &["element", "field", "value"], parts: None };
    const PAGE: &'static str = r#"
### `[[choice]]`: a value that wants or forbids other fields

```toml
[[choice]]
element = "line"
field = "pricing_method"
value = "Price"
wants = ["price"]
forbids = ["source_price", "multiplier"]
```
"#;

    fn says(&self) -> String {
        let mut what = format!("{}: {} = {}", code(&self.element), code(&self.field), code(&self.value));
        if !self.wants.is_empty() {
            what = format!("{what} wants {}", codes(&self.wants));
        }
        if !self.forbids.is_empty() {
            what = format!("{what} forbids {}", codes(&self.forbids));
        }
        what
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let field = names.place(&self.field)?;
        Ok(vec![RuleKind::Choice {
            field,
            value: names.label(field, &self.value)?,
            wants: names.places(&self.wants)?,
            forbids: names.places(&self.forbids)?,
        }])
    }
}
