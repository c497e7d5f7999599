//! What is compared: a folder, a file, the definitions inside, or a server.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use p21_definitions::diff::Side;
use p21_definitions::{Definitions, Folder};
use p21_model::Version;
use p21_model::name::service_of_file;
use tempfile::TempDir;

use crate::advice::{Next as _, of_file_or, quoted};
use crate::check::warn;
use crate::config::Config;
use crate::fetch::{Server, Wanted, fetch_into, fetching};
use crate::shown;

/// What stands before a version of the definitions inside.
const PUBLISHED: &str = "published:";

/// One of the two.
pub(super) struct Input {
    pub(super) side: Side,
    /// Where it was read from: what a sandbox serves as a witness.
    pub(super) definitions: Definitions,
    /// What was fetched goes when nobody needs it any more.
    _fetched: Option<TempDir>,
}

impl Input {
    /// Opens what the command line names. Of a server those services are fetched that are `known`, or all of them.
    pub(super) async fn open(
        named: &str,
        version: Option<Version>,
        known: &[String],
        server: &Server,
        config: &Config,
    ) -> Result<Self> {
        if let Some(of) = named.strip_prefix(PUBLISHED) {
            let of: Version =
                of.parse().map_err(anyhow::Error::new).next(|| "`cargo p21 help diff` has examples".to_owned())?;
            refuse_unpublished(of)?;
            let definitions = Definitions::published(of)?.as_version(of);
            return Ok(Self { side: Side::of(named, &definitions)?, definitions, _fetched: None });
        }
        if named.starts_with("http://") || named.starts_with("https://") {
            return fetched(named, version, known, server, config).await;
        }
        let path = Path::new(named);
        if path.is_file() { file(named, path, version) } else { folder(named, path, version) }
    }
}

/// Any version could be read out of what is published, and would be an invention.
fn refuse_unpublished(version: Version) -> Result<()> {
    let releases = Definitions::published_releases();
    if releases.contains(&version.release()) {
        return Ok(());
    }
    let known: Vec<String> = releases.iter().map(ToString::to_string).collect();
    Err(anyhow!("no definitions of P21 {version} are published; there are those of {}", known.join(", "))).next(|| {
        "name one of these releases or a build of one (`published:26.1.5910`), or a folder of definitions".to_owned()
    })
}

fn folder(named: &str, path: &Path, version: Option<Version>) -> Result<Input> {
    let definitions = open(path, version)?;
    let mut side = Side::of(named, &definitions)?;
    // A folder that has others below it has no manifest of its own.
    if Folder::open(path).is_ok_and(|plain| plain.services().next().is_some()) {
        side = side.with_manifest(path)?;
    }
    Ok(Input { side, definitions, _fetched: None })
}

fn file(named: &str, path: &Path, version: Option<Version>) -> Result<Input> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The folder says of which version the file is, and may have rules.
    let definitions = open(folder, version)?;
    let service = service_of_file(stem);
    let side = Side::of_service(named, &definitions, service);
    let side = match definitions.has(service) {
        true => side?,
        false => side.next(|| "name a file `<Service>.json`, as `cargo p21 fetch` writes it".to_owned())?,
    };
    Ok(Input { side, definitions, _fetched: None })
}

fn open(path: &Path, version: Option<Version>) -> Result<Definitions> {
    let definitions = of_file_or(Definitions::open(path, version), || {
        format!("`cargo p21 fetch --all --into {}` fetches definitions", quoted(&shown(path)))
    })?;
    warn(&definitions.misfits()?);
    Ok(match version {
        Some(version) => definitions.as_version(version),
        None => definitions,
    })
}

async fn fetched(
    url: &str,
    version: Option<Version>,
    known: &[String],
    server: &Server,
    config: &Config,
) -> Result<Input> {
    let folder = tempfile::tempdir().context("can't make a temporary folder")?;
    let server = Server { url: Some(url.to_owned()), ..server.clone() };
    let client = fetching(&server, config, None)?;
    let all = known.is_empty();
    let wanted = Wanted { services: known.to_vec(), all, refresh: false, sanitize: false, scrub: Vec::new() };
    let into: PathBuf = folder.path().join("server");
    let summary = fetch_into(&client, &into, &wanted).await?;
    if let Some((service, why)) = summary.failed.first() {
        return Err(anyhow!("fetching {service} from {url} failed: {why}")).next(|| {
            format!("`cargo p21 fetch --all --url {}` goes on where it was; then compare folders", quoted(url))
        });
    }
    let definitions = open(&into, version)?;
    let side = Side::of(url, &definitions)?.with_manifest(&into)?;
    Ok(Input { side, definitions, _fetched: Some(folder) })
}
