//! Workflows by their names: maps that come with the program, and what is looked up before their rows are taken up.
//!
//! They mean what the functions of `p21_services::workflows` mean that are called so; the cases in `tests/it/batch/cases` are what
//! both send, and what replacing pages decides is `p21_batch::workflow`'s. This program can't use those functions: broken bindings must never stop anyone from generating them again.

mod already;

use std::fmt::Write as _;

use anyhow::Result;
use clap::ValueEnum;

use super::map::{self, Read};

pub(super) use already::{Already, Skipped};

/// A workflow that is known by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Workflow {
    ExpirePages,
    CreatePages,
    LinkPages,
    ContractPrices,
    ReplacePages,
}

/// What is known of one.
struct Facts {
    name: &'static str,
    about: &'static str,
    map: &'static str,
    /// Columns that no field has, beside those of create-pages.
    beside: &'static [&'static str],
    already: Option<Already>,
}

impl Workflow {
    const ALL: [Self; 5] =
        [Self::ExpirePages, Self::CreatePages, Self::LinkPages, Self::ContractPrices, Self::ReplacePages];

    fn facts(self) -> Facts {
        match self {
            Self::ExpirePages => Facts {
                name: "expire-pages",
                about: "price pages end on a day; those that have ended by then, or are deleted, are passed over",
                map: include_str!("expire-pages.toml"),
                beside: &[],
                already: Some(Already::Ended),
            },
            Self::CreatePages => Facts {
                name: "create-pages",
                about: "new price pages, found again by their description, which no other page may have",
                map: include_str!("create-pages.toml"),
                beside: &[],
                already: None,
            },
            Self::LinkPages => Facts {
                name: "link-pages",
                about: "price pages into price books, by the window of the book; those that are there are passed over",
                map: include_str!("link-pages.toml"),
                beside: &[],
                already: Some(Already::Linked),
            },
            Self::ContractPrices => Facts {
                name: "contract-prices",
                about: "prices of contract lines that are there, a row a line",
                map: include_str!("contract-prices.toml"),
                beside: &[],
                already: None,
            },
            Self::ReplacePages => Facts {
                name: "replace-pages",
                about: "old price pages end, and when P21 shows it new ones are created and put into books. `replaces` is the \
                        old page's number and `price_book_id` the books, with `;` between them: both may be empty. Wants \
                        --ends-on",
                map: concat!("ignore = [\"replaces\", \"price_book_id\"]\n", include_str!("create-pages.toml")),
                beside: &[REPLACES, BOOKS],
                already: None,
            },
        }
    }

    /// Its map, to be fitted.
    pub(super) fn map(self) -> Result<Read> {
        map::built_in(self.facts().name, self.facts().map)
    }

    /// What makes a row needless.
    pub(super) fn already(self) -> Option<Already> {
        self.facts().already
    }
}

/// The column with the number of the page that a new one replaces.
pub(super) const REPLACES: &str = "replaces";

/// The column with the books that a new page goes into.
pub(super) const BOOKS: &str = "price_book_id";

/// What the help says of all of them.
pub(super) fn help() -> String {
    let mut help = "Workflows, and the columns of their inputs ([..] may be missing):\n".to_owned();
    for facts in Workflow::ALL.map(Workflow::facts) {
        let columns = match facts.beside {
            [] => map::built_in(facts.name, facts.map).map(|read| listed(&read.columns())).unwrap_or_default(),
            beside => format!("      {}, and those of create-pages\n", beside.join(" ")),
        };
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
