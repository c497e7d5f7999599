//! `batch status` and `batch failures`: what a journal says. No server is asked.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use p21_batch::journal::{FailedRecord, State, Tally};
use p21_batch::{Failures, Journal as _, SqliteJournal};
use serde::Serialize;

use super::{Where, existing, meant};
use crate::exit::Done;
use crate::format::Format;
use crate::{printable, shown};

/// Says how far the runs of a journal are, also while another process works on it. Exits with 1 if records of a run failed.
#[derive(Debug, clap::Args)]
pub(super) struct StatusArguments {
    #[command(flatten)]
    place: Where,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Lists what isn't known to be stored as it was built, with its reason and its place in the input. Exits with 1 if there is
/// anything.
#[derive(Debug, clap::Args)]
pub(super) struct FailuresArguments {
    #[command(flatten)]
    place: Where,
    /// Write the rows that failed into this file, as they stand in the input: mended they are run again, under another name.
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Write rows that are ambiguous too: they may be stored, so look at each first.
    #[arg(long, requires = "rows")]
    ambiguous: bool,
    /// Write a report with state, code and reason of each: `.csv` or `.jsonl`.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct Status {
    run: String,
    door: String,
    is_planned: bool,
    tally: Tally,
}

pub(super) async fn status(arguments: &StatusArguments) -> Result<Done> {
    existing(&arguments.place.journal)?;
    let journal = SqliteJournal::open_to_read(&arguments.place.journal)?;
    let wanted = match &arguments.place.run {
        Some(_) => Some(meant(&journal, &arguments.place).await?),
        None => None,
    };
    let mut all = Vec::new();
    for run in journal.runs().await?.into_iter().filter(|run| wanted.as_ref().is_none_or(|name| run.name == *name)) {
        let tally = journal.tally(run.id).await?;
        all.push(Status { run: run.name, door: run.door, is_planned: run.is_planned, tally });
    }
    match arguments.format {
        Format::Json => printable::print(&(printable::escaped(&serde_json::to_string_pretty(&all)?) + "\n"))?,
        Format::Text => {
            let mut text = String::new();
            for one in &all {
                let Tally { planned, claimed, sent, stored, refused, ambiguous, .. } = one.tally;
                let _ = write!(
                    text,
                    "{} ({}): {} records, {stored} stored, {refused} not stored, {ambiguous} ambiguous",
                    one.run,
                    one.door,
                    one.tally.total()
                );
                if planned + claimed > 0 {
                    let _ = write!(text, ", {} not begun", planned + claimed);
                }
                if sent > 0 {
                    let _ = write!(text, ", {sent} sent and not settled");
                }
                if !one.is_planned {
                    text.push_str("; its input wasn't taken up to its end");
                }
                text.push('\n');
            }
            printable::print(&printable::spelt(&text))?;
        }
    }
    let failed = all.iter().any(|one| one.tally.refused + one.tally.ambiguous > 0);
    Ok(if failed { Done::Findings } else { Done::Clean })
}

/// How many failures are taken from the journal at once.
const AT_ONCE: usize = 500;

pub(super) async fn failures(arguments: &FailuresArguments) -> Result<Done> {
    existing(&arguments.place.journal)?;
    let journal = SqliteJournal::open_to_read(&arguments.place.journal)?;
    let name = meant(&journal, &arguments.place).await?;
    let failures = Failures::of(&journal, &name);
    if let Some(path) = &arguments.report {
        let is_json = path.extension().is_some_and(|ending| ending == "jsonl" || ending == "json");
        let written = if is_json { failures.write_json(path).await? } else { failures.write_csv(path).await? };
        eprintln!("{written} in {}", shown(path));
    }
    if let Some(path) = &arguments.rows {
        let wanted = |one: &FailedRecord| match one.state {
            State::Refused => true,
            State::Ambiguous => arguments.ambiguous,
            _ => false,
        };
        let rows = failures.write_rows(path, wanted).await?;
        eprintln!("{} rows in {}", rows.written, shown(path));
        if rows.without_row > 0 {
            eprintln!("note: of {} more the journal has no row", rows.without_row);
        }
    }
    let (mut last, mut count, mut ambiguous) = (0, 0_u64, 0_u64);
    loop {
        let some = failures.list(last, AT_ONCE).await?;
        let Some(end) = some.last() else { break };
        last = end.seq;
        for one in &some {
            count += 1;
            ambiguous += u64::from(one.state == State::Ambiguous);
            printable::print(&line(one, arguments.format)?)?;
        }
    }
    if ambiguous > 0 && arguments.rows.is_some() && !arguments.ambiguous {
        eprintln!(
            "note: {ambiguous} are ambiguous and not in the file, for they may be stored; `--ambiguous` adds them"
        );
    }
    Ok(if count > 0 { Done::Findings } else { Done::Clean })
}

fn line(one: &FailedRecord, format: Format) -> Result<String> {
    if format == Format::Json {
        return Ok(printable::escaped(&serde_json::to_string(one)?) + "\n");
    }
    let place = one.place.as_ref().map_or_else(|| format!("record {}", one.seq), ToString::to_string);
    let code = one.code.as_deref().unwrap_or("-");
    let reason = one.reason.as_deref().unwrap_or("no reason is known");
    Ok(printable::spelt(&format!("{place}: {} ({code}): {reason}", one.state)) + "\n")
}
