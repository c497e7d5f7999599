//! `[[place]]`: an element that stands elsewhere in the window than its name says.

use super::spelled::*;
use crate::facts::schema::{Labels, Place};

rule! {
    /// An element stands elsewhere in the window than its name says.
    PlaceRule {
        /// The element.
        element: String,
        /// The tab.
        #[serde(default)]
        page: String,
        /// What its datawindow may be called.
        #[serde(default)]
        datawindows: Vec<String>,
        /// It is shown with every tab.
        #[serde(default)]
        band: bool,
    }
}

impl Spelled for PlaceRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[place]]`: an element that stands elsewhere in the window than its name says

```toml
[[place]]
element = "header"
page = "FORM"                           # absent: as the element's name has it, `PAGE.datawindow`
datawindows = ["d_job_hdr", "form"]     # absent: as the name has it; of several the window tells which it has
band = true                             # optional: it is shown with every tab, so none has to be selected for it
```
"#;

    fn says(&self) -> String {
        let mut said = Vec::new();
        if !self.page.is_empty() {
            said.push(format!("on the tab {}", code(&self.page)));
        }
        if !self.datawindows.is_empty() {
            said.push(format!("as {}", codes(&self.datawindows)));
        }
        if self.band {
            said.push("with every tab".to_owned());
        }
        format!("{} stands {}", code(&self.element), said.join(", "))
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        if self.page.is_empty() && self.datawindows.is_empty() && !self.band {
            return Err(names.error("[[place]] says nothing: it wants `page`, `datawindows` or `band`"));
        }
        Ok(vec![WindowFactKind::Place(Place {
            element: names.element(&self.element)?,
            page: text(&self.page),
            datawindows: Labels::Owned(self.datawindows.clone()),
            band: self.band,
        })])
    }
}
