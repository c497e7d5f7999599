//! `[[bounded]]`: criteria of a report that a range has to bound.

use super::spelled::*;

rule! {
    /// Criteria of a report, which one of some ranges has to bound.
    BoundedRule {
        /// The element; `None` in `any.toml`, for the first element of every report without a rule of its own.
        #[serde(default)]
        element: Option<String>,
        /// Of one of these every field has to be set. In `any.toml` with `{name}`, for what stands there in any name.
        ranges: Vec<Vec<String>>,
    }
}

impl Spelled for BoundedRule {
    const ABOUT: About = About { same: &["element"], parts: None };
    const PAGE: &'static str = r#"
### `[[bounded]]`: criteria of a report that a range has to bound

```toml
[[bounded]]
element = "criteria"
ranges = [["beg_po_no", "end_po_no"], ["order_no"]]     # of one of them all fields have to be set

[[bounded]]                             # in any.toml: for the first element of reports without a rule of their own;
ranges = [["beg_{name}", "end_{name}"]] # {name} stands for any name
```
"#;

    fn says(&self) -> String {
        let element = self.element.as_deref().map(|element| format!("{}: ", code(element))).unwrap_or_default();
        let ranges: Vec<String> = self.ranges.iter().map(|range| codes(range)).collect();
        format!("{element}bounded by {}", ranges.join("; or "))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        let element = self.element.as_deref().map(|element| vec![element]);
        element.ok_or("[[bounded]] names an element; patterns belong into any.toml")
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let ranges = self.ranges.iter().map(|range| Ok(names.places(range)?.to_vec()));
        let ranges: Vec<Vec<u16>> = ranges.collect::<Result<_, InputError>>()?;
        Ok(vec![RuleKind::Bounded { ranges: ranges.iter().collect() }])
    }

    /// Of the first element of a report.
    fn compile_of_any(&self, names: &dyn Names) -> Vec<RuleKind> {
        if !names.is_report() || !names.is_first() {
            return Vec::new();
        }
        let ranges: Vec<Vec<u16>> = self.ranges.iter().flat_map(|range| found(names, range)).collect();
        if ranges.is_empty() { Vec::new() } else { vec![RuleKind::Bounded { ranges: ranges.iter().collect() }] }
    }

    /// A report with a rule of its own is bounded by that alone.
    const OWN_ALONE: bool = true;
}

/// Where a name may have anything.
const NAME: &str = "{name}";

/// The ranges of an element that a pattern finds, each with all of its fields.
fn found(names: &dyn Names, pattern: &[String]) -> Vec<Vec<u16>> {
    let Some((before, after)) = pattern.first().and_then(|first| first.split_once(NAME)) else { return Vec::new() };
    let named = |field: &FieldDefinition| -> Option<Vec<u16>> {
        let name = field.name.strip_prefix(before)?.strip_suffix(after)?;
        pattern.iter().map(|part| names.find(&part.replace(NAME, name))).collect()
    };
    names.element().fields.iter().filter_map(named).collect()
}
