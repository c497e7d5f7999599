//! `[[prompt]]`: a value that opens a window.

use super::spelled::*;

rule! {
    /// A value that opens a window which nobody answers.
    PromptRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The value, a label.
        value: String,
    }
}

impl Spelled for PromptRule {
    const ABOUT: About = About { same: &["element", "field", "value"], parts: None };
    const PAGE: &'static str = r#"
### `[[prompt]]`: a value that opens a window

```toml
[[prompt]]
element = "extended_info"
field = "acknowledged"
value = "ON"                            # nobody answers the window that it opens
```
"#;

    fn says(&self) -> String {
        format!("{}: {} = {} opens a window", code(&self.element), code(&self.field), code(&self.value))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let field = names.place(&self.field)?;
        Ok(vec![RuleKind::Prompt { field, value: names.label(field, &self.value)? }])
    }
}
