//! `[[required]]`: fields that P21 wants, whatever the definition's flag says.

use super::spelled::*;

rule! {
    /// Fields P21 wants, whatever the definition says.
    RequiredRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
        /// When.
        #[serde(default)]
        on: Occasion,
        /// P21's text.
        #[serde(default)]
        message: String,
        /// Not wanted when one of these is sent.
        #[serde(default)]
        unless: Vec<String>,
    }
}

impl Spelled for RequiredRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[required]]`: fields that P21 wants, whatever the definition's flag says

```toml
[[required]]
element = "header"
fields = ["customer_id"]
on = "create"                           # create | update | always (in every row that is sent); default create
message = "Customer ID is required"     # optional: P21's text; `{label}`, `{field}`, `{page}` are filled in
unless = ["other_field"]                # optional: not wanted when one of these is sent
```
"#;

    fn says(&self) -> String {
        format!("{}: {} required", code(&self.element), codes(&self.fields))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Required {
            fields: names.places(&self.fields)?,
            on: self.on,
            message: text(or(&self.message, COLUMN_REQUIRED.pattern())),
            unless: names.places(&self.unless)?,
        }])
    }
}
