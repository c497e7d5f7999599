//! `cargo p21 diff`: what differs between two versions, whom it breaks, and what to do.

mod accept;
mod api;
mod code;
mod json;
mod markdown;
mod report;
mod side;
mod text;
mod witness;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use p21_definitions::diff::{Diff, Effect, compare};
use p21_model::Version;

use crate::advice::Next as _;
use crate::config::Config;
use crate::exit::Done;
use crate::fetch::Server;
use crate::printable;
use crate::progress::Progress;
use accept::Accepted;
use api::{Api, Changed};
use report::{Item, Report};
use side::Input;

/// Compares two versions: what was added, removed, renamed (the same column), of another type, required, with other
/// values, keys, tabs or order; and P21's rules that hold on one of the versions only.
///
/// Each change is breaking, silent or harmless, for writers and for readers. Silent is the dangerous one: something else
/// is stored, and P21 says Succeeded. A silent change has a witness where one can be built: a payload that a sandbox stored
/// under both versions, both records side by side. Exits with 1 if something breaks or is silent.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo p21 diff definitions/25.2 definitions/26.1
  cargo p21 diff definitions https://p21.example.com     # a live server, as fetch reaches it
  cargo p21 diff published:25.2 published:26.1           # the definitions inside this program
  cargo p21 diff old/Order.json new/Order.json --all     # harmless changes and fields of new elements, too
  cargo p21 diff old new --format markdown               # a section for a change log
  cargo p21 diff old new --format json
  cargo p21 diff old new --rust --code src               # what generated code loses, and your places that name it

What was looked at and is fine stands in p21.accept.toml; an entry that matches nothing is an error:
  [[accept]]
  fingerprint = \"0123456789ab\"
  reason = \"line_number is sent since 2.4\"
  date = \"2026-11-22\"")]
pub(crate) struct Arguments {
    /// What was: a folder of definitions, a file of one, `published:VERSION` (a release that is published, or a build of
    /// one), or the address of a server.
    old: String,
    /// What is: the same.
    new: String,
    /// The P21 version of the old side, where neither manifest nor folder says it.
    #[arg(long, value_name = "VERSION")]
    old_version: Option<Version>,
    /// The P21 version of the new side.
    #[arg(long, value_name = "VERSION")]
    new_version: Option<Version>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print harmless changes one by one, and what is part of another change.
    #[arg(long)]
    all: bool,
    /// Findings that were accepted [default: `p21.accept.toml`, if it is here].
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// Build no witnesses of silent changes: no sandbox is started.
    #[arg(long)]
    no_witness: bool,
    /// Print what differs in the names of generated bindings, too.
    #[arg(long)]
    rust: bool,
    /// List the places in this folder, or file, of Rust that name what changed: paths, setters, members of derives, names
    /// in texts. What can't be told without types is marked *maybe*.
    #[arg(long, value_name = "PATH")]
    code: Option<PathBuf>,
    /// Accept any TLS certificate of a server; for test tenants with self-signed ones.
    #[arg(long)]
    danger_accept_invalid_certs: bool,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people.
    Text,
    /// A section for a change log.
    Markdown,
    /// JSON, and nothing else.
    Json,
}

pub(crate) fn run(arguments: &Arguments, config: &Config) -> Result<Done> {
    let runtime = tokio::runtime::Runtime::new().context("can't start the async runtime")?;
    runtime.block_on(diff(arguments, config))
}

async fn diff(arguments: &Arguments, config: &Config) -> Result<Done> {
    let accepted = Accepted::find(arguments.accept.as_deref())?;
    let server =
        Server { url: None, sandbox: false, danger_accept_invalid_certs: arguments.danger_accept_invalid_certs };
    let old = Input::open(&arguments.old, arguments.old_version, &[], &server, config).await?;
    let known: Vec<String> = old.side.services().map(str::to_owned).collect();
    let new = Input::open(&arguments.new, arguments.new_version, &known, &server, config).await?;
    let diff =
        compare(&old.side, &new.side).next(|| "name two folders, or two files, of the same services".to_owned())?;
    accepted.refuse_idle(&diff)?;
    let reason = |change| accepted.reason(change).map(str::to_owned);
    let mut items: Vec<Item<'_>> = diff.changes.iter().map(|change| Item::new(change, reason(change))).collect();
    if !arguments.no_witness {
        let is_shown = |item: &&mut Item<'_>| item.is_open() && item.change.effect() == Effect::Silent;
        let silent: Vec<&mut Item<'_>> = items.iter_mut().filter(is_shown).collect();
        let progress = Progress::new(silent.len());
        for item in silent {
            progress.step(&item.change.service);
            item.witness = Some(witness::of(item.change, &old, &new).await);
        }
        progress.end();
    }
    let rust = bindings(arguments, &diff, &old, &new, &mut items)?;
    let report = Report { diff: &diff, items, all: arguments.all, rust };
    let text = match arguments.format {
        Format::Text => printable::spelt(&text::render(&report)),
        Format::Markdown => printable::spelt(&markdown::render(&report)),
        Format::Json => printable::escaped(&json::render(&report)?),
    };
    printable::print(&text)?;
    Ok(if report.has_findings() { Done::Findings } else { Done::Clean })
}

/// What differs in generated bindings, and the places that name it, where they are asked for.
fn bindings(
    arguments: &Arguments,
    diff: &Diff,
    old: &Input,
    new: &Input,
    items: &mut [Item<'_>],
) -> Result<Option<Changed>> {
    if !arguments.rust && arguments.code.is_none() {
        return Ok(None);
    }
    let mut services: Vec<String> = diff.changes.iter().map(|change| change.service.clone()).collect();
    services.dedup();
    let has = |input: &Input, service: &str| input.side.source(service).is_some();
    let (of_old, of_new): (Vec<String>, Vec<String>) = (
        services.iter().filter(|service| has(old, service)).cloned().collect(),
        services.iter().filter(|service| has(new, service)).cloned().collect(),
    );
    let before = Api::of(&old.definitions, old.side.version(), &of_old)?;
    if let Some(path) = &arguments.code {
        for (item, places) in items.iter_mut().zip(code::places(diff, old, &before, path)?) {
            item.places = places;
        }
    }
    if !arguments.rust {
        return Ok(None);
    }
    // What the new side does not have is taken as unchanged, with the rules of its version.
    let unchanged: Vec<String> =
        services.iter().filter(|service| diff.compared.unchanged.contains(service)).cloned().collect();
    let after = Api::of(&new.definitions, new.side.version(), &of_new)?;
    let after = after.and(Api::of(&old.definitions, new.side.version(), &unchanged)?);
    Ok(Some(before.changed(&after)))
}
