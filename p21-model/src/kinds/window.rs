//! `[[window]]`: what opens the window of a service, and what it is called.

use super::spelled::*;
use crate::facts::schema::{Opening, XmlNames};

rule! {
    /// What opens the window of a service. Without it nothing is typed into it.
    WindowRule {
        /// Its title.
        #[serde(default)]
        title: String,
        /// Its class.
        #[serde(default)]
        class: String,
        /// Its names in the XML description.
        #[serde(default)]
        xml: Option<XmlSpelt>,
    }
}

/// What the XML description calls a window.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct XmlSpelt {
    /// `MenuId`.
    pub menu: String,
    /// `ServiceName`.
    #[serde(default)]
    pub service: String,
    /// The parts of the window that it names.
    #[serde(default)]
    pub parts: Vec<XmlPart>,
}

/// What the XML description calls an element.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct XmlPart {
    /// The element.
    pub element: String,
    /// Its datawindow.
    pub datawindow: String,
    /// Its tab.
    #[serde(default)]
    pub tab: String,
}

impl Spelled for WindowRule {
    const ABOUT: About = About { same: &[], parts: None };
    const OF_WINDOWS: bool = true;
    const PAGE: &'static str = r#"
### `[[window]]`: what opens the window of a service

```toml
[[window]]                              # by the name of the service: the only one that always works
title = "Order Entry"                   # optional, as far as it is known
class = "w_order_entry"                 # optional

[window.xml]                            # optional: its names in the XML description
menu = "OE-I-1"
service = "oe_entry"                    # optional
parts = [{ element = "items", datawindow = "d_oe_line", tab = "tab_line_items" }]   # tab: optional
```

Records of a service without one are not typed into a window: what is needed there nobody has said.
"#;

    fn says(&self) -> String {
        let title = if self.title.is_empty() { String::new() } else { format!(", titled {}", code(&self.title)) };
        format!("the window opens by the service's name{title}")
    }

    fn in_window(&self, names: &dyn WindowNames) -> Result<Vec<WindowFactKind>, InputError> {
        let xml = self.xml.as_ref().map(|xml| -> Result<XmlNames, InputError> {
            let named = |part: &XmlPart, name: &str| Ok((name.to_owned(), names.element(&part.element)?));
            let datawindows = xml.parts.iter().map(|part| named(part, &part.datawindow));
            let on_tabs = xml.parts.iter().filter(|part| !part.tab.is_empty());
            Ok(XmlNames {
                menu: text(&xml.menu),
                service: text(&xml.service),
                datawindows: datawindows.collect::<Result<_, InputError>>()?,
                tabs: on_tabs.map(|part| named(part, &part.tab)).collect::<Result<_, InputError>>()?,
            })
        });
        let opening = Opening { title: text(&self.title), class: text(&self.class), xml: xml.transpose()? };
        Ok(vec![WindowFactKind::Opening(opening)])
    }
}
