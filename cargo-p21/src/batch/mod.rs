//! `cargo p21 batch`: the rows of a file as records of a service, none lost and none doubled.

mod look;
mod map;
mod progress;
mod replace;
mod rows;
mod run;
mod workflow;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use p21_batch::workflow::{REPLACE_STEPS, job_of};
use p21_batch::{Journal as _, JournalError, SqliteJournal};
use p21_model::Version;

use crate::advice::{Next as _, quoted};
use crate::config::Config;
use crate::exit::Done;
use crate::fetch::Server;
use crate::format::Format;
use crate::shown;

/// Sends the rows of a file as records of a service, none lost and none doubled.
///
/// A journal, one file, has the state of every row on the disk before anything of it leaves: a run that was killed goes on
/// with `resume`, and what can't be known is reported as ambiguous. Exits with 0 if every record is stored, with 1 if some
/// are not, and with 2 if the run didn't come to its end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 batch run --service SalesPriceBook --input books.csv --map books.toml --dry-run
  cargo p21 batch run --service SalesPriceBook --input books.csv --map books.toml
  cargo p21 batch run --workflow expire-pages --input pages.csv   # `help batch run` lists workflows
  cargo p21 batch run --workflow replace-pages --input pages-2028.csv --ends-on 2027-12-31
  cargo p21 batch status                          # every run of the journal
  cargo p21 batch resume                          # goes on where it was
  cargo p21 batch failures --rows again.csv       # the rows that failed, to be mended and run again

