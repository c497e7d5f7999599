//! `[[popup_entry]]`: rows that a popup adds, because the element's own columns can't be typed.

use super::spelled::*;
use crate::facts::schema::{Labels, PopupEntry};

rule! {
    /// Rows that a popup adds, because the element's own columns can't be typed.
    PopupEntryRule {
        /// The element.
        element: String,
        /// The tool that opens the popup.
        tool: String,
        /// The popup's class.
        class: String,
        /// The popup's datawindow.
        datawindow: String,
        /// A field of the element, and the popup's field for it, in the order in which they are typed.
        fields: Vec<[String; 2]>,
        /// Fields of the popup that the element does not have.
        #[serde(default)]
        more: Vec<String>,
        /// The tool that picks every area.
        #[serde(default)]
        areas: String,
        /// The tool that is done with the popup.
        done: String,
        /// What the popup has to show before it is done.
        #[serde(default)]
        compare: Vec<ComparedField>,
        /// A new record is saved and loaded again first.
        #[serde(default)]
        stored_only: bool,
    }
}

/// A field of a popup that has to say what a row says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ComparedField {
    /// The popup's field.
    pub popup: String,
    /// The element whose current row says it.
    pub element: String,
    /// Its field.
    pub field: String,
}

impl Spelled for PopupEntryRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[popup_entry]]`: rows that a popup adds, because the element's own columns can't be typed

```toml
[[popup_entry]]
element = "line_note"
tool = "cb_add_line"                    # opens the popup: the name of the tool, never its label
class = "w_notepad_response_lite"       # the popup's class
datawindow = "_dw_hdr"                  # the popup's datawindow
fields = [["topic", "topic"], ["note", "note"]]     # the element's field and the popup's, in the order of typing
more = ["mandatory"]                    # optional: fields of the popup that a program may give beside the record
areas = "cb_select_all"                 # optional: the tool that picks every area; absent where they are picked
done = "cb_ok"                          # the tool that is done with it
compare = [{ popup = "line_no", element = "items", field = "line_no" }]   # optional: before it is done
stored_only = true                      # optional: a new record is saved and loaded again before the popup opens
```
"#;

    fn says(&self) -> String {
        format!("{} is entered through {}", code(&self.element), code(&self.tool))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let element = names.element(&self.element)?;
        if self.fields.is_empty() {
            return Err(names.error("`fields` of [[popup_entry]] says of no field where the popup has it"));
        }
        self.more.iter().try_for_each(|field| names.constant(field))?;
        let fields = self.fields.iter().map(|[own, popup]| Ok((popup.clone(), names.field(element, own)?)));
        let compare = self.compare.iter().map(|compared| {
            let of = names.element(&compared.element)?;
            Ok((compared.popup.clone(), (of, names.field(of, &compared.field)?)))
        });
        Ok(vec![WindowFactKind::PopupEntry(PopupEntry {
            element,
            tool: text(&self.tool),
            class: text(&self.class),
            datawindow: text(&self.datawindow),
            fields: fields.collect::<Result<_, InputError>>()?,
            more: Labels::Owned(self.more.clone()),
            areas: text(&self.areas),
            done: text(&self.done),
            compare: compare.collect::<Result<_, InputError>>()?,
            stored_only: self.stored_only,
        })])
    }
}
