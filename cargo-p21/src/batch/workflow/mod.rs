//! Workflows by their names: maps that come with the program, and what is looked up before their rows are taken up.
//!
//! They mean what the functions of `p21_services::workflows` mean that are called so; the cases in `tests/it/workflows` are what
//! both send. This program can't use those functions: broken bindings must never stop anyone from generating them again.

mod already;

use std::fmt::Write as _;

use anyhow::{Result, anyhow};
use clap::ValueEnum;

use super::map::{self, Read};
use crate::advice::Next as _;

pub(super) use already::{Already, Skipped};

/// A workflow that is known by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Workflow {
    ExpirePages,
    CreatePages,
    LinkPages,
    ContractPrices,
    /// Known, so that who asks for it is told what to do.
    #[value(hide = true)]
    ReplacePages,
}

/// What is known of one.
struct Facts {
    name: &'static str,
    about: &'static str,
    map: &'static str,
    already: Option<Already>,
}

impl Workflow {
    const ALL: [Self; 4] = [Self::ExpirePages, Self::CreatePages, Self::LinkPages, Self::ContractPrices];

    fn facts(self) -> Option<Facts> {
        Some(match self {
            Self::ExpirePages => Facts {
                name: "expire-pages",
                about: "price pages end on a day; those that have ended by then, or are deleted, are passed over",
                map: include_str!("expire-pages.toml"),
                already: Some(Already::Ended),
            },
            Self::CreatePages => Facts {
                name: "create-pages",
                about: "new price pages, found again by their description, which no other page may have",
                map: include_str!("create-pages.toml"),
                already: None,
            },
            Self::LinkPages => Facts {
                name: "link-pages",
                about: "price pages into price books, by the window of the book; those that are there are passed over",
                map: include_str!("link-pages.toml"),
                already: Some(Already::Linked),
            },
            Self::ContractPrices => Facts {
                name: "contract-prices",
                about: "prices of contract lines that are there, a row a line",
                map: include_str!("contract-prices.toml"),
                already: None,
            },
            Self::ReplacePages => return None,
        })
    }

    /// Its map, to be fitted.
    pub(super) fn map(self) -> Result<Read> {
        match self.facts() {
            Some(facts) => map::built_in(facts.name, facts.map),
            None => Err(anyhow!(
                "replace-pages is three runs, of which each depends on what P21 shows after the one before: no file of rows \
                 says that"
            ))
            .next(|| {
                "call `p21_services::workflows::Workflow::replace_pages` from a program (`examples/src/bin/replace_pages.rs`), \
                 or run expire-pages, look at `batch status`, and then run create-pages and link-pages"
                    .to_owned()
            }),
        }
    }

    /// What makes a row needless.
    pub(super) fn already(self) -> Option<Already> {
        self.facts()?.already
    }
}

/// What the help says of all of them.
pub(super) fn help() -> String {
    let mut help = "Workflows, and the columns of their inputs ([..] may be missing):\n".to_owned();
    for facts in Workflow::ALL.into_iter().filter_map(Workflow::facts) {
        let columns = map::built_in(facts.name, facts.map);
        let columns = columns.map(|read| listed(&read.columns())).unwrap_or_default();
        let _ = write!(help, "  {}: {}\n{columns}", facts.name, facts.about);
    }
    help + "\nA map of one's own: `cargo p21 help batch`."
}

/// How wide the list of columns is.
const WIDTH: usize = 96;

fn listed(columns: &[(&str, bool)]) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for (name, optional) in columns {
        let name = if *optional { format!("[{name}]") } else { (*name).to_owned() };
        if line.len() + name.len() > WIDTH {
            let _ = writeln!(text, "     {line}");
            line.clear();
        }
        let _ = write!(line, " {name}");
    }
    let _ = writeln!(text, "     {line}");
    text
}
