//! `cargo p21 fetch`: service definitions of a server -> a folder.

mod connect;
mod one;
mod pace;
mod summary;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use futures_util::StreamExt as _;
use p21_client::{Client, Error, Host, Method};
use p21_definitions::{Folder, Manifest, ManifestWriter, Refusal};
use p21_model::Version;
use p21_model::name::nearest;
use p21_model::sentences::SERVER_VERSION;

pub use connect::sandbox_credentials;
pub(crate) use connect::{Server, client_with, fetching, published_sandbox, trying};
use one::{Fetched, fetch_one};
use pace::Pace;
pub use summary::Summary;

use crate::advice::{Next as _, quoted};
use crate::config::Config;
use crate::exit::Done;
use crate::format::Format;
use crate::progress::Progress;
use crate::{paths, shown};

/// Fetches service definitions. The server comes from --url, P21_BASE_URL or p21.toml, the user from P21_USERNAME and
/// P21_PASSWORD, or P21_CONSUMER_KEY.
///
/// What the folder has is kept, unless the server is of another build by now: then it is asked again, and a file is
/// written only where its content differs. A run that was interrupted goes on where it was.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 fetch --all                                  # every service that the server lists
  cargo p21 fetch --all --service m_picktickets          # and a report: those are never listed
  cargo p21 fetch --service Order --into definitions
  cargo p21 fetch --all --refresh --format json          # ask again for all, and say what changed
  cargo p21 fetch --all --sandbox                        # without a server, to try it")]
pub(crate) struct Arguments {
    #[command(flatten)]
    server: Server,
    /// The folder to fetch into [default: that of p21.toml, else `definitions`].
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// This service; may be given more than once. Reports (`m_…`) are never listed and must be named [default: those of
    /// p21.toml].
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// Every service that the server lists, and what the folder has beside them.
    #[arg(long)]
    all: bool,
    /// Ask again for what the folder already has.
    #[arg(long)]
    refresh: bool,
    /// Take the site's own data out: `ufc_*` fields, lists of labels that may be the site's, and files that contain
    /// one of the comma-separated terms of P21_SCRUB_TERMS.
    #[arg(long)]
    sanitize: bool,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: Arguments, config: &Config) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(fetch(arguments, config))
}

async fn fetch(arguments: Arguments, config: &Config) -> Result<Done> {
    let wanted = wanted(&arguments, config)?;
    let folder = paths::definitions(arguments.into.as_deref(), config);
    let sandbox = published_sandbox(&arguments.server).await?;
    let client = fetching(&arguments.server, config, sandbox.as_ref())?;
    let summary = fetch_into(&client, &folder, &wanted).await?;
    summary.print(&folder, arguments.format)?;
    summary.done().next(|| "run the same command again: what is fetched is kept".to_owned())
}

fn wanted(arguments: &Arguments, config: &Config) -> Result<Wanted> {
    let is_said = arguments.all || !arguments.services.is_empty();
    let services = if is_said { arguments.services.clone() } else { config.services() };
    let all = arguments.all || (!is_said && config.wants_every_service());
    if !all && services.is_empty() {
        return Err(anyhow!("which services: --all, or --service NAME, or `services` in p21.toml"))
            .next(|| "`cargo p21 fetch --all` takes every one that the server lists".to_owned());
    }
    let terms = std::env::var("P21_SCRUB_TERMS").unwrap_or_default();
    let terms = terms.split(',').map(|term| term.trim().to_lowercase()).filter(|term| !term.is_empty());
    Ok(Wanted {
        services,
        all,
        refresh: arguments.refresh,
        sanitize: arguments.sanitize,
        scrub: if arguments.sanitize { terms.collect() } else { Vec::new() },
    })
}

/// How long what failed and may pass is left alone, before each time that it is asked for again.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Which services, and how they are stored.
#[derive(Debug)]
pub struct Wanted {
    /// By name.
    pub services: Vec<String>,
    /// Every one that is listed, and what the folder has.
    pub all: bool,
    /// What the folder has, too.
    pub refresh: bool,
    /// Without the site's own data.
    pub sanitize: bool,
    /// Terms that no file may contain, in lower case.
    pub scrub: Vec<String>,
}

