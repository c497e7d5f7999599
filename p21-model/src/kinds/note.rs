//! `[[note]]`: what is worth knowing and no check can see.

use super::spelled::*;

rule! {
    /// What is worth knowing and no check can see: the consequence says it.
    NoteRule {
        /// The element.
        element: String,
        /// The fields; empty for the whole element.
        #[serde(default)]
        fields: Vec<String>,
    }
}

impl Spelled for NoteRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[note]]`: what is worth knowing and no check can see

```toml
[[note]]
element = "line"
fields = ["unit_price"]                 # absent: the whole element
```
"#;

    fn says(&self) -> String {
        match self.fields.as_slice() {
            [] => format!("{}: note", code(&self.element)),
            fields => format!("{}: note on {}", code(&self.element), codes(fields)),
        }
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Note { fields: names.places(&self.fields)? }])
    }
}
