//! The schema of the service that a payload names.

use std::path::Path;

use anyhow::{Result, bail};
use p21_definitions::Definitions;
use p21_model::Version;
use p21_model::definition::ServiceDefinition;
use p21_model::name::{nearest, service_name};
use p21_model::schema::{Compiled, Endpoint, RuleSet, ServiceSchema};

use crate::repository;

/// The schema of a service from a folder of definitions, the rules of this repository and those of the folder.
pub(crate) fn schema(folder: &Path, service: &str, version: Option<Version>) -> Result<ServiceSchema> {
    let definitions = Definitions::open(folder, version)?;
    if !definitions.has(service) {
        bail!("{}", no_definition(&definitions, service));
    }
    compile(&definitions, service, version)
}

/// The same. A service without a definition has a schema too if the rules send it to another endpoint: that is all
/// there is to say about it.
pub(super) fn find(folder: &Path, service: &str, version: Option<Version>) -> Result<ServiceSchema> {
    service_name(service)?;
    let definitions = Definitions::open(folder, version)?;
    if definitions.has(service) {
        return compile(&definitions, service, version);
    }
    let unknown = ServiceDefinition::new(service);
    let version = version.unwrap_or(definitions.version());
    let schema = ServiceSchema::compile(&unknown, RuleSet::new(version).with_any(definitions.any()))?;
    if schema.endpoint == Endpoint::Transaction {
        bail!("{}", no_definition(&definitions, service));
    }
    Ok(schema)
}

/// Rules that don't fit the definition are told, and every other rule holds.
fn compile(definitions: &Definitions, service: &str, version: Option<Version>) -> Result<ServiceSchema> {
    let Compiled { schema, misfits, .. } = definitions.source(service)?.compile(definitions.any())?;
    for misfit in misfits {
        eprintln!("warning: {misfit}");
    }
    Ok(schema.at(version.unwrap_or(definitions.version())).into_owned())
}

fn no_definition(definitions: &Definitions, service: &str) -> String {
    let shown = repository::shown(definitions.directory());
    let service = service.escape_debug().to_string();
    match nearest(&service, definitions.services()) {
        Some(near) => format!(
            "no definition of `{service}` in {shown}; did you mean `{near}`? If not, `cargo xtask fetch --service \
             {service}` fetches it"
        ),
        None => {
            format!("no definition of `{service}` in {shown}; fetch it with `cargo xtask fetch --service {service}`")
        }
    }
}
