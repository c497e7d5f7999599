//! `[[follows]]`: a child applies to the parent row that is current.

use super::spelled::*;

rule! {
    /// A child applies to the parent row that is current.
    FollowsRule {
        /// The child.
        child: String,
        /// The parent.
        parent: String,
    }
}

impl Spelled for FollowsRule {
    const ABOUT: About = About { same: &["child"], parts: None };
    const PAGE: &'static str = r#"
### `[[follows]]`: a child applies to the parent row that is current

```toml
[[follows]]
child = "breaks"
parent = "line"
```

An element has at most one parent. A `Form` child exists once per parent row, a `List` child any number of times.
"#;

    fn says(&self) -> String {
        format!("{} after its {}", code(&self.child), code(&self.parent))
    }
}
