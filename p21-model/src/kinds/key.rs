//! `[[key]]`: what identifies a record.

use super::spelled::*;

rule! {
    /// What identifies a record.
    KeyRule {
        /// The form that holds it.
        element: String,
        /// The fields, all of which together find one record.
        fields: Vec<String>,
    }
}

impl Spelled for KeyRule {
    const ABOUT: About = About { same: &[], parts: None };
    const PAGE: &'static str = r#"
### `[[key]]`: what identifies a record

```toml
[[key]]
element = "header"                      # a form; P21 refuses reads by the key of a list
fields = ["job_no"]                     # all of them together find one record; a read by any other field is answered blank
```

Without the rule the keys that the definition declares for the window are taken, if all of them are fields of one form. A key
that is bound to versions goes before one that is not. Bindings have that of their version as the type `Key`; a service with
neither has none.
"#;

    fn says(&self) -> String {
        format!("{}: a record is known by {}", code(&self.element), codes(&self.fields))
    }
}
