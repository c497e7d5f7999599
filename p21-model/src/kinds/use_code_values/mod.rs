//! `[[use_code_values]]`: a service that wants codes.

use super::spelled::*;

rule! {
    /// The service wants `UseCodeValues`.
    UseCodeValuesRule {}
}

impl Spelled for UseCodeValuesRule {
    const ABOUT: About = About { same: &[], parts: None };
    const PAGE: &'static str = r#"
### `[[use_code_values]]`: a service that wants codes

```toml
[[use_code_values]]                     # no members of its own: UseCodeValues has to be true
```
"#;

    fn says(&self) -> String {
        "`UseCodeValues` on".to_owned()
    }
}
