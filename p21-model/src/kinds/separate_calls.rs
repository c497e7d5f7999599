//! `[[separate_calls]]`: fields of which no two may be typed in one call.

use super::spelled::*;

rule! {
    /// Fields of which no two may be typed in one call.
    SeparateCallsRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
    }
}

impl Spelled for SeparateCallsRule {
    const ABOUT: About = About { same: &["element", "fields"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[separate_calls]]`: fields of which no two may be typed in one call

```toml
[[separate_calls]]
element = "assembly_bin"
fields = ["bin_cd", "unit_quantity"]    # in one call the later ones are lost
```
"#;

    fn says(&self) -> String {
        format!("{}: {} in calls of their own", code(&self.element), codes(&self.fields))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.element(&self.element)?;
        if self.fields.len() < 2 {
            return Err(names.error("[[separate_calls]] wants two fields or more"));
        }
        Ok(vec![WindowFactKind::SeparateCalls { element, fields: names.fields(element, &self.fields)? }])
    }
}
