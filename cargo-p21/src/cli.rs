//! The arguments, and which command they mean.
//!
//! A command is a module with `Arguments` and `run`, a variant here and its arm in [`run`]. Its help ends in examples, and
//! is a case in `tests/it/help/`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::exit::{self, Done};
use crate::{advice, batch, check, completions, diff, doctor, explain, fetch, generate, sandbox};

/// What all commands have in common, at the end of the help.
const COMMON: &str = "\
Exit codes, of every command:
  0  clean, or done
  1  findings: of a payload, stale bindings, a difference that breaks or is silent, records that failed
  2  whatever kept the command from its work

User and password are never arguments and never in p21.toml: P21_USERNAME and P21_PASSWORD, or P21_CONSUMER_KEY.

A first round, without a server:
  cargo p21 sandbox                      # prints what to export in another terminal
  cargo p21 fetch --all                  # its definitions, into `definitions`
  cargo p21 generate --crate acme-p21 --name acme-p21";

/// Prophet 21 from Rust: definitions, bindings, checks, and a local server that behaves like it.
#[derive(Debug, Parser)]
#[command(name = "cargo p21", bin_name = "cargo p21", version, after_help = COMMON)]
pub(crate) struct Arguments {
    /// The project's settings [default: `p21.toml` here, or in the nearest folder above].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetches service definitions from a server into a folder.
    Fetch(fetch::Arguments),
    /// Generates bindings from a folder of definitions.
    Generate(generate::Arguments),
    /// Finds what P21 would silently do to a payload.
    Check(check::Arguments),
    /// Compares two versions: what breaks, what is silently different, and what to do.
    Diff(diff::Arguments),
    /// Sends the rows of a file as records, none lost and none doubled.
    Batch(Box<batch::Arguments>),
    /// Runs a local server that behaves like P21.
    Sandbox(Box<sandbox::Arguments>),
    /// Explains a code of a finding, or a rule of the difference.
    Explain(explain::Arguments),
    /// Tries a server, and says in words what is wrong.
    Doctor(doctor::Arguments),
    /// Prints the completions of a shell.
    Completions(completions::Arguments),
    /// Writes manual pages.
    Man(completions::ManArguments),
}

impl Command {
    /// Its word.
    fn name(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "fetch",
            Self::Generate(_) => "generate",
            Self::Check(_) => "check",
            Self::Diff(_) => "diff",
            Self::Batch(_) => "batch",
            Self::Sandbox(_) => "sandbox",
            Self::Explain(_) => "explain",
            Self::Doctor(_) => "doctor",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

/// The whole program: arguments to exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    exit::guarded(|| {
        let Arguments { config, command } = Arguments::parse_from(plain(arguments));
        let name = command.name();
        match run(command, config) {
            Ok(done) => done.into(),
            Err(error) => {
                advice::print(&error, name);
                ExitCode::from(exit::UNDONE)
            }
        }
    })
}

fn run(command: Command, config: Option<PathBuf>) -> Result<Done> {
    let config = || Config::find(config.as_deref());
    match command {
        Command::Fetch(arguments) => fetch::run(arguments, &config()?),
        Command::Generate(arguments) => generate::run(&arguments, &config()?),
        Command::Check(arguments) => check::run(&arguments, &config()?),
        Command::Diff(arguments) => diff::run(&arguments, &config()?),
        Command::Batch(arguments) => batch::run(*arguments, &config()?),
        Command::Sandbox(arguments) => sandbox::run(arguments.sandbox),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments, &config()?),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => completions::man(&arguments),
    }
}

/// Cargo runs `cargo-p21 p21 check` for `cargo p21 check`.
fn plain(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == "p21") {
        arguments.remove(1);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    #[test]
    fn the_arguments_make_sense() {
        super::Arguments::command().debug_assert();
    }

    /// Every line of a help text that shows how a command is called.
    #[test]
    fn every_example_of_a_help_text_is_one() {
        let mut examples = 0;
        let main = super::Arguments::command();
        for command in std::iter::once(&main).chain(main.get_subcommands()) {
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in text.lines().filter_map(|line| line.split("cargo p21 ").nth(1)) {
                let words = line.split('#').next().unwrap().split(['|', '>']).next().unwrap().split_whitespace();
                let parsed = super::Arguments::try_parse_from(std::iter::once("cargo p21").chain(words));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                examples += 1;
            }
            assert!(text.contains("cargo p21 "), "{} has no example", command.get_name());
        }
        assert!(examples > 10, "{examples}");
    }

    /// What pages tell people to type is what the program takes.
    #[test]
    fn every_command_in_a_page_is_one() {
        let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut commands = 0;
        for page in ["README.md", "docs/guide/updates-of-p21.md", "docs/findings/README.md"] {
            let text = std::fs::read_to_string(repository.join(page)).unwrap();
            for line in text.lines().filter(|line| line.starts_with("cargo p21 ")) {
                let plain = line.split(['#', '>', '|']).next().unwrap().replace('"', "");
                let parsed = super::Arguments::try_parse_from(super::plain(plain.split_whitespace().map(Into::into)));
                assert!(parsed.is_ok(), "{page}: {line}: {}", parsed.unwrap_err());
                commands += 1;
            }
        }
        assert!(commands > 15, "{commands}");
    }

    #[test]
    fn cargo_names_the_command_twice() {
        let plain = |all: &[&str]| super::plain(all.iter().map(Into::into));
        assert_eq!(plain(&["cargo-p21", "p21", "check"]), plain(&["cargo-p21", "check"]));
    }
}