/// Fetches services into a folder. The manifest is written every now and then, so that a killed run resumes where it was.
///
/// # Errors
/// The services can't be listed, the folder can't be written, its manifest is none; or the server was updated meanwhile.
pub async fn fetch_into(client: &Client, folder: &Path, wanted: &Wanted) -> Result<Summary> {
    let manifest = Manifest::load(folder).next(|| "move the file away to start anew".to_owned())?;
    refuse_folder_of_versions(folder)?;
    let names = names(client, wanted, &manifest).await?;
    let missing_folders: Vec<&Path> =
        folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    probe(folder)?;
    let build = build(client).await;
    let is_stale = |name: &str| build.is_some_and(|build| manifest.is_of_other_build(name, build));
    let mut summary = Summary::default();
    let missing: Vec<String> = names
        .into_iter()
        .filter(|name| {
            let keep = !wanted.refresh && manifest.has(folder, name, wanted.sanitize) && !is_stale(name);
            summary.kept += usize::from(keep);
            !keep
        })
        .collect();
    let mut writer = ManifestWriter::new(folder, wanted.sanitize);
    if let Some(build) = build {
        writer.note_build(build);
    }
    let today = jiff::Zoned::now().date().to_string();
    let mut run = Run { client, folder, wanted, manifest, build, today, writer, summary };
    run.ask(missing).await?;
    let Run { mut writer, mut summary, today, .. } = run;
    if summary.failed.is_empty() {
        writer.note_day(&today, wanted.all);
    }
    writer.finish()?;
    if summary.fetched == 0 {
        // An empty folder would say that something was fetched. One that is in use by now can't be removed.
        missing_folders.iter().for_each(|made| drop(std::fs::remove_dir(made)));
    }
    suggest(client, &wanted.services, &mut summary.refused).await;
    summary.sort();
    refuse_update(build, self::build(client).await)?;
    Ok(summary)
}

/// What is fetched, from whom, and what became of it.
struct Run<'a> {
    client: &'a Client,
    folder: &'a Path,
    wanted: &'a Wanted,
    /// What the folder had.
    manifest: Manifest,
    build: Option<Version>,
    today: String,
    writer: ManifestWriter,
    summary: Summary,
}

impl Run<'_> {
    /// Asks for definitions. What a server has no room for just now is asked for again behind all others.
    async fn ask(&mut self, mut missing: Vec<String>) -> Result<()> {
        let (client, folder, wanted) = (self.client, self.folder, self.wanted);
        let progress = Progress::new(missing.len());
        let pace = Pace::new();
        for round in 0.. {
            let mut again = Vec::new();
            let mut results = futures_util::stream::iter(missing)
                .map(|name| async {
                    let place = pace.enter().await;
                    let fetched = fetch_one(client, folder, &name, wanted).await;
                    pace.answered(place, matches!(fetched, Fetched::Failed { .. }));
                    (fetched, name)
                })
                .buffer_unordered(pace::MOST);
            while let Some((fetched, name)) = results.next().await {
                if round < PAUSES.len() && matches!(fetched, Fetched::Failed { passes: true, .. }) {
                    again.push(name);
                    continue;
                }
                progress.step(&name);
                self.note(name, fetched)?;
            }
            let Some(pause) = PAUSES.get(round).filter(|_| !again.is_empty()) else { break };
            tokio::time::sleep(*pause).await;
            missing = again;
        }
        progress.end();
        Ok(())
    }

    /// Notes what became of a service.
    fn note(&mut self, name: String, fetched: Fetched) -> Result<()> {
        match fetched {
            Fetched::Stored(entry) => {
                let before = self.manifest.services.get(&name);
                let entry = entry.fetched(self.build, &self.today, before);
                self.summary.store(&name, &entry, before);
                self.writer.store(name, entry)?;
            }
            Fetched::Refused { status, text } => {
                self.summary.refused.push((name.clone(), text.clone()));
                self.writer.refuse(name, Refusal::new(status, text))?;
            }
            Fetched::Failed { why, .. } => self.summary.failed.push((name, why)),
        }
        Ok(())
    }
}

