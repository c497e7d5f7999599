//! `cargo xtask check`: what P21 would silently do to a payload.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use p21_codegen::{read_definition, read_rules};
use p21_model::check::{Findings, Severity, check_payload};
use p21_model::name::file_stem;
use p21_model::payload::TransactionSet;
use p21_model::schema::{RuleSet, ServiceSchema};

use crate::repository;

/// Finds what P21 would refuse in a JSON payload, or silently store otherwise. Exits with 1 if it finds anything.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The payload, as `POST /api/v2/transaction` takes it.
    file: PathBuf,
    /// The folder of definitions [default: the repository's].
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The P21 version whose rules hold [default: the version of the definitions].
    #[arg(long, value_name = "VERSION")]
    profile: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let shown = repository::shown(&arguments.file);
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("can't read {shown}"))?;
    let set: TransactionSet = serde_json::from_str(&text).with_context(|| format!("{shown}: not a transaction set"))?;
    let folder = arguments.definitions.clone().unwrap_or_else(|| repository::definitions(repository::VERSION));
    let findings = check_payload(&schema(&folder, &set.name, arguments.profile.as_deref())?, &set);
    print(&shown, &findings);
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The schema of a service from a folder of definitions and the repository's rules.
pub(crate) fn schema(folder: &Path, service: &str, version: Option<&str>) -> Result<ServiceSchema> {
    if service.is_empty() {
        bail!("the payload names no service: `Name` is missing");
    }
    let stem = file_stem(service)?;
    let path = folder.join(format!("{stem}.json"));
    if !path.is_file() {
        bail!(
            "no definition of `{stem}` in {}; fetch it with `cargo xtask fetch --service {stem}`",
            repository::shown(folder)
        );
    }
    let definition = read_definition(&path)?;
    let rules = repository::rules();
    let own = rules.join(format!("{stem}.toml"));
    let own = if own.is_file() { Some(read_rules(&own)?) } else { None };
    let any = read_rules(&rules.join("any.toml"))?;
    let of_definition = version_of(folder);
    let rules = RuleSet { service: own.as_ref(), any: Some(&any), version: version.unwrap_or(&of_definition) };
    Ok(ServiceSchema::compile_as(&definition, &of_definition, rules)?)
}

/// The P21 version of a folder: its manifest says, else its name.
pub(crate) fn version_of(folder: &Path) -> String {
    let manifest = crate::fetch::Manifest::load(folder).ok().and_then(|manifest| manifest.p21_version);
    manifest.unwrap_or_else(|| folder.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

fn print(file: &str, findings: &Findings) {
    for finding in findings.iter() {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error).count();
    match findings.iter().count() {
        0 => println!("{file}: no findings"),
        all => println!("{file}: {errors} errors, {} warnings", all - errors),
    }
}
