//! `[[length]]`: how long a text may be.

use super::spelled::*;

rule! {
    /// The length of a text, which definitions don't say.
    LengthRule {
        /// The element; `None` with `columns`.
        #[serde(default)]
        element: Option<String>,
        /// The fields.
        #[serde(default)]
        fields: Vec<String>,
        /// In `any.toml`: database columns, `table.column`, whichever elements show them.
        #[serde(default)]
        columns: Vec<String>,
        /// The most characters.
        max: u16,
    }
}

impl Spelled for LengthRule {
    const ABOUT: About = About { same: &["element", "columns"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[length]]`: how long a text may be

```toml
[[length]]
element = "header"
fields = ["external_po_no"]
max = 40                                # characters

[[length]]                              # in any.toml: wherever an element shows the database column
columns = ["po_hdr.external_po_no"]
max = 40
```
"#;

    fn says(&self) -> String {
        let element = self.element.as_deref().map(|element| format!("{}: ", code(element))).unwrap_or_default();
        let names = if self.columns.is_empty() { &self.fields } else { &self.columns };
        format!("{element}{} of at most {} characters", codes(names), self.max)
    }

    fn idle(&self) -> Option<&'static str> {
        match self.max {
            0 => Some("`max` is at least 1: only an empty text would fit"),
            _ if self.fields.is_empty() && self.columns.is_empty() => {
                Some("the rule names no `fields`, nor, as in any.toml, `columns`")
            }
            _ => None,
        }
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        self.element
            .as_deref()
            .filter(|_| self.columns.is_empty())
            .map(|element| vec![element])
            .ok_or("[[length]] names an element and fields; columns belong into any.toml")
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        Ok(vec![RuleKind::Length { fields: names.places(&self.fields)?, max: self.max }])
    }

    /// Lengths are facts of database columns, so `any.toml` names those, and of fields.
    fn compile_of_any(&self, names: &dyn Names) -> Vec<RuleKind> {
        let shown = |column: &str| self.columns.iter().any(|known| known.eq_ignore_ascii_case(column));
        let fields = names.element().fields.iter();
        let fields: Vec<u16> = fields
            .filter(|field| field.db_column.as_deref().is_some_and(shown))
            .filter_map(|field| names.find(&field.name))
            .collect();
        if fields.is_empty() { Vec::new() } else { vec![RuleKind::Length { fields: fields.into(), max: self.max }] }
    }
}
