//! `[[primary]]`: one row of a list carries a mark.

use super::spelled::*;

rule! {
    /// A list in which one row is the primary one: the mark can be moved, not taken away.
    PrimaryRule {
        /// The element.
        element: String,
        /// The field that marks the row.
        field: String,
        /// The value that marks it.
        value: String,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for PrimaryRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const PAGE: &'static str = r#"
### `[[primary]]`: one row of a list carries a mark

```toml
[[primary]]
element = "salesreps"
field = "primary_salesrep_flag"
value = "ON"                            # can be given to another row, not taken away
message = "Primary salesrep is required."
```
"#;

    fn says(&self) -> String {
        format!("{}: one row has {} = {}", code(&self.element), code(&self.field), code(&self.value))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let field = names.place(&self.field)?;
        let value = names.label(field, &self.value)?;
        Ok(vec![RuleKind::Primary { field, value, message: text(&self.message) }])
    }
}
