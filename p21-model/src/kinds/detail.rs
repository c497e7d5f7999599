//! `[[detail]]`: a form that shows the row which a list selected.

use super::spelled::*;
use crate::facts::schema::Detail;

rule! {
    /// A form that shows the row which a list selected.
    DetailRule {
        /// The form.
        element: String,
        /// The list.
        list: String,
        /// The form's fields that say which row it shows.
        fields: Vec<String>,
        /// The list's fields that they repeat; absent: of the same names.
        #[serde(default)]
        of: Vec<String>,
    }
}

impl Spelled for DetailRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[detail]]`: a form that shows the row which a list selected

```toml
[[detail]]
element = "location_detail"
list = "locations"
fields = ["location_id"]                # read and compared with the list's row before anything is typed; never typed
of = ["location_id"]                    # optional: the list's fields, where they have other names
```
"#;

    fn says(&self) -> String {
        format!("{} shows the row that {} selected", code(&self.element), code(&self.list))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let (element, list) = (names.element(&self.element)?, names.list(&self.list)?);
        let of = if self.of.is_empty() { &self.fields } else { &self.of };
        if of.len() != self.fields.len() {
            return Err(names.error("`fields` and `of` name a different number of fields"));
        }
        let (fields, of) = (names.some_fields(element, &self.fields)?, names.fields(list, of)?);
        Ok(vec![WindowFactKind::Detail(Detail { element, list, fields, of })])
    }
}
