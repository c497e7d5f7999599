//! The schema of the service that a payload names.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use p21_definitions::Definitions;
use p21_model::definition::ServiceDefinition;
use p21_model::name::{nearest, service_name};
use p21_model::schema::{Compiled, Endpoint, RuleSet, ServiceSchema};
use p21_model::{InputError, Version};

use crate::advice::{Next as _, of_file_or, quoted};
use crate::shown;

/// The version of the published definitions that are whole; later ones hold what changed.
const PUBLISHED: Version = Version::new(25, 2);

/// Where definitions come from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A folder of theirs.
    Folder(PathBuf),
    /// Those inside this program.
    Published,
}

impl Origin {
    fn open(&self, version: Option<Version>) -> Result<Definitions> {
        let definitions = match self {
            Self::Folder(folder) => of_file_or(Definitions::open(folder, version), || {
                format!("`cargo p21 fetch --all --into {}` fetches definitions", quoted(&shown(folder)))
            })?,
            Self::Published => Definitions::published(version.unwrap_or(PUBLISHED))?,
        };
        warn(&definitions.misfits()?);
        Ok(definitions)
    }
}

/// The schema of a service from a folder of definitions, the built-in rules and those of the folder.
///
/// # Errors
/// The folder has no such service, or can't be read.
pub fn schema(folder: &Path, service: &str, version: Option<Version>) -> Result<ServiceSchema> {
    let definitions = Definitions::open(folder, version)?;
    if !definitions.has(service) {
        return no_definition(&definitions, service);
    }
    compile(&definitions, service, version)
}

/// The same. A service without a definition has a schema too if the rules send it to another endpoint: that is all
/// there is to say about it.
pub(super) fn find(from: &Origin, service: &str, version: Option<Version>) -> Result<ServiceSchema> {
    service_name(service).next(|| "put the service's name into the payload's `Name`".to_owned())?;
    let definitions = from.open(version)?;
    if definitions.has(service) {
        return compile(&definitions, service, version);
    }
    let unknown = ServiceDefinition::new(service);
    let version = version.unwrap_or(definitions.version());
    let schema = ServiceSchema::compile(&unknown, RuleSet::new(version).with_any(definitions.any()))?;
    if schema.endpoint == Endpoint::Transaction {
        return no_definition(&definitions, service);
    }
    Ok(schema)
}

/// Rules that don't fit the definition are told, and every other rule holds.
fn compile(definitions: &Definitions, service: &str, version: Option<Version>) -> Result<ServiceSchema> {
    let Compiled { schema, misfits, .. } = definitions.source(service)?.compile(definitions.any())?;
    warn(&misfits);
    Ok(schema.at(version.unwrap_or(definitions.version())).into_owned())
}

/// Tells rules that do nothing.
pub(crate) fn warn(misfits: &[InputError]) {
    misfits.iter().for_each(|misfit| eprintln!("warning: {misfit}"));
}

/// The schema of a service with its definition, which it has to have.
pub(crate) fn known(
    from: &Origin,
    service: &str,
    version: Option<Version>,
) -> Result<(ServiceSchema, ServiceDefinition)> {
    service_name(service).next(|| "name the service as `fetch` does".to_owned())?;
    let definitions = from.open(version)?;
    if !definitions.has(service) {
        return no_definition(&definitions, service);
    }
    let definition = definitions.source(service)?.definition;
    Ok((compile(&definitions, service, version)?, definition))
}

fn no_definition<T>(definitions: &Definitions, service: &str) -> Result<T> {
    let near = nearest(service, definitions.services()).map(|near| format!("; did you mean `{near}`?"));
    let (shown, near) = (shown(definitions.directory()), near.unwrap_or_default());
    let fetch = || format!("`cargo p21 fetch --service {}` fetches it", quoted(service));
    Err(anyhow!("no definition of `{}` in {shown}{near}", service.escape_debug())).next(fetch)
}
