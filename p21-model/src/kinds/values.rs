//! `[[values]]`: labels of a list that the definition leaves empty.

use super::spelled::*;

rule! {
    /// Known labels of a list that the definition leaves empty.
    ValuesRule {
        /// The element.
        element: String,
        /// The field.
        field: String,
        /// The labels.
        values: Vec<String>,
    }
}

impl Spelled for ValuesRule {
    const ABOUT: About = About { same: &["element", "field"], parts: None };
    const PAGE: &'static str = r#"
### `[[values]]`: labels of a list that the definition leaves empty

```toml
[[values]]
element = "line"
field = "source_price"
values = ["Price 1", "Supplier List Price"]
```

Sites differ, so these are documented as known values and never closed. A list that the definition has is exact: nothing
is added to it.
"#;

    fn says(&self) -> String {
        format!("{}: {} knows {}", code(&self.element), code(&self.field), codes(&self.values))
    }
}
