//! The schema of the service that a payload names.

use std::path::Path;

use anyhow::{Result, bail};
use p21_codegen::{read_definition, read_rules};
use p21_model::definition::ServiceDefinition;
use p21_model::name::{file_stem, nearest};
use p21_model::schema::{Endpoint, RuleSet, ServiceSchema};

use crate::repository;

/// The schema of a service from a folder of definitions and the repository's rules.
pub(crate) fn schema(folder: &Path, service: &str, version: Option<&str>) -> Result<ServiceSchema> {
    let stem = file_stem(service)?;
    let path = folder.join(format!("{stem}.json"));
    if !path.is_file() {
        bail!("{}", no_definition(folder, stem));
    }
    compile(folder, &read_definition(&path)?, version)
}

/// The same. A service without a definition has a schema too if the rules send it to another endpoint: that is all
/// there is to say about it.
pub(super) fn find(folder: &Path, service: &str, version: Option<&str>) -> Result<ServiceSchema> {
    let stem = file_stem(service)?;
    if folder.join(format!("{stem}.json")).is_file() {
        return schema(folder, service, version);
    }
    let unknown = ServiceDefinition {
        name: service.to_owned(),
        keys: Vec::new(),
        elements: Vec::new(),
        template: None,
        unknown: Default::default(),
        unknown_in_transaction: Default::default(),
    };
    let schema = compile(folder, &unknown, version)?;
    if schema.endpoint == Endpoint::Transaction {
        bail!("{}", no_definition(folder, stem));
    }
    Ok(schema)
}

fn compile(folder: &Path, definition: &ServiceDefinition, version: Option<&str>) -> Result<ServiceSchema> {
    let rules = repository::rules();
    let own = rules.join(format!("{}.toml", file_stem(&definition.name)?));
    let own = if own.is_file() && !definition.elements.is_empty() { Some(read_rules(&own)?) } else { None };
    let any = read_rules(&rules.join("any.toml"))?;
    let of_definition = version_of(folder);
    let rules = RuleSet { service: own.as_ref(), any: Some(&any), version: version.unwrap_or(&of_definition) };
    Ok(ServiceSchema::compile_as(definition, &of_definition, rules)?)
}

/// The P21 version of a folder: its manifest says, else its name.
fn version_of(folder: &Path) -> String {
    let manifest = crate::fetch::Manifest::load(folder).ok().and_then(|manifest| manifest.p21_version);
    manifest.unwrap_or_else(|| folder.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

fn no_definition(folder: &Path, service: &str) -> String {
    let shown = repository::shown(folder);
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let known: Vec<String> =
        files.filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".json")?.to_owned())).collect();
    let known = known.iter().map(String::as_str).filter(|known| *known != "manifest");
    match nearest(service, known) {
        Some(near) => format!(
            "no definition of `{service}` in {shown}; did you mean `{near}`? If not, `cargo xtask fetch --service \
             {service}` fetches it"
        ),
        None => {
            format!("no definition of `{service}` in {shown}; fetch it with `cargo xtask fetch --service {service}`")
        }
    }
}
