//! `[[disabled]]`: columns and tabs that are disabled.

use super::spelled::*;

rule! {
    /// Disabled columns, or a disabled tab.
    DisabledRule {
        /// The element.
        element: String,
        /// The columns; empty for the whole tab.
        #[serde(default)]
        fields: Vec<String>,
        /// When.
        #[serde(default)]
        when: When,
        /// What `IgnoreDisabled` does about it.
        ignore_disabled: IgnoreDisabled,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for DisabledRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[disabled]]`: columns and tabs that are shut

```toml
[[disabled]]
element = "header"
fields = ["corp_address_id"]            # absent: the whole tab
when = "saved"                          # always | saved (the record, or for a list the row, exists) | new; default always
ignore_disabled = "nothing"             # with IgnoreDisabled on the set: writes | nothing (false success) | refused
message = "Column is disabled: {field}" # this is the default for columns; for tabs "Tab page is disabled and cannot be selected"
```
"#;

    fn says(&self) -> String {
        match self.fields.as_slice() {
            [] => format!("{} disabled, the whole tab", code(&self.element)),
            fields => format!("{}: {} disabled", code(&self.element), codes(fields)),
        }
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let default = if self.fields.is_empty() { TAB_DISABLED } else { COLUMN_DISABLED };
        Ok(vec![RuleKind::Disabled {
            fields: names.places(&self.fields)?,
            when: self.when,
            ignore_disabled: self.ignore_disabled,
            message: text(or(&self.message, default.pattern())),
        }])
    }
}
