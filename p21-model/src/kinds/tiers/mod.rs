//! `[[tiers]]`: quantity breaks.

use super::spelled::*;

rule! {
    /// Quantity breaks.
    TiersRule {
        /// The element.
        element: String,
        /// The name of a tier's value, with `{n}`.
        value: String,
        /// The name of a break, with `{n}`.
        r#break: String,
        /// How many tiers.
        count: u8,
        /// The first break may be 0 where there is one tier.
        #[serde(default)]
        zero_first: bool,
    }
}

impl Spelled for TiersRule {
    const ABOUT: About = About { same: &["element", "value"], parts: None };
    const PAGE: &'static str = r#"
### `[[tiers]]`: quantity breaks

```toml
[[tiers]]
element = "breaks"
value = "calculation_value{n}"          # tiers 1..=count
break = "break{n}"                      # 1..count: the first quantity of tier n + 1; 0 ends the list
count = 15
zero_first = true                       # optional: break1 may be 0 where there is one tier, an unused slot
```
"#;

    fn says(&self) -> String {
        format!("{}: {} tiers in {}", code(&self.element), self.count, code(&self.value))
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        let place = |pattern: &str, n: u8| names.place(&pattern.replace("{n}", &n.to_string()));
        let values: Vec<u16> = (1..=self.count).map(|n| place(&self.value, n)).collect::<Result<_, _>>()?;
        let breaks: Vec<u16> = (1..self.count).map(|n| place(&self.r#break, n)).collect::<Result<_, _>>()?;
        Ok(vec![RuleKind::Tiers { values: values.into(), breaks: breaks.into(), zero_first: self.zero_first }])
    }
}
