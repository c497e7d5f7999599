//! `[[sequence]]`: elements in a fixed order.

use super::spelled::*;

rule! {
    /// Elements in a fixed order.
    SequenceRule {
        /// Each before the next.
        elements: Vec<String>,
        /// These after every other element.
        #[serde(default)]
        last: Vec<String>,
    }
}

impl Spelled for SequenceRule {
    const ABOUT: About = About { same: &["elements"], parts: None };
    const PAGE: &'static str = r#"
### `[[sequence]]`: elements in a fixed order

```toml
[[sequence]]
elements = ["header", "items", "remittances", "card_response"]
last = ["remittances", "card_response"] # optional: these come after every other element
```
"#;

    fn says(&self) -> String {
        let elements: Vec<String> = self.elements.iter().map(|name| code(name)).collect();
        elements.join(", then ")
    }
}
