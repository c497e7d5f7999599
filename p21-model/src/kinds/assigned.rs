//! `[[assigned]]`: values P21 gives.

use super::spelled::*;

rule! {
    /// Values P21 assigns.
    AssignedRule {
        /// The element.
        element: String,
        /// The fields.
        fields: Vec<String>,
        /// How.
        how: AssignedHow,
        /// Zero-padded width of a line number.
        #[serde(default)]
        width: u8,
        /// The first number.
        #[serde(default)]
        start: Option<u64>,
    }
}

impl Spelled for AssignedRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[assigned]]`: values P21 gives

```toml
[[assigned]]
element = "items"
fields = ["user_line_no"]
how = "line"                            # line: numbered within the parent, starting at 1; number: a new number per record
width = 3                               # optional: zero-padded
start = 1000001                         # optional, with `number`
```
"#;

    fn says(&self) -> String {
        format!("{}: P21 assigns {}", code(&self.element), codes(&self.fields))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let how = match self.how {
            AssignedHow::Number => Numbering::Number { start: self.start.unwrap_or(1) },
            AssignedHow::Line => Numbering::Line { width: self.width },
        };
        self.fields.iter().map(|field| Ok(RuleKind::Assigned { field: names.place(field)?, how })).collect()
    }
}

/// How P21 assigns a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AssignedHow {
    /// A new number a record.
    Number,
    /// Numbered within the parent record.
    Line,
}
