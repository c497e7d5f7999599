//! `[[order]]`: field before field.

use super::spelled::*;

rule! {
    /// Field before field.
    OrderRule {
        /// The element.
        element: String,
        /// Each before the next.
        fields: Vec<OneOrMore>,
        /// What happens to a later field that was sent earlier.
        effect: Effect,
        /// P21's text, where it refuses.
        #[serde(default)]
        message: String,
    }
}

impl Spelled for OrderRule {
    const ABOUT: About = About { same: &["element", "fields"], parts: None };
    const PAGE: &'static str = r#"
### `[[order]]`: field before field

```toml
[[order]]
element = "line"
fields = ["pricing_method", "price"]    # each before the next; of an inner list, ["a", ["b", "c"], "d"], one is enough
effect = "clears"                       # what happens to a later field that was sent earlier:
                                        #   clears   P21 empties it and answers Succeeded
                                        #   refused  P21 refuses the transaction (give `message`)
                                        #   disabled P21 keeps the later fields shut until the earlier ones are set
                                        #   unknown  the order is documented, the effect is not
message = "…"                           # with `refused`: P21's text, `{field}` and `{before}` are filled in
```
"#;

    fn says(&self) -> String {
        let places: Vec<String> = self.fields.iter().map(place).collect();
        format!("{}: {}", code(&self.element), places.join(" before "))
    }

    fn lacks_text(&self) -> bool {
        self.effect == Effect::Refused && self.message.is_empty()
    }

    fn elements(&self) -> Result<Vec<&str>, &'static str> {
        Ok(vec![&self.element])
    }

    fn compile(&self, names: &dyn Names) -> Result<Vec<RuleKind>, InputError> {
        // Each place against all places before it, not only its neighbour: the fields between may be absent.
        let mut kinds = Vec::new();
        let mut first: Vec<Vec<u16>> = Vec::new();
        for place in &self.fields {
            let then = names.places(place.names())?;
            let this = then.to_vec();
            if !first.is_empty() {
                let (first, message) = (first.iter().collect(), text(&self.message));
                kinds.push(RuleKind::Order { first, then, effect: self.effect, message });
            }
            first.push(this);
        }
        Ok(kinds)
    }
}
