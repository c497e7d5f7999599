//! `[[default]]`: values P21 fills in on create when the payload is silent.

use super::spelled::*;

rule! {
    /// Values P21 fills in.
    DefaultRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The value.
        value: String,
    }
}

impl Spelled for DefaultRule {
    const ABOUT: About = About { same: &["element", "field"], parts: None };
    const PAGE: &'static str = r#"
### `[[default]]`: values P21 fills in on create when the payload is silent

```toml
[[default]]
element = "line"
field = "row_status_flag"
value = "Active"                        # a label or a text; "today" in a Datetime field is the day of the call; "user" is the caller, "company" the session's
```
"#;

    fn says(&self) -> String {
        format!("{}: {} is {} by default", code(&self.element), code(&self.field), code(&self.value))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let field = names.place(&self.field)?;
        Ok(vec![RuleKind::Default { field, value: names.label(field, &self.value)? }])
    }
}
