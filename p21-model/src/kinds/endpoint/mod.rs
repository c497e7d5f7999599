//! `[[endpoint]]` (any.toml): services that `/transaction` does not serve.

use super::spelled::*;

rule! {
    /// Services that `/transaction` does not serve.
    EndpointRule {
        /// Names, or a prefix with a star.
        services: Vec<String>,
        /// Names that a prefix would catch, but that `/transaction` serves.
        #[serde(default)]
        except: Vec<String>,
        /// What serves them.
        r#use: EndpointName,
        /// Of reports: names, or prefixes with a star, of those that print what is there and change nothing.
        #[serde(default)]
        only_print: Vec<String>,
        /// P21's text where `/transaction` refuses them, if that is known.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for EndpointRule {
    const ABOUT: About = About { same: &[], parts: Some("services") };
    const PAGE: &'static str = r#"
### `[[endpoint]]` (any.toml): services that `/transaction` does not serve

```toml
[[endpoint]]
services = ["ItemNotepad"]              # names, or a prefix with a star: "m_*"
except = ["m_other"]                    # optional: names that the prefix would catch
use = "commands"                        # commands | pdfreport
only_print = ["m_reprint*"]             # optional, of reports: those that print what is there and change nothing
message = "…"                           # optional: P21's text where `/transaction` refuses them
```
"#;

    fn says(&self) -> String {
        format!("{} not on `/transaction`", codes(&self.services))
    }

    fn misplaced(&self, of_service: bool) -> Option<&'static str> {
        of_service.then_some("[[endpoint]] belongs into any.toml")
    }
}

impl EndpointRule {
    /// Whether the rule is about a service.
    pub fn means(&self, service: &str) -> bool {
        let is = |named: &String| named.strip_suffix('*').map_or(service == named, |start| service.starts_with(start));
        self.services.iter().any(is) && !self.except.iter().any(is)
    }
}

/// An endpoint, as rules name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EndpointName {
    /// `/api/v2/commands`.
    Commands,
    /// `/api/v2/process/pdfreport`.
    PdfReport,
}
