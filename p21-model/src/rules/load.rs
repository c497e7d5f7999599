//! Reading a rules file, with errors that name file and line.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::{Spanned, Table, Value};

use super::{Located, Rules, overlay};
use crate::facts::error::InputError;
use crate::kinds::{Kind, Spelled, every_kind};

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
        Self::load_layers(&[(file, text)])
    }

    /// Reads files of rules, name and text each, the later ones on top of those before: a rule of the same kind about
    /// the same thing replaces the other, and one with `off` removes it.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_layers(files: &[(&str, &str)]) -> Result<Self, InputError> {
        let mut layers = files.iter().map(|(file, text)| Layer::read(file, text)).collect::<Result<Vec<_>, _>>()?;
        let mut notes = Vec::new();
        let aliases = overlay::aliases(&mut layers);
        let service = layers.iter().rev().find_map(|layer| layer.service.clone());
        let mut rules = Self { service, aliases, ..Self::typed(&mut layers, &mut notes)? };
        rules.file = files.last().map(|(file, _)| (*file).to_owned()).unwrap_or_default();
        rules.unused = notes;
        rules.check_scope()?;
        Ok(rules)
    }

    /// A service's file may not say what only `any.toml` can, and the reverse.
    fn check_scope(&self) -> Result<(), InputError> {
        let problem = "any.toml can't have aliases: elements differ from service to service";
        let alias = self.aliases.values().next().filter(|_| self.service.is_none());
        let alias = alias.map(|alias| alias.wrong(problem));
        alias.or_else(|| self.misplaced()).map_or(Ok(()), Err)
    }
}

/// A rule as its file has it.
pub(super) struct RawRule {
    pub(super) file: Arc<str>,
    pub(super) line: usize,
    pub(super) table: Table,
    /// The line of each member.
    lines: BTreeMap<String, usize>,
    /// A rule on top took its place.
    pub(super) gone: bool,
}

/// A file, its rules not yet looked at.
pub(super) struct Layer {
    service: Option<String>,
    pub(super) aliases: BTreeMap<String, Located<String>>,
    /// By kind.
    pub(super) rules: BTreeMap<Kind, Vec<RawRule>>,
}

/// A rule's members as they are written, each with its place.
type Members = BTreeMap<String, Spanned<Value>>;

