//! `batch status` and `batch failures`: what a journal says. No server is asked.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use p21_batch::journal::{FailedRecord, State, Tally};
use p21_batch::{Failures, Journal as _, SqliteJournal};
use serde::Serialize;

use super::{Where, all_meant, existing, many};
use crate::advice::{Next as _, quoted};
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
        Some(_) => Some(all_meant(&journal, &arguments.place).await?),
        None => None,
    };
    let mut all = Vec::new();
    for run in
        journal.runs().await?.into_iter().filter(|run| wanted.as_ref().is_none_or(|names| names.contains(&run.name)))
    {
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
                    "{} ({}): {}, {stored} stored, {refused} not stored, {ambiguous} ambiguous",
                    one.run.escape_debug(),
                    one.door,
                    many(one.tally.total(), "record")
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
    let names = all_meant(&journal, &arguments.place).await?;
    if let Some(path) = &arguments.report {
        report(&journal, &names, path).await?;
    }
    if let Some(path) = &arguments.rows {
        rows(&journal, &names, path, arguments.ambiguous).await?;
    }
    let (mut count, mut ambiguous) = (0_u64, 0_u64);
    for name in &names {
        let failures = Failures::of(&journal, name);
        let of_several = (names.len() > 1).then_some(name.as_str());
        let mut last = 0;
        loop {
            let some = failures.list(last, AT_ONCE).await?;
            let Some(end) = some.last() else { break };
            last = end.seq;
            for one in &some {
                count += 1;
                ambiguous += u64::from(one.state == State::Ambiguous);
                printable::print(&line(one, of_several, arguments.format)?)?;
            }
        }
    }
    if ambiguous > 0 && arguments.rows.is_some() && !arguments.ambiguous {
        eprintln!(
            "note: {ambiguous} are ambiguous and not in the file, for they may be stored; `--ambiguous` adds them"
        );
    }
    Ok(if count > 0 { Done::Findings } else { Done::Clean })
}

async fn report(journal: &SqliteJournal, names: &[String], path: &Path) -> Result<()> {
    let [name] = names else {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        return Err(anyhow!("a report is of one run, and this is a job of several"))
            .next(|| format!("name one with `--run`: {}", names.join(", ")));
    };
    let failures = Failures::of(journal, name);
    let is_json = path.extension().is_some_and(|ending| ending == "jsonl" || ending == "json");
    let written = if is_json { failures.write_json(path).await? } else { failures.write_csv(path).await? };
    eprintln!("{written} in {}", shown(path));
    Ok(())
}

/// Of a job of several steps, the one that creates has the input's rows.
async fn rows(journal: &SqliteJournal, names: &[String], path: &Path, with_ambiguous: bool) -> Result<()> {
    let name = match names {
        [name] => Some(name),
        names => names.iter().find(|name| name.ends_with(": create")),
    };
    let Some(name) = name else {
        return Err(anyhow!("no row of the input was sent yet"))
            .next(|| "call `batch run` again with the same input".to_owned());
    };
    let wanted = |one: &FailedRecord| match one.state {
        State::Refused => true,
        State::Ambiguous => with_ambiguous,
        _ => false,
    };
    let rows = Failures::of(journal, name).write_rows(path, wanted).await?;
    eprintln!("{} in {}", many(rows.written, "row"), shown(path));
    if rows.without_row > 0 {
        eprintln!("note: of {} more the journal has no row", rows.without_row);
    }
    Ok(())
}

/// A failure; `of_several` is its run, where there are others.
fn line(one: &FailedRecord, of_several: Option<&str>, format: Format) -> Result<String> {
    if format == Format::Json {
        let mut json = serde_json::to_value(one)?;
        if let Some(run) = of_several {
            json["run"] = run.into();
        }
        return Ok(printable::escaped(&serde_json::to_string(&json)?) + "\n");
    }
    let run = of_several.map(|run| format!("{run}: ")).unwrap_or_default();
    let place = one.place.as_ref().map_or_else(|| format!("record {}", one.seq), ToString::to_string);
    let code = one.code.as_deref().unwrap_or("-");
    let reason = one.reason.as_deref().unwrap_or("no reason is known");
    Ok(printable::spelt(&format!("{run}{place}: {} ({code}): {reason}", one.state)) + "\n")
}
