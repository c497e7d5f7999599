//! `[[proof]]`: how what was stored is shown.

use super::spelled::*;
use crate::facts::schema::Proof;

rule! {
    /// How what was stored is shown.
    ProofRule {
        /// The element.
        element: String,
        /// How.
        by: ProofBy,
        /// The table.
        #[serde(default)]
        table: String,
        /// How its rows are found.
        #[serde(default)]
        join: Vec<Joined>,
        /// The column that has the number of the parent's row.
        #[serde(default)]
        row: String,
        /// A column, and the field of the element that it shows.
        #[serde(default)]
        columns: BTreeMap<String, String>,
    }
}

/// How what was stored is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ProofBy {
    /// A read of the record.
    Read,
    /// A database table.
    Table,
    /// Nothing.
    Nothing,
}

/// A column that has to have the value of a field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Joined {
    /// The column.
    pub column: String,
    /// The element.
    pub element: String,
    /// Its field.
    pub field: String,
}

impl Spelled for ProofRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[proof]]`: how what was stored is shown

```toml
[[proof]]
element = "line_note"
by = "table"                            # read (of the record; so where no rule says otherwise) | table | nothing
table = "oe_line_notepad"               # of OData
join = [{ column = "order_no", element = "header", field = "order_no" }]     # how its rows are found
row = "line_no"                         # optional: the column with the number of the parent's row, from 1
columns = { note_id = "note_id", topic = "topic", note = "note" }   # a column, and the field of the element that it shows;
                                        # by one that is the element's key a row is found that a popup has staged
```
"#;

    fn says(&self) -> String {
        match self.by {
            ProofBy::Read => format!("{} is shown by a read", code(&self.element)),
            ProofBy::Table => format!("{} is shown by the table {}", code(&self.element), code(&self.table)),
            ProofBy::Nothing => format!("nothing shows {}", code(&self.element)),
        }
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.element(&self.element)?;
        let is_complete = !self.table.is_empty() && !self.join.is_empty() && !self.columns.is_empty();
        let is_bare = self.table.is_empty() && self.join.is_empty() && self.columns.is_empty() && self.row.is_empty();
        let by = match self.by {
            ProofBy::Read if is_bare => Proof::Read,
            ProofBy::Nothing if is_bare => Proof::Nothing,
            ProofBy::Table if is_complete => {
                let join = self.join.iter().map(|joined| {
                    let of = names.element(&joined.element)?;
                    Ok((joined.column.clone(), (of, names.field(of, &joined.field)?)))
                });
                let column = |(column, field): (&String, &String)| Ok((column.clone(), names.field(element, field)?));
                Proof::Table {
                    table: text(&self.table),
                    join: join.collect::<Result<_, InputError>>()?,
                    row: text(&self.row),
                    columns: self.columns.iter().map(column).collect::<Result<_, InputError>>()?,
                }
            }
            ProofBy::Table => return Err(names.error("a proof by a table wants `table`, `join` and `columns`")),
            _ => return Err(names.error("`table`, `join`, `row` and `columns` belong to a proof by a table")),
        };
        Ok(vec![WindowFactKind::Proof { element, by }])
    }
}
