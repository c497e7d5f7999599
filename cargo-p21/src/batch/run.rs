//! `batch run` and `batch resume`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use futures_util::stream::BoxStream;
use p21_batch::input::InputRow;
use p21_batch::{
    Batch, BatchDoor, BatchError, DryRun, Ended, Journal as _, JournalError, RunSummary, SqliteJournal, Stop,
};
use p21_client::resilience::ReadBack;
use p21_client::{Client, Timeouts};
use p21_model::schema::ServiceSchema;
use p21_sandbox::Sandbox;

use super::map::{self, DoorName, Map};
use super::progress::Bar;
use super::replace::{self, Job, Replacing};
use super::rows::Input;
use super::workflow::{self, Skipped, Workflow};
use super::{From, How, Known, Where, all_meant, existing, job_of_run, many};
use crate::advice::{Next as _, line, quoted};
use crate::check::{Origin, known};
use crate::config::Config;
use crate::exit::Done;
use crate::fetch::client_with;
use crate::format::Format;
use crate::{printable, shown};

/// What columns are.
#[derive(Debug, Clone, clap::Args)]
#[group(multiple = false)]
pub(super) struct By {
    /// Which column is which field: see `cargo p21 help batch`.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// A workflow instead of a map: its columns have the names of fields.
    #[arg(long, value_name = "NAME", conflicts_with = "service")]
    workflow: Option<Workflow>,
}

impl By {
    fn read(&self) -> Result<map::Read> {
        match (self.workflow, &self.map) {
            (Some(workflow), _) => workflow.map(),
            (None, Some(map)) => map::read(map),
            (None, None) => Err(anyhow!("nothing says which column is which field")),
        }
    }

    /// The rows without those that a workflow passes over.
    fn needed(
        &self,
        rows: BoxStream<'static, InputRow>,
        client: &Client,
        skipped: &Skipped,
    ) -> BoxStream<'static, InputRow> {
        match self.workflow.and_then(Workflow::already) {
            Some(already) => already.pass_over(rows, client, skipped),
            None => rows,
        }
    }
}

/// Takes a file up as a run, and sends it. Everything about map and service is checked before anything is sent; a row that is
/// wrong fails alone, with its place.
#[derive(Debug, clap::Args)]
#[command(after_help = workflow::help(), mut_group("By", |by| by.required(true)))]
pub(super) struct RunArguments {
    /// The rows: a CSV with a header line, or JSON lines (`.jsonl`).
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    by: By,
    /// Check everything, and send nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    replacing: Replacing,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    how: How,
}

/// Goes on with a run by what its journal has. A run whose input wasn't taken up to its end wants input and map again; given
/// them, it is refused if they changed.
#[derive(Debug, clap::Args)]
#[command(mut_group("By", |by| by.requires("input")))]
pub(super) struct ResumeArguments {
    /// The input again, to be compared, and taken up to its end; with its map or workflow.
    #[arg(long, value_name = "FILE", requires = "By")]
    input: Option<PathBuf>,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    how: How,
}

impl Known {
    fn origin(&self, config: &Config) -> Origin {
        match self.definitions.as_ref().or(config.folder.as_ref()) {
            Some(folder) => Origin::Folder(folder.clone()),
            None => Origin::Published,
        }
    }

    /// The map, held against service and input, and the rows that it makes records of.
    fn rows(
        &self,
        config: &Config,
        input: &Path,
        by: &By,
        from: &From,
    ) -> Result<(Arc<Map>, BoxStream<'static, InputRow>)> {
        let (map, source) = self.source(config, input, by.read()?, from)?;
        let rows = source.rows(Arc::clone(&map)).next(|| mended(input))?;
        Ok((map, rows))
    }

    /// The map, held against service and input, and the input.
    pub(super) fn source(
        &self,
        config: &Config,
        input: &Path,
        read: map::Read,
        from: &From,
    ) -> Result<(Arc<Map>, Input)> {
        let source = Input::of(input, from.delimiter, from.windows_1252, from.allow_no_final_newline);
        let header = source.header().next(|| mended(input))?;
        let name = shown(input);
        let header = header.as_ref().map(|header| (name.as_str(), header.as_slice()));
        let map = self.fitted(config, read, from.service.as_deref(), header)?;
        Ok((Arc::new(map), source))
    }

    /// A map, held against its service, and an input's header.
    pub(super) fn fitted(
        &self,
        config: &Config,
        read: map::Read,
        service: Option<&str>,
        header: Option<(&str, &[String])>,
    ) -> Result<Map> {
        let service = read.service(service)?;
        let (schema, definition) = known(&self.origin(config), &service, self.p21_version.or(config.version))?;
        read.fit(kept(schema), &definition, header)
    }

