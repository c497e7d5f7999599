//! `[[quirk]]` (any.toml): what servers of some versions do of their own.

use super::spelled::*;
use crate::facts::schema::Quirk;

rule! {
    /// What servers of some versions do of their own.
    QuirkRule {
        /// Which.
        name: Quirk,
    }
}

impl Spelled for QuirkRule {
    const ABOUT: About = About { same: &["name"], parts: None };
    const PAGE: &'static str = r#"
### `[[quirk]]` (any.toml): what servers of some versions do of their own

```toml
[[quirk]]
name = "status_null_reference"          # which: one of the names below
versions = "<26.1.5940"
```

| name | on these versions |
| --- | --- |
| `status_null_reference` | a transaction's `Status` other than `New` ends in a `NullReferenceException`, HTTP 500 |
| `empty_messages` | the answer to a set has an empty message for each transaction that passed |
| `status_in_words` | the queue's answers say their status in words |
| `nameless_server` | the server's own information doesn't know its version |

Each is a thing that a program does differently, so a name that nobody knows is an error. The sandbox behaves by them;
checks tell what comes of a payload on the version that they check for.
"#;

    fn says(&self) -> String {
        self.name.describe().to_owned()
    }

    fn misplaced(&self, of_service: bool) -> Option<&'static str> {
        of_service.then_some("[[quirk]] is about the server and belongs into any.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_on_the_page() {
        for quirk in Quirk::ALL {
            let name = format!("{quirk:?}");
            let words = name.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase()));
            let name: String = words.skip(1).collect();
            assert!(QuirkRule::PAGE.contains(&format!("| `{name}` |")), "{name}");
        }
    }
}
