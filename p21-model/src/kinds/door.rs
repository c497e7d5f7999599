//! `[[door]]`: by which door a record goes.

use super::spelled::*;
use crate::facts::schema::Door;

rule! {
    /// By which door a record goes.
    DoorRule {
        /// A record with one of these; none for every record.
        #[serde(default)]
        elements: Vec<String>,
        /// A new record, or one that exists.
        on: Occasion,
        /// The door.
        r#use: Door,
    }
}

impl Spelled for DoorRule {
    const ABOUT: About = About { same: &["elements", "on"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[door]]`: by which door a record goes

```toml
[[door]]
elements = ["breaks"]                   # optional: only a record with one of these
on = "create"                           # create | update | always
use = "window"                          # transaction | window | commands | transaction_then_window (two steps)
versions = ">=26.1"
```

A record of which no rule speaks goes as a transaction.
"#;

    fn says(&self) -> String {
        let which = match self.on {
            Occasion::Create => "a new record",
            Occasion::Update => "a stored record",
            Occasion::Always => "a record",
        };
        let with = match self.elements.as_slice() {
            [] => String::new(),
            elements => format!(" with {}", codes(elements)),
        };
        let door = match self.r#use {
            Door::Transaction => "goes as a transaction",
            Door::Window => "goes through a window",
            Door::Commands => "goes through the commands",
            Door::TransactionThenWindow => "goes as a transaction, and these through a window behind it",
        };
        format!("{which}{with} {door}")
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        if self.r#use == Door::TransactionThenWindow && self.elements.is_empty() {
            return Err(names.error("a window behind a transaction wants `elements`: what is left for it"));
        }
        Ok(vec![WindowFactKind::Door { elements: names.elements(&self.elements)?, on: self.on, door: self.r#use }])
    }
}
