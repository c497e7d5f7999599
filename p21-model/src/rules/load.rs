//! Reading a rules file, with errors that name file and line.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Spanned, Table, Value};

use super::{Located, Rule, Rules};
use crate::InputError;

/// How the evidence of a rule may begin.
const EVIDENCE: [&str; 4] = ["verified", "documented", "reported", "inferred"];

/// The largest rules file that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

impl Rules {
    /// Reads a rules file. `file` names it in errors.
    ///
    /// # Errors
    /// Not TOML, an unknown kind of rule or member, a rule without consequence or evidence: one error with the line.
    pub fn load(file: &str, text: &str) -> Result<Self, InputError> {
        if text.len() > MAX_BYTES {
            return Err(InputError::new(file, "the file is too large for rules"));
        }
        let raw: File = toml::from_str(text).map_err(|error| parse_error(file, text, &error))?;
        let reader = Reader { file, text };
        let rules = Self {
            file: file.to_owned(),
            service: raw.service,
            aliases: raw
                .alias
                .into_iter()
                .map(|(alias, element)| {
                    let line = reader.line(element.span().start);
                    (alias, Located { line, rule: element.into_inner() })
                })
                .collect(),
            order: reader.rules(raw.order)?,
            follows: reader.rules(raw.follows)?,
            sequence: reader.rules(raw.sequence)?,
            choice: reader.rules(raw.choice)?,
            required: reader.rules(raw.required)?,
            optional: reader.rules(raw.optional)?,
            required_element: reader.rules(raw.required_element)?,
            disabled: reader.rules(raw.disabled)?,
            assigned: reader.rules(raw.assigned)?,
            default: reader.rules(raw.default)?,
            codes: reader.rules(raw.codes)?,
            values: reader.rules(raw.values)?,
            tiers: reader.rules(raw.tiers)?,
            dates: reader.rules(raw.dates)?,
            today: reader.rules(raw.today)?,
            ascending: reader.rules(raw.ascending)?,
            primary: reader.rules(raw.primary)?,
            either: reader.rules(raw.either)?,
            length: reader.rules(raw.length)?,
            prompt: reader.rules(raw.prompt)?,
            one_insert: reader.rules(raw.one_insert)?,
            use_code_values: reader.rules(raw.use_code_values)?,
            note: reader.rules(raw.note)?,
            endpoint: reader.rules(raw.endpoint)?,
        };
        rules.check_scope()?;
        Ok(rules)
    }

    /// A service's file may not say what only `any.toml` can, and the reverse.
    fn check_scope(&self) -> Result<(), InputError> {
        let misplaced = if self.service.is_some() {
            self.endpoint.first().map(|rule| (rule.line, "[[endpoint]] belongs into any.toml")).or_else(|| {
                self.codes
                    .iter()
                    .find(|codes| codes.rule.element.is_none() || codes.rule.field.is_none())
                    .map(|rule| (rule.line, "[[codes]] without element and field belongs into any.toml"))
            })
        } else {
            let any_alias = self.aliases.values().map(|alias| alias.line).next();
            any_alias.map(|line| (line, "any.toml can't have aliases: elements differ from service to service"))
        };
        match misplaced {
            Some((line, problem)) => Err(InputError::new(&self.file, problem).at_line(line)),
            None => Ok(()),
        }
    }
}

/// The file's own shape: tables are kept with their place, so that every rule knows its line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    service: Option<String>,
    #[serde(default)]
    alias: std::collections::BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    order: Tables,
    #[serde(default)]
    follows: Tables,
    #[serde(default)]
    sequence: Tables,
    #[serde(default)]
    choice: Tables,
    #[serde(default)]
    required: Tables,
    #[serde(default)]
    optional: Tables,
    #[serde(default)]
    required_element: Tables,
    #[serde(default)]
    disabled: Tables,
    #[serde(default)]
    assigned: Tables,
    #[serde(default)]
    default: Tables,
    #[serde(default)]
    codes: Tables,
    #[serde(default)]
    values: Tables,
    #[serde(default)]
    tiers: Tables,
    #[serde(default)]
    dates: Tables,
    #[serde(default)]
    today: Tables,
    #[serde(default)]
    ascending: Tables,
    #[serde(default)]
    primary: Tables,
    #[serde(default)]
    either: Tables,
    #[serde(default)]
    length: Tables,
    #[serde(default)]
    prompt: Tables,
    #[serde(default)]
    one_insert: Tables,
    #[serde(default)]
    use_code_values: Tables,
    #[serde(default)]
    note: Tables,
    #[serde(default)]
    endpoint: Tables,
}