A map, books.toml, for a file with the columns id, text and owner:
  service = \"SalesPriceBook\"
  door = \"transactions\"            # or \"windows\"
  records = \"new\"                  # or \"existing\", of which some fields change
  settle = \"key\"                   # what tells what became of a write without an answer: \"key\"; \"find\", with
                                   # find = [\"po_no\"], where P21 gives the number; or \"nothing\"
  ignore = [\"owner\"]               # columns that nothing reads
  idempotency = [\"id\"]             # what tells a row from every other; without it all of it does

  [element.\"FORM.form\"]            # field = \"column\", or the same in each record
  price_book_id = \"id\"
  price_book_description = \"text\"
  row_status_flag = { value = \"Active\" }
                                   # or { column = \"..\" } with required = true (never empty),
                                   # optional = true (the file may lack it), at_least = 0

  # [keys]                         # what tells rows of a list apart, if not the definition's keys
  # \"LIST.list_detail\" = [\"price_page_uid\"]")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Takes a file up as a run, and sends it.
    Run(run::RunArguments),
    /// Says how far the runs of a journal are.
    Status(look::StatusArguments),
    /// Goes on with a run.
    Resume(run::ResumeArguments),
    /// Lists what isn't known to be stored, and writes its rows into a file.
    Failures(look::FailuresArguments),
}

/// A run of a journal.
#[derive(Debug, Clone, clap::Args)]
struct Where {
    /// The journal.
    #[arg(long, value_name = "FILE", default_value = "p21-batch.journal")]
    journal: PathBuf,
    /// The run [default: of `run` the input's name, else the journal's only run].
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
}

/// What is known of services.
#[derive(Debug, Clone, clap::Args)]
struct Known {
    /// The folder of definitions [default: that of p21.toml, else the published ones of this program].
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The P21 version whose rules the map is checked by [default: that of the definitions].
    #[arg(long, value_name = "VERSION")]
    p21_version: Option<Version>,
}

/// An input and its map.
#[derive(Debug, Clone, clap::Args)]
struct From {
    /// The service [default: that of the map].
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// What stands between the fields of a CSV: `;`, or `\t` [default: `,`].
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<char>,
    /// The CSV is Windows-1252, as spreadsheets write it, and not UTF-8.
    #[arg(long)]
    windows_1252: bool,
    /// Take a last line that no line break ends.
    #[arg(long)]
    allow_no_final_newline: bool,
}

/// How a run goes.
#[derive(Debug, Clone, clap::Args)]
struct How {
    #[command(flatten)]
    server: Server,
    /// How many sets, or sessions, are at work at once.
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    at_once: usize,
    /// How many transactions a set has at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    chunk: usize,
    /// At most so many records a second.
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    rate: Option<f64>,
    /// How long a write may take, with all of its tries.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// How long P21 may still store a write that nobody waits for any more. What was on its way when a run was killed is
    /// settled when this and the timeout have passed, and no sooner.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    lands_within: u64,
    /// Don't wait for that: end, and leave it to a later `resume`.
    #[arg(long)]
    settle_later: bool,
    /// What is printed: the summary as text, or as JSON and nothing else.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn delimiter(text: &str) -> Result<char, String> {
    match (text, text.chars().count()) {
        ("\\t", _) => Ok('\t'),
        (_, 1) if text.is_ascii() => Ok(text.chars().next().unwrap_or(',')),
        _ => Err("one character of ASCII, or `\\t`".to_owned()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "a number of records a second".to_owned())?;
    if rate.is_finite() && rate > 0.0 { Ok(rate) } else { Err("a number above 0".to_owned()) }
}

pub(crate) fn run(arguments: Arguments, config: &Config) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(async {
        match arguments.command {
            Command::Run(arguments) => run::run(arguments, config).await,
            Command::Resume(arguments) => run::resume(arguments, config).await,
            Command::Status(arguments) => look::status(&arguments).await,
            Command::Failures(arguments) => look::failures(&arguments).await,
        }
    })
}

/// A journal that is there.
fn existing(path: &Path) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    Err(anyhow::anyhow!("there is no journal {}", shown(path)))
        .next(|| "name the journal with `--journal`; `batch run` begins one".to_owned())
}

/// The run that is meant: the one that is named, or the only one.
async fn meant(journal: &SqliteJournal, place: &Where) -> Result<String> {
    let runs = journal.runs().await?;
    let list = || format!("`cargo p21 batch status --journal {}` lists them", quoted(&shown(&place.journal)));
    match (&place.run, runs.as_slice()) {
        (Some(name), runs) if runs.iter().any(|run| run.name == *name) => Ok(name.clone()),
        (Some(name), _) => Err(JournalError::NoSuchRun { name: name.clone() }).next(list),
        (None, [only]) => Ok(only.name.clone()),
        (None, []) => Err(anyhow::anyhow!("the journal {} has no run", shown(&place.journal)))
            .next(|| "begin one with `batch run`".to_owned()),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|run| format!("`{}`", run.name.escape_debug())).collect();
            Err(anyhow::anyhow!("the journal has several runs ({}): name one with --run", names.join(", "))).next(list)
        }
    }
}

/// The runs that are meant: one, or those of a job of several steps that has the name, or is all that the journal has.
async fn all_meant(journal: &SqliteJournal, place: &Where) -> Result<Vec<String>> {
    let names: Vec<String> = journal.runs().await?.into_iter().map(|run| run.name).collect();
    let job = match &place.run {
        Some(name) => Some(name.as_str()).filter(|name| !names.iter().any(|run| run == name)),
        None => names.first().and_then(|name| job_of(name)),
    };
    if let Some(job) = job {
        let steps = REPLACE_STEPS.map(|step| format!("{job}: {step}"));
        let steps: Vec<String> = steps.into_iter().filter(|step| names.contains(step)).collect();
        if !steps.is_empty() && (place.run.is_some() || (steps.len() == names.len() && steps.len() > 1)) {
            return Ok(steps);
        }
    }
    Ok(vec![meant(journal, place).await?])
}

/// The job whose step a run is.
async fn job_of_run<'r>(journal: &SqliteJournal, run: &'r str) -> Result<Option<&'r str>> {
    let Some(job) = job_of(run) else { return Ok(None) };
    // The first step of each is there, even if it had nothing to do.
    let begun = journal.find(&format!("{job}: {}", REPLACE_STEPS[0])).await?;
    Ok(begun.map(|_| job))
}

/// So many of something, in words.
fn many(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