macro_rules! files {
    ($($(#[doc = $doc:literal])+ $variant:ident $kind:ident $rule:ident)+) => {
        /// The file's own shape: tables are kept with their place, so that every rule knows its line.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            service: Option<String>,
            #[serde(default)]
            alias: BTreeMap<String, Spanned<String>>,
            $(#[serde(default)] $kind: Vec<Spanned<Members>>,)+
        }

        impl File {
            fn into_rules(self) -> impl Iterator<Item = (Kind, Vec<Spanned<Members>>)> {
                [$((Kind::$variant, self.$kind)),+].into_iter()
            }
        }

        impl Rules {
            /// The rules of all layers as what they are.
            fn typed(layers: &mut [Layer], notes: &mut Vec<InputError>) -> Result<Self, InputError> {
                Ok(Self {
                    $($kind: typed(overlay::merge(Kind::$variant, layers, notes)?)?,)+
                    ..Self::default()
                })
            }
        }
    };
}

every_kind!(files);

impl Layer {
    fn read(file: &str, text: &str) -> Result<Self, InputError> {
        if text.len() > MAX_BYTES {
            return Err(InputError::new(file, "the file is too large for rules"));
        }
        let mut raw: File = toml::from_str(text).map_err(|error| parse_error(file, text, &error))?;
        let (name, lines): (Arc<str>, _) = (file.into(), Lines::of(text));
        let located = |element: Spanned<String>| {
            let line = lines.at(element.span().start);
            Located { file: name.clone(), line, rule: element.into_inner() }
        };
        let aliases = std::mem::take(&mut raw.alias).into_iter();
        Ok(Self {
            service: raw.service.take(),
            aliases: aliases.map(|(alias, element)| (alias, located(element))).collect(),
            rules: raw
                .into_rules()
                .map(|(kind, tables)| {
                    (kind, tables.into_iter().map(|rule| RawRule::new(&name, &lines, rule)).collect())
                })
                .collect(),
        })
    }
}

impl RawRule {
    fn new(file: &Arc<str>, lines: &Lines, rule: Spanned<Members>) -> Self {
        let line = lines.at(rule.span().start);
        let members = rule.into_inner();
        let of = members.iter().map(|(member, value)| (member.clone(), lines.at(value.span().start))).collect();
        let table = members.into_iter().map(|(member, value)| (member, value.into_inner())).collect();
        Self { file: Arc::clone(file), line, table, lines: of, gone: false }
    }

    /// Something is wrong with it.
    pub(super) fn wrong(&self, problem: impl Into<String>) -> InputError {
        InputError::new(&*self.file, problem).at_line(self.line)
    }

    /// Something is wrong with a member of it.
    fn wrong_in(&self, member: &str, problem: &str) -> InputError {
        self.wrong(problem).at_line(self.lines.get(member).copied().unwrap_or(self.line))
    }

    /// What doesn't make a rule of its kind.
    fn refused(&self, error: &toml::de::Error) -> InputError {
        let problem = error.message().trim().replace('\n', ", ");
        // A value that was read already has no place in a text: its error names it in the line after the message.
        let said = error.to_string();
        let named = said.trim_end().lines().last().and_then(|line| line.strip_prefix("in `")?.strip_suffix('`'));
        if let Some(path) = named {
            let member = path.split('.').next().unwrap_or(path);
            return self.wrong_in(member, &format!("`{path}`: {problem}"));
        }
        let unknown = problem.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        self.wrong_in(unknown.unwrap_or_default(), &problem)
    }
}

fn typed<T: Spelled>(raw: Vec<RawRule>) -> Result<Vec<Located<T>>, InputError> {
    raw.into_iter()
        .map(|mut raw| {
            let table = Value::Table(std::mem::take(&mut raw.table));
            let rule: T = table.try_into().map_err(|error| raw.refused(&error))?;
            if let Some(problem) = rule.idle() {
                return Err(raw.wrong(problem));
            }
            if rule.consequence().trim().is_empty() {
                return Err(raw.wrong("`consequence` is empty").help("say what P21 does when the rule is broken"));
            }
            if !EVIDENCE.iter().any(|word| rule.evidence().starts_with(word)) {
                return Err(raw.wrong(format!("`evidence` must start with one of {}", EVIDENCE.join(", "))));
            }
            Ok(Located { file: raw.file, line: raw.line, rule })
        })
        .collect()
}

fn parse_error(file: &str, text: &str, error: &toml::de::Error) -> InputError {
    let mut input = InputError::new(file, error.message().trim().replace('\n', ", "));
    if let Some(span) = error.span() {
        input = input.at_line(Lines::of(text).at(span.start));
    }
    input.help("the format is in definitions/rules/README.md")
}

/// Where the lines of a text end, found once: it is asked for each rule.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(end, _)| end).collect())
    }

    /// The 1-based line of a place in the text.
    fn at(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|end| *end < offset)
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
        assert!(!rules.follows[0].rule.versions.include(crate::facts::version::Version::new(25, 2)));
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
        assert!(unknown.starts_with("rules/Order.toml:5: unknown field `parnt`"), "{unknown}");
        let hearsay = error("[[follows]]\nchild=\"a\"\nparent=\"b\"\nconsequence=\"c\"\nevidence=\"someone said\"");
        assert!(hearsay.contains("`evidence` must start with"), "{hearsay}");
        let versions =
            error("[[follows]]\nchild=\"a\"\nparent=\"b\"\nconsequence=\"c\"\nevidence=\"verified\"\nversions=\"x\"");
        assert!(versions.contains("versions `x` can't be read"), "{versions}");
    }

    #[test]
    fn a_value_of_another_type_is_told_with_its_member_and_line() {
        let text =
            "[[default]]\nelement = \"a\"\nfield = \"b\"\nvalue = 1\nconsequence = \"c\"\nevidence = \"verified\"";
        let wrong = error(&format!("service = \"Order\"\n\n{text}"));
        assert!(wrong.starts_with("rules/Order.toml:6: `value`: invalid type: integer"), "{wrong}");
    }

    #[test]
    fn a_rule_of_nothing_is_an_error() {
        let length = |members: &str| {
            error(&format!(
                "service = \"Order\"\n[[length]]\nelement = \"a\"\n{members}\nconsequence = \"c\"\nevidence = \"verified\""
            ))
        };
        assert!(length("fields = [\"a\"]\nmax = 0").contains(":2: `max` is at least 1"));
        for none in ["fields = []\nmax = 4", "max = 4"] {
            assert!(length(none).contains(":2: the rule names no `fields`"), "{none}");
        }
    }

    #[test]
    fn scopes_are_kept_apart() {
        let text = "service = \"Order\"\n[[endpoint]]\nservices=[\"a\"]\nuse=\"commands\"\nconsequence=\"c\"\nevidence=\"verified\"";
        assert!(error(text).contains("belongs into any.toml"));
        assert!(error("[alias]\na = \"B.b\"").contains("can't have aliases"));
    }
}
