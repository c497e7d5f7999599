//! `cargo p21 explain`: what a code of a finding means, or a rule of the difference.

use std::fmt::Write as _;

use anyhow::{Result, anyhow};
use p21_definitions::diff::{Level, RULES, Rule, Witness};
use p21_model::check::Code;
use p21_model::name::nearest;
use serde_json::{Value, json};

use crate::advice::Next as _;
use crate::exit::Done;
use crate::format::Format;
use crate::printable;

/// Explains a code of a finding: what is wrong, what P21 does, and how it is right. Or a rule that `diff` names.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 explain P21-020              # a field before one that must come first
  cargo p21 explain element-key-added    # what diff calls a key more
  cargo p21 explain                      # every code, a line each
  cargo p21 explain --format json        # the same for programs")]
pub(crate) struct Arguments {
    /// The code, such as `P21-020`, or the rule; without one all of them are listed.
    code: Option<String>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Code and text of every page.
static PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/findings.rs"));

pub(crate) fn run(arguments: &Arguments) -> Result<Done> {
    let found = match &arguments.code {
        None => Found::All,
        Some(code) => match Rule::find(code.trim()) {
            Some(rule) => Found::Rule(rule),
            None => Found::Page(page(code).next(|| "`cargo p21 explain` lists every code".to_owned())?),
        },
    };
    let text = match arguments.format {
        Format::Text => found.text(),
        Format::Json => serde_json::to_string_pretty(&found.json())? + "\n",
    };
    printable::print(&text)?;
    Ok(Done::Clean)
}

/// What is explained.
enum Found {
    All,
    Rule(&'static Rule),
    Page((&'static str, &'static str)),
}

impl Found {
    fn text(&self) -> String {
        match self {
            Self::All => list(),
            Self::Rule(rule) => of_diff(rule),
            Self::Page((_, text)) => (*text).to_owned(),
        }
    }

    fn json(&self) -> Value {
        let rule = |rule: &Rule| json!({"code": rule.name, "title": rule.consequence});
        match self {
            Self::All => {
                let codes = Code::ALL.iter().map(|code| json!({"code": code.as_str(), "title": code.title()}));
                codes.chain(RULES.iter().map(rule)).collect()
            }
            Self::Rule(rule) => json!({"code": rule.name, "text": of_diff(rule)}),
            Self::Page((code, text)) => json!({"code": code, "text": text}),
        }
    }
}

/// Every code, a line each.
fn list() -> String {
    let mut text = String::new();
    for code in Code::ALL {
        let _ = writeln!(text, "{code}  {}", code.title());
    }
    text.push('\n');
    for rule in RULES {
        let _ = writeln!(text, "{}  {}", rule.name, rule.consequence);
    }
    text
}

/// A rule of the difference.
fn of_diff(rule: &Rule) -> String {
    let mut text = format!("# {}\n\n{}\n\n", rule.name, rule.consequence);
    match rule.level {
        Level::Rule => {
            text.push_str("Whom it breaks is said by the kind of the rule that holds on one version only.\n")
        }
        _ => drop(writeln!(text, "For writers: {}. For readers: {}.", rule.writers.word(), rule.readers.word())),
    }
    let _ = writeln!(text, "\nWhat to do: {}", rule.remedy);
    if let Witness::None(why) = rule.witness {
        let _ = writeln!(text, "\nIt has no witness: {why}.");
    }
    if let Some(mirror) = rule.mirror().filter(|mirror| mirror.name != rule.name) {
        let _ = writeln!(text, "\nFrom the other side: {}.", mirror.name);
    }
    text
}

/// The page of a code, however it is spelt.
fn page(code: &str) -> Result<(&'static str, &'static str)> {
    let wanted = code.trim().to_uppercase();
    let full = if wanted.starts_with("P21-") { wanted } else { format!("P21-{wanted:0>3}") };
    PAGES.iter().find(|(of, _)| *of == full).copied().ok_or_else(|| {
        let near = nearest(&full, PAGES.iter().map(|(of, _)| *of));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        anyhow!("there is no code `{}`{near}", code.escape_debug())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_page() {
        for code in Code::ALL {
            let (_, page) = page(code.as_str()).unwrap();
            assert!(page.contains(code.as_str()) && page.contains(code.title().trim_end_matches('.')), "{code}");
        }
        assert_eq!(PAGES.len(), Code::ALL.len());
        assert_eq!(page("20").unwrap(), page("p21-020").unwrap());
        assert!(page("nonsense").is_err());
        for rule in RULES {
            assert!(of_diff(rule).contains(rule.remedy) && list().contains(rule.name), "{}", rule.name);
        }
    }
}
