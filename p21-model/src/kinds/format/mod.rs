//! `[[format]]`: texts of a form of their own.

use super::spelled::*;

rule! {
    /// Texts of a form of their own.
    FormatRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
        /// The form.
        form: TextForm,
    }
}

impl Spelled for FormatRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[format]]`: texts of a form of their own

```toml
[[format]]
element = "labor"
fields = ["time_worked"]
form = "h:mm"                           # hours and minutes; the only form so far
```
"#;

    fn says(&self) -> String {
        format!("{}: {} is {}", code(&self.element), codes(&self.fields), self.form.describe())
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Format { fields: names.places(&self.fields)?, form: self.form }])
    }
}