    /// What finds the schema of a service.
    pub(super) fn schemas(&self, config: &Config) -> FindSchema {
        let (origin, version) = (self.origin(config), self.p21_version.or(config.version));
        Arc::new(move |service| match known(&origin, service, version) {
            Ok((schema, _)) => Some(kept(schema)),
            Err(error) => {
                eprintln!("warning: {}", printable::spelt(&line(&error)));
                None
            }
        })
    }
}

pub(super) fn mended(input: &Path) -> String {
    format!("put {} right: a CSV with a header line, or JSON lines", shown(input))
}

pub(super) type FindSchema = Arc<dyn Fn(&str) -> Option<&'static ServiceSchema> + Send + Sync>;

/// A schema for the rest of the program, as records want it: one a service.
fn kept(schema: ServiceSchema) -> &'static ServiceSchema {
    Box::leak(Box::new(schema))
}

pub(super) async fn run(arguments: RunArguments, config: &Config) -> Result<Done> {
    let RunArguments { input, by, dry_run, replacing, from, place, known, how } = arguments;
    let named = || input.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = place.run.clone().unwrap_or_else(named);
    if by.workflow == Some(Workflow::ReplacePages) {
        let job = Job { input, name, dry_run, replacing, from, place, known, how };
        return job.run(config).await;
    }
    replacing.means_nothing()?;
    let (map, rows) = known.rows(config, &input, &by, &from)?;
    let (client, _sandbox) = server(&how, config).await?;
    let skipped = Skipped::default();
    let rows = by.needed(rows, &client, &skipped);
    if dry_run {
        let folder = tempfile::tempdir()?;
        let batch = Batch::new(client, SqliteJournal::open(folder.path().join("none"))?, name).stop(stop());
        return checked(&batch.dry_run(rows).await, &skipped, &how);
    }
    let journal = SqliteJournal::open(&place.journal).next(|| next_of_journal(&place))?;
    let batch = Batch::new(client, journal, name.clone()).door(door(map.door));
    let batch = set_up(batch, &how, known.schemas(config), stop());
    let bar = Bar::new();
    let summary = batch.progress(bar.clone()).run(rows).await;
    bar.end();
    ended(summary, &name, &skipped, &place, &how)
}

pub(super) async fn resume(arguments: ResumeArguments, config: &Config) -> Result<Done> {
    let ResumeArguments { input, by, from, place, known, how } = arguments;
    existing(&place.journal)?;
    if by.workflow == Some(Workflow::ReplacePages) {
        return replace::not_resumed(place.run.as_deref().unwrap_or(".."));
    }
    let again = match &input {
        Some(input) => Some(known.rows(config, input, &by, &from)?.1),
        None => None,
    };
    let journal = SqliteJournal::open(&place.journal).next(|| next_of_journal(&place))?;
    let names = all_meant(&journal, &place).await?;
    let first = names.first().map(String::as_str).unwrap_or_default();
    if let Some(job) = job_of_run(&journal, first).await? {
        return replace::not_resumed(job);
    }
    let name = first.to_owned();
    let run = journal.find(&name).await?.ok_or_else(|| JournalError::NoSuchRun { name: name.clone() })?;
    let door = if run.door == "windows" { BatchDoor::Windows } else { BatchDoor::Transactions };
    let sent = journal.tally(run.id).await?.sent;
    if sent > 0 && !how.settle_later {
        let most = (how.timeout + how.lands_within).div_ceil(60);
        eprintln!(
            "{sent} were on their way when it was interrupted: they may land for up to {most} min, and are looked for"
        );
    }
    let (client, _sandbox) = server(&how, config).await?;
    let skipped = Skipped::default();
    // What a workflow has passed over is so by P21, which the run itself has changed since.
    let is_settled = run.is_planned && by.workflow.and_then(Workflow::already).is_some();
    let rows = again.filter(|_| !is_settled).map(|rows| by.needed(rows, &client, &skipped));
    let bar = Bar::new();
    let batch = Batch::new(client, journal, name.clone()).door(door);
    let batch = set_up(batch, &how, known.schemas(config), stop()).progress(bar.clone());
    let summary = match rows {
        Some(rows) => batch.resume_with(rows).await,
        None => batch.resume().await,
    };
    bar.end();
    ended(summary, &name, &skipped, &place, &how)
}

pub(super) async fn server(how: &How, config: &Config) -> Result<(Client, Option<Sandbox>)> {
    let sandbox = if how.server.sandbox { Some(Sandbox::builder().start().await?) } else { None };
    let timeouts = Timeouts::default().operation(Duration::from_secs(how.timeout));
    let client = client_with(&how.server, config, sandbox.as_ref(), |client| client.timeouts(timeouts))?;
    Ok((client, sandbox))
}

