//! `[[reference]]`: a value that names a row of a database table.

use super::spelled::*;
use crate::facts::schema::Labels;

rule! {
    /// Values that name a row of a database table, which has to be there.
    ReferenceRule {
        /// The element.
        element: String,
        /// The fields, each by itself.
        fields: Vec<String>,
        /// The tables; one of them has to have the row.
        tables: Vec<String>,
        /// The field that says at which location the row has to be.
        #[serde(default)]
        at: Option<String>,
        /// The element of `at`; `None` for the same.
        #[serde(default)]
        at_element: Option<String>,
        /// What the row has to have besides.
        #[serde(default)]
        r#where: Option<Where>,
        /// P21's text.
        #[serde(default)]
        message: String,
    }
}

/// A column of a database table and its value there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Where {
    /// The column.
    pub column: String,
    /// The value, as the database has it.
    pub value: String,
}

impl Spelled for ReferenceRule {
    const ABOUT: About = About { same: &["element"], parts: Some("fields") };
    const PAGE: &'static str = r#"
### `[[reference]]`: a value that names a row of a database table

```toml
[[reference]]
element = "lines"
fields = ["item_id"]                    # each by itself
tables = ["inv_loc"]                    # the database tables; one of them has to have the row
at = "location_id"                      # optional: the field that says at which location the row has to be
at_element = "header"                   # optional: the element of `at`; absent: the same
where = { column = "requisition", value = "Y" } # optional: what the row has to have besides, as the database has it
message = "…"                           # optional: P21's text; `{field}`, `{label}`, `{value}` are filled in
```

The table's key is meant, as people type it: `inv_mast` goes by `item_id`. P21 looks when the value is typed. No check of a
payload can see what is in the database: the sandbox does, and setters document it.
"#;

    fn says(&self) -> String {
        format!("{}: {} in {}", code(&self.element), codes(&self.fields), codes(&self.tables))
    }

    fn lacks_text(&self) -> bool {
        self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        if self.tables.is_empty() || self.tables.iter().any(|table| table.trim().is_empty()) {
            return Err(names.error("`tables` has to name a database table"));
        }
        let at = match (&self.at, &self.at_element) {
            (None, None) => None,
            (None, Some(_)) => return Err(names.error("`at_element` wants `at`, the field of that element")),
            (Some(at), element) => {
                let element = element.as_ref().unwrap_or(&self.element);
                let (element, places) = names.elsewhere(element, std::slice::from_ref(at))?;
                places.first().map(|field| (element, *field))
            }
        };
        let with = self.r#where.as_ref().map(|with| (with.column.clone().into(), with.value.clone().into()));
        let tables = Labels::Owned(self.tables.clone());
        let (fields, message) = (names.places(&self.fields)?, self.message.clone().into());
        Ok(vec![RuleKind::Reference { fields, tables, at, with, message }])
    }
}
