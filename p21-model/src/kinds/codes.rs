//! `[[codes]]`: what a label is in the database.

use super::spelled::*;

rule! {
    /// Codes of labels.
    CodesRule {
        /// The element; `None` for every element.
        #[serde(default)]
        element: Option<String>,
        /// The field; `None` for every field whose labels are all among these.
        #[serde(default)]
        field: Option<String>,
        /// Label to code; of several codes the first is the one that is sent.
        values: BTreeMap<String, OneOrMore>,
    }
}

impl Spelled for CodesRule {
    const ABOUT: About = About { same: &["element", "field"], parts: Some("values") };
    const PAGE: &'static str = r#"
### `[[codes]]`: what a label is in the database

```toml
[[codes]]
element = "line"                        # in any.toml: absent, then every element
field = "pricing_method"                # in any.toml: absent, then every field whose listed values are all among these labels
values = { "Pricing Libraries" = "234", Source = "220", Price = "221", None = "300", Both = ["1", "2"] }
                                        # of several codes the first is the one that is sent
```
"#;

    fn says(&self) -> String {
        let about = [self.element.as_deref(), self.field.as_deref()];
        let about: Vec<String> = about.into_iter().flatten().map(code).collect();
        let pair = |(label, codes): (&String, &OneOrMore)| format!("{label} {}", codes.names().join(" or "));
        let pairs: Vec<String> = self.values.iter().map(pair).collect();
        format!("{} codes: {}", about.join(": "), escape(&pairs.join(", ")))
    }

    fn misplaced(&self, of_service: bool) -> Option<&'static str> {
        (of_service && (self.element.is_none() || self.field.is_none()))
            .then_some("[[codes]] without element and field belongs into any.toml")
    }
}
