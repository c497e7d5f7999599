//! `cargo xtask fetch`: service definitions of a server -> a folder.

mod one;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use p21_client::{Client, Credentials, Host, Method};
use p21_definitions::{Manifest, ManifestWriter, Refusal};
use p21_model::Version;
use p21_model::sentences::SERVER_VERSION;
use p21_sandbox::Sandbox;

use one::{Fetched, fetch_one};

use crate::repository;

/// How many definitions are asked for at once: enough to hide latency, few enough to leave the ERP to its users.
const AT_ONCE: usize = 3;

/// Fetches service definitions. The server comes from --url or P21_BASE_URL, the user from P21_USERNAME and
/// P21_PASSWORD, or P21_CONSUMER_KEY.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("which").required(true).multiple(true).args(["services", "all"])))]
pub(crate) struct Arguments {
    /// The server [default: P21_BASE_URL].
    #[arg(long, value_name = "URL", conflicts_with = "sandbox")]
    url: Option<String>,
    /// Fetch from a sandbox on the repository's definitions.
    #[arg(long)]
    sandbox: bool,
    /// The folder to fetch into.
    #[arg(long, value_name = "DIR", default_value = "fetched")]
    into: PathBuf,
    /// This service; may be given more than once. Reports (`m_…`) are never listed and must be named.
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// Every service that the server lists.
    #[arg(long)]
    all: bool,
    /// Fetch again what the folder already has.
    #[arg(long)]
    refresh: bool,
    /// Take the site's own data out: `ufc_*` fields, lists of labels that may be the site's, and files that contain
    /// one of the comma-separated terms of P21_SCRUB_TERMS.
    #[arg(long)]
    sanitize: bool,
    /// Accept any TLS certificate; for test tenants with self-signed ones.
    #[arg(long)]
    danger_accept_invalid_certs: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(fetch(arguments))
}

async fn fetch(arguments: Arguments) -> Result<ExitCode> {
    let sandbox = if arguments.sandbox { Some(Sandbox::builder().start().await?) } else { None };
    let client = connect(&arguments, sandbox.as_ref())?;
    let summary = fetch_into(&client, &arguments.into, &Wanted::from(&arguments)).await?;
    summary.print(&arguments.into);
    Ok(if summary.is_done() { ExitCode::SUCCESS } else { ExitCode::from(crate::UNDONE) })
}

fn connect(arguments: &Arguments, sandbox: Option<&Sandbox>) -> Result<Client> {
    let builder = match (sandbox, &arguments.url) {
        (Some(sandbox), _) => Client::builder(sandbox.url()).credentials(sandbox_credentials()),
        (None, Some(url)) => Client::builder(url).credentials(Credentials::from_env()?),
        (None, None) if std::env::var_os("P21_BASE_URL").is_some() => p21_client::ClientBuilder::from_env(),
        (None, None) => bail!("name the server with --url or P21_BASE_URL, or take --sandbox"),
    };
    let client = builder.danger_accept_invalid_certs(arguments.danger_accept_invalid_certs).build()?;
    client.warnings().iter().for_each(|warning| eprintln!("warning: {warning}"));
    Ok(client)
}

/// The user that every sandbox knows.
pub(crate) fn sandbox_credentials() -> Credentials {
    Credentials::password(p21_sandbox::USER, p21_sandbox::PASSWORD)
}

/// Which services, and how they are stored.
pub(crate) struct Wanted {
    pub(crate) services: Vec<String>,
    pub(crate) all: bool,
    pub(crate) refresh: bool,
    pub(crate) sanitize: bool,
    pub(crate) scrub: Vec<String>,
}

impl From<&Arguments> for Wanted {
    fn from(arguments: &Arguments) -> Self {
        let terms = std::env::var("P21_SCRUB_TERMS").unwrap_or_default();
        let terms = terms.split(',').map(|term| term.trim().to_lowercase()).filter(|term| !term.is_empty());
        Self {
            services: arguments.services.clone(),
            all: arguments.all,
            refresh: arguments.refresh,
            sanitize: arguments.sanitize,
            scrub: if arguments.sanitize { terms.collect() } else { Vec::new() },
        }
    }
}

/// What a run did.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) fetched: usize,
    pub(crate) fields: usize,
    kept: usize,
    refused: Vec<(String, String)>,
    pub(crate) failed: Vec<(String, String)>,
}

impl Summary {
    /// Whether everything is here that the server gives away, and that is anything at all.
    fn is_done(&self) -> bool {
        let has_any = self.fetched + self.kept > 0;
        self.failed.is_empty() && (has_any || self.refused.is_empty())
    }

    fn print(&self, folder: &Path) {
        for (service, why) in &self.refused {
            println!("  refused: {service}: {why}");
        }
        for (service, why) in &self.failed {
            println!("  failed: {service}: {why}");
        }
        println!(
            "{} fetched ({} fields), {} kept, {} refused, {} failed; in {}",
            self.fetched,
            self.fields,
            self.kept,
            self.refused.len(),
            self.failed.len(),
            repository::shown(folder)
        );
        if !self.failed.is_empty() {
            println!("run the same command again: what is fetched is kept");
        } else if !self.is_done() {
            println!("nothing was fetched: the server gave none of these definitions");
        }
    }
}

/// Fetches services into a folder. The manifest is written every now and then, so that a killed run resumes where it was.
pub(crate) async fn fetch_into(client: &Client, folder: &Path, wanted: &Wanted) -> Result<Summary> {
    let manifest = Manifest::load(folder)?;
    let mut names = wanted.services.clone();
    if wanted.all {
        names.extend(
            client.services().await.context("can't list the services")?.into_iter().map(|service| service.name),
        );
    }
    names.sort();
    names.dedup();
    let mut summary = Summary::default();
    let missing: Vec<String> = names
        .into_iter()
        .filter(|name| {
            let keep = !wanted.refresh && manifest.has(folder, name, wanted.sanitize);
            summary.kept += usize::from(keep);
            !keep
        })
        .collect();
    let mut writer = ManifestWriter::new(folder, wanted.sanitize);
    if manifest.p21_version.is_none()
        && let Some(build) = server_version(client).await
    {
        writer.note_build(build);
    }
    let bar = progress(missing.len() as u64);
    let mut results = futures_util::stream::iter(missing)
        .map(|name| async { (fetch_one(client, folder, &name, wanted).await, name) })
        .buffer_unordered(AT_ONCE);
    while let Some((result, name)) = results.next().await {
        bar.set_message(name.clone());
        bar.inc(1);
        match result {
            Fetched::Stored(entry) => {
                summary.fetched += 1;
                summary.fields += entry.fields;
                writer.store(name, entry)?;
            }
            Fetched::Refused { status, text } => {
                summary.refused.push((name.clone(), text.clone()));
                writer.refuse(name, Refusal::new(status, text))?;
            }
            Fetched::Failed(why) => summary.failed.push((name, why)),
        }
    }
    writer.finish()?;
    bar.finish_and_clear();
    summary.refused.sort();
    summary.failed.sort();
    Ok(summary)
}

/// The server's version, where it tells: `26.1.5950.0`. Not every build does.
async fn server_version(client: &Client) -> Option<Version> {
    let answer =
        client.request(Method::GET, "/ui/common/v1/serverinfo").host(Host::UiServer).reads().send().await.ok()?;
    let body: serde_json::Value = answer.json().ok()?;
    body.get("Result")?.get(SERVER_VERSION.pattern())?.as_str()?.parse().ok()
}

fn progress(services: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(services).with_style(style)
}