/// What is asked for. Reports are never listed, so that `all` means those that are there already, too.
async fn names(client: &Client, wanted: &Wanted, manifest: &Manifest) -> Result<Vec<String>> {
    let mut names = wanted.services.clone();
    if wanted.all {
        let listed = patiently(async || client.services().await).await.context("can't list the services")?;
        names.extend(listed.into_iter().map(|service| service.name));
        names.extend(manifest.services.keys().cloned());
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// Says which name may have been meant where one that somebody wrote was refused, and the server lists another like it.
async fn suggest(client: &Client, written: &[String], refused: &mut [(String, String)]) {
    let mut refused = refused.iter_mut().filter(|(name, _)| written.contains(name)).peekable();
    if refused.peek().is_none() {
        return;
    }
    let Ok(listed) = client.services().await else { return };
    let listed: Vec<&str> = listed.iter().map(|service| service.name.as_str()).collect();
    for (name, why) in refused.filter(|(name, _)| !listed.contains(&name.as_str())) {
        if let Some(near) = nearest(name, listed.iter().copied()) {
            *why += &format!("; did you mean `{near}`?");
        }
    }
}

/// A call that is made again as definitions are, which the client alone asks for once.
async fn patiently<T>(call: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
    for pause in PAUSES {
        match call().await {
            Err(error) if error.is_retryable() => tokio::time::sleep(pause).await,
            done => return done,
        }
    }
    call().await
}

/// Plain files beside folders of versions would never be read.
fn refuse_folder_of_versions(folder: &Path) -> Result<()> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let versions = entries.filter(|entry| entry.path().is_dir());
    let mut versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<Version>().ok());
    match versions.next() {
        Some(version) if Folder::open(folder).is_ok_and(|plain| plain.services().next().is_none()) => {
            let into = folder.join(version.release().to_string());
            Err(anyhow!("{} has a folder a version, and files beside them would never be read", shown(folder)))
                .next(|| format!("name one: --into {}", quoted(&shown(&into))))
        }
        _ => Ok(()),
    }
}

/// A folder that can't be written to is one error, and not one a service.
fn probe(folder: &Path) -> Result<()> {
    let made = std::fs::create_dir_all(folder).and_then(|()| p21_files::Temporary::in_folder(folder).map(drop));
    made.with_context(|| format!("can't write into {}", shown(folder)))
        .next(|| "name another folder with --into, or set the rights of this one".to_owned())
}

/// Definitions of two builds in one run are of no version at all.
fn refuse_update(before: Option<Version>, after: Option<Version>) -> Result<()> {
    match (before, after) {
        (Some(before), Some(after)) if before != after => {
            Err(anyhow!("the server was updated from {before} to {after} while its definitions were fetched"))
                .next(|| "run the same command again: what is of the older build is asked for again".to_owned())
        }
        _ => Ok(()),
    }
}

/// The server's version, where it tells: `26.1.5950.0`. Not every build does.
pub(crate) async fn server_version(client: &Client) -> Option<Version> {
    told_version(client).await.ok()?
}

/// The same, though the server may have too much to do just now.
async fn build(client: &Client) -> Option<Version> {
    patiently(async || told_version(client).await).await.ok()?
}

async fn told_version(client: &Client) -> Result<Option<Version>, Error> {
    let answer = client.request(Method::GET, "/ui/common/v1/serverinfo").host(Host::UiServer).reads().send().await?;
    let body: serde_json::Value = answer.json()?;
    let told = body.get("Result").and_then(|result| result.get(SERVER_VERSION.pattern()));
    Ok(told.and_then(|told| told.as_str()?.parse().ok()))
}
