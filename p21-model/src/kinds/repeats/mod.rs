//! `[[repeats]]`: what children show of the row they are attached to.

use super::spelled::*;

rule! {
    /// Children that show what their parent's row is about, and may not name something else.
    RepeatsRule {
        /// The parent.
        parent: String,
        /// The children.
        children: Vec<String>,
        /// The children's fields.
        fields: Vec<String>,
        /// The parent's fields, in the same order; empty if they have the same names.
        #[serde(default)]
        of: Vec<String>,
    }
}

impl Spelled for RepeatsRule {
    const ABOUT: About = About { same: &["parent", "fields"], parts: Some("children") };
    const PAGE: &'static str = r#"
### `[[repeats]]`: what children show of the row they are attached to

```toml
[[repeats]]
parent = "items"
children = ["lots", "bins"]
fields = ["item_id"]                    # the children's fields
of = ["oe_order_item_id"]               # the parent's, in the same order; absent: of the same names
```

A child that names another value than the parent row in front of it was meant for another row. Where the parent doesn't set
the field, nothing can be said.
"#;

    fn says(&self) -> String {
        let of = if self.of.is_empty() { &self.fields } else { &self.of };
        let (children, fields) = (codes(&self.children), codes(&self.fields));
        format!("{children}: {fields} is {} of {}", codes(of), code(&self.parent))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(self.children.iter().map(String::as_str).collect())
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let of = if self.of.is_empty() { &self.fields } else { &self.of };
        if of.len() != self.fields.len() {
            return Err(names.error("`of` has to name a field of the parent for each of `fields`"));
        }
        let (parent, of) = names.elsewhere(&self.parent, of)?;
        Ok(vec![RuleKind::Repeats { parent, fields: names.places(&self.fields)?, of }])
    }
}
