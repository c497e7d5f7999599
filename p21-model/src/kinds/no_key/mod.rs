//! `[[no_key]]`: columns that change, by which rows are not told apart.

use super::spelled::*;

rule! {
    /// Columns by which rows are not told apart: they change.
    NoKeyRule {
        /// The element; `None` in `any.toml`, for every list.
        #[serde(default)]
        element: Option<String>,
        /// The fields.
        #[serde(default)]
        fields: Vec<String>,
        /// In `any.toml`: parts of names; meant are the decimal fields that are no declared keys.
        #[serde(default)]
        names: Vec<String>,
    }
}

impl Spelled for NoKeyRule {
    const ABOUT: About = About { same: &["element", "names"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[no_key]]`: columns that change, by which rows are not told apart

```toml
[[no_key]]
element = "items"
fields = ["unit_quantity"]              # `Keys` of a stored record may not name them; those of a new one may

[[no_key]]                              # in any.toml: of every list the decimal fields whose names have one of these
names = ["quantity", "price"]           # parts, but for declared keys
```
"#;

    fn says(&self) -> String {
        let element = self.element.as_deref().map(|element| format!("{}: ", code(element))).unwrap_or_default();
        let names =
            if self.names.is_empty() { codes(&self.fields) } else { format!("names with {}", codes(&self.names)) };
        format!("{element}rows are not keyed by {names}")
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        self.element
            .as_deref()
            .filter(|_| self.names.is_empty())
            .map(|element| vec![element])
            .ok_or("[[no_key]] names an element and fields; `names` belong into any.toml")
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::NoKey { fields: names.places(&self.fields)? }])
    }

    /// The decimal fields of a list whose names have one of some parts, but for its declared keys.
    fn compile_of_any(&self, names: &dyn Names) -> Vec<RuleKind> {
        let element = names.element();
        let changes = |field: &&FieldDefinition| {
            matches!(field.data_type, Some(DataType::Decimal))
                && !element.key_fields.contains(&field.name)
                && self.names.iter().any(|part| field.name.contains(part.as_str()))
        };
        if element.kind != ElementKind::List {
            return Vec::new();
        }
        let fields = element.fields.iter().filter(changes);
        let fields: Vec<u16> = fields.filter_map(|field| names.find(&field.name)).collect();
        if fields.is_empty() { Vec::new() } else { vec![RuleKind::NoKey { fields: fields.into() }] }
    }
}
