//! `[[dialog]]`: what a window asks, and which answers there are.

use super::spelled::*;
use crate::facts::schema::{Codes, Dialog};

rule! {
    /// What a window asks, and which answers there are.
    DialogRule {
        /// What the question is called among those of the service.
        name: String,
        /// The element whose fields ask when they are typed.
        #[serde(default)]
        element: String,
        /// These fields.
        #[serde(default)]
        fields: Vec<String>,
        /// It may be asked when the record is saved.
        #[serde(default)]
        on_save: bool,
        /// The class of the popup.
        #[serde(default)]
        class: String,
        /// A part of its title or text.
        #[serde(default)]
        says: String,
        /// The answers, and the tool that gives each.
        answers: BTreeMap<String, String>,
        /// The answer that is always right.
        #[serde(default)]
        always: String,
        /// It is asked whenever one of the fields is typed.
        #[serde(default)]
        certain: bool,
    }
}

impl Spelled for DialogRule {
    const ABOUT: About = About { same: &["name"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[dialog]]`: what a window asks, and which answers there are

```toml
[[dialog]]
name = "accounts"                       # what the question is called: a constant in the bindings for every answer
element = "location_detail"             # these fields ask when they are typed
fields = ["product_group_id"]
on_save = true                          # or: it may be asked when the record is saved
certain = true                          # optional: it is asked whenever one of them is typed; absent: it may be
class = "w_message"                     # the class of the popup; absent: no source says it
says = "GL accounts"                    # optional: a part of its title or text, where the class does not tell
answers = { keep = "cb_2", set = "cb_1" }       # what each answer is called, and the tool that gives it
always = "keep"                         # optional: the answer that is always right; absent: the program has to say
```
"#;

    fn says(&self) -> String {
        let asks = match self.fields.as_slice() {
            [] => "a save".to_owned(),
            fields => format!("{} of {}", codes(fields), code(&self.element)),
        };
        let answers: Vec<String> = self.answers.keys().cloned().collect();
        let who = match self.always.as_str() {
            "" => "the program says which".to_owned(),
            always => format!("{} is right", code(always)),
        };
        format!("{asks} asks {}: {}; {who}", code(&self.name), codes(&answers))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let typed = match (self.element.as_str(), self.fields.is_empty()) {
            ("", true) if self.on_save => None,
            ("", _) | (_, true) => {
                return Err(names.error("[[dialog]] wants `element` and `fields` that ask, or `on_save`"));
            }
            (element, false) => {
                let element = names.element(element)?;
                Some((element, names.fields(element, &self.fields)?))
            }
        };
        if self.certain && typed.is_none() {
            return Err(names.error("`certain` is said of fields that ask, and there are none"));
        }
        if self.answers.is_empty() {
            return Err(names.error("[[dialog]] has no answers"));
        }
        let always = match self.always.as_str() {
            "" => None,
            always => match self.answers.keys().position(|answer| answer == always) {
                Some(at) => Some(at as u16),
                None => return Err(names.error(&format!("`{always}` is none of the answers"))),
            },
        };
        for word in self.answers.keys().chain([&self.name]) {
            names.constant(word)?;
        }
        Ok(vec![WindowFactKind::Dialog(Dialog {
            name: text(&self.name),
            typed,
            on_save: self.on_save,
            class: text(&self.class),
            says: text(&self.says),
            answers: Codes::Owned(self.answers.clone().into_iter().collect()),
            always,
            certain: self.certain,
        })])
    }
}