type Tables = Vec<Spanned<Table>>;

fn parse_error(file: &str, text: &str, error: &toml::de::Error) -> InputError {
    let mut input = InputError::new(file, error.message().trim().replace('\n', ", "));
    if let Some(span) = error.span() {
        input = input.at_line(line_of(text, span.start));
    }
    input.help("the format is in definitions/rules/README.md")
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        line_of(self.text, offset)
    }

    fn rules<T: DeserializeOwned + Rule>(&self, tables: Tables) -> Result<Vec<Located<T>>, InputError> {
        tables
            .into_iter()
            .map(|table| {
                let line = self.line(table.span().start);
                let wrong = |problem: String| InputError::new(self.file, problem).at_line(line);
                let rule: T = Value::Table(table.into_inner())
                    .try_into()
                    .map_err(|error: toml::de::Error| wrong(error.message().trim().replace('\n', ", ")))?;
                if rule.consequence().trim().is_empty() {
                    return Err(
                        wrong("`consequence` is empty".into()).help("say what P21 does when the rule is broken")
                    );
                }
                if !EVIDENCE.iter().any(|word| rule.evidence().starts_with(word)) {
                    return Err(wrong(format!("`evidence` must start with one of {}", EVIDENCE.join(", "))));
                }
                Ok(Located { line, rule })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Rules::load("rules/Order.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_knows_its_line() {
        let rules = Rules::load(
            "rules/Order.toml",
            "service = \"Order\"\n\n[alias]\nitems = \"TP_ITEMS.items\"\n\n[[follows]]\nchild = \"a\"\nparent = \"items\"\n\
             consequence = \"c\"\nevidence = \"verified on 26.1\"\nversions = \">=26.1\"\n",
        )
        .unwrap();
        assert_eq!(rules.aliases["items"].line, 4);
        assert_eq!(rules.follows[0].line, 6);
        assert!(!rules.follows[0].rule.versions.include("25.2"));
    }

    #[test]
    fn mistakes_name_file_and_line() {
        assert!(error("service = ").starts_with("rules/Order.toml:1: "));
        assert!(error("service = \"Order\"\n[[orders]]\n").starts_with("rules/Order.toml:2: unknown field `orders`"));
        let missing = error("service = \"Order\"\n[[follows]]\nchild = \"a\"\n");
        assert!(missing.starts_with("rules/Order.toml:2: missing field"), "{missing}");
        let unknown = error(
            "service = \"Order\"\n\n[[follows]]\nchild = \"a\"\nparnt = \"b\"\nparent=\"c\"\nconsequence=\"c\"\nevidence=\"verified\"",
        );
        assert!(unknown.starts_with("rules/Order.toml:3: unknown field `parnt`"), "{unknown}");
        let hearsay = error("[[follows]]\nchild=\"a\"\nparent=\"b\"\nconsequence=\"c\"\nevidence=\"someone said\"");
        assert!(hearsay.contains("`evidence` must start with"), "{hearsay}");
        let versions =
            error("[[follows]]\nchild=\"a\"\nparent=\"b\"\nconsequence=\"c\"\nevidence=\"verified\"\nversions=\"x\"");
        assert!(versions.contains("versions `x` can't be read"), "{versions}");
    }

    #[test]
    fn scopes_are_kept_apart() {
        let text = "service = \"Order\"\n[[endpoint]]\nservices=[\"a\"]\nuse=\"commands\"\nconsequence=\"c\"\nevidence=\"verified\"";
        assert!(error(text).contains("belongs into any.toml"));
        assert!(error("[alias]\na = \"B.b\"").contains("can't have aliases"));
    }
}