fn door(name: DoorName) -> BatchDoor {
    match name {
        DoorName::Transactions => BatchDoor::Transactions,
        DoorName::Windows => BatchDoor::Windows,
    }
}

/// A run as it is asked for.
pub(super) fn set_up(batch: Batch<SqliteJournal>, how: &How, schemas: FindSchema, stop: Stop) -> Batch<SqliteJournal> {
    let batch = batch.at_once(how.at_once).chunk(how.chunk);
    let lands_within = Duration::from_secs(how.lands_within);
    let batch = batch.stop(stop).schemas(move |service| schemas(service));
    let batch = batch.read_back(ReadBack::default().lands_within(lands_within));
    let batch = if how.settle_later { batch.settle_later() } else { batch };
    match how.rate {
        Some(rate) => batch.rate(rate),
        None => batch,
    }
}

/// Stops between records at Ctrl-C. At a second one the program ends at once; the journal knows what was on its way.
pub(super) fn stop() -> Stop {
    let stop = Stop::default();
    let at_ctrl_c = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            eprintln!("stopping between records; Ctrl-C again ends it at once");
            at_ctrl_c.now();
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(crate::exit::UNDONE.into());
        }
    });
    stop
}

fn checked(found: &DryRun, skipped: &Skipped, how: &How) -> Result<Done> {
    match how.format {
        Format::Json => {
            let mut json = serde_json::to_value(found)?;
            json["skipped"] = skipped.count().into();
            printable::print(&(printable::escaped(&serde_json::to_string_pretty(&json)?) + "\n"))?;
        }
        Format::Text => {
            skipped.tell();
            for one in &found.why {
                let place = one.place.as_ref().map_or_else(|| format!("record {}", one.seq), ToString::to_string);
                printable::print(&(printable::spelt(&format!("{place}: {}", one.reason)) + "\n"))?;
            }
            let more = found.bad.saturating_sub(found.why.len() as u64);
            let more = if more > 0 { format!(" ({more} are not listed)") } else { String::new() };
            let (all, bad) = (many(found.records, "record"), found.bad);
            printable::print(&format!("{all}, {bad} would not be sent{more}; nothing was sent\n"))?;
        }
    }
    if found.stopped {
        return Err(anyhow!("it was stopped, and what is behind wasn't looked at")).next(|| "begin again".to_owned());
    }
    Ok(if found.bad == 0 { Done::Clean } else { Done::Findings })
}

fn ended(
    summary: Result<RunSummary, BatchError>,
    name: &str,
    skipped: &Skipped,
    place: &Where,
    how: &How,
) -> Result<Done> {
    let journal = quoted(&shown(&place.journal));
    let again = || format!("`cargo p21 batch resume --journal {journal} --run {}` goes on", quoted(name));
    let summary = summary.map_err(anyhow::Error::from).map_err(|error| {
        let step = match error.downcast_ref::<BatchError>() {
            Some(BatchError::Journal(JournalError::RunExists { .. })) => {
                format!("{}; `--run` gives this one another name", again())
            }
            Some(BatchError::Input(_) | BatchError::NotPlanned { .. }) => {
                format!(
                    "give the whole input: `batch resume --journal {journal} --run {} --input .. --map ..` (or `--workflow ..`)",
                    quoted(name)
                )
            }
            Some(BatchError::InputChanged { .. } | BatchError::InputShorter { .. }) => {
                "resume it without `--input`, or run the other input under another name (`--run`)".to_owned()
            }
            _ => again(),
        };
        match Err::<(), _>(error).next(|| step) {
            Err(error) => error,
            Ok(()) => anyhow!("the run ended"),
        }
    })?;
    match how.format {
        Format::Json => {
            let json = serde_json::json!({
                "run": name, "journal": place.journal, "summary": summary, "skipped": skipped.count(),
            });
            printable::print(&(printable::escaped(&serde_json::to_string_pretty(&json)?) + "\n"))?;
        }
        Format::Text => {
            skipped.tell();
            printable::print(&(printable::spelt(&format!("{}: {summary}", name.escape_debug())) + "\n"))?;
        }
    }
    if summary.ended != Ended::Done {
        return Err(anyhow!("the run `{}` didn't come to its end", name.escape_debug())).next(again);
    }
    if summary.is_all_stored() {
        return Ok(Done::Clean);
    }
    if how.format == Format::Text {
        eprintln!("next: `cargo p21 batch failures --journal {journal} --run {}` says why", quoted(name));
    }
    Ok(Done::Findings)
}

pub(super) fn next_of_journal(place: &Where) -> String {
    format!("name another file with `--journal`, or wait until nobody works with {}", shown(&place.journal))
}
