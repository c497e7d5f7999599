//! The builder: where definitions and rules are, and what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use p21_model::InputError;
use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{RuleSet, ServiceSchema};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::emit::{self, ServiceText};
use crate::input::{self, Input};
use crate::{CrateOptions, Error, layout, write};

/// Reads definitions and rules and generates bindings.
///
/// ```no_run
/// let bindings = p21_codegen::Builder::new().definitions("definitions/25.2").rules("definitions/rules").generate()?;
/// for (path, text) in bindings.files() {
///     println!("{path}: {} lines", text.lines().count());
/// }
/// # Ok::<(), p21_codegen::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Builder {
    definitions: PathBuf,
    rules: Option<PathBuf>,
    version: Option<String>,
    services: Vec<String>,
    runtime: String,
    command: String,
    rerun_if_changed: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Definitions in `definitions`, no rules, every service, bindings that use the crate `p21_model`.
    pub fn new() -> Self {
        Self {
            definitions: PathBuf::from("definitions"),
            rules: None,
            version: None,
            services: Vec::new(),
            runtime: "::p21_model".to_owned(),
            command: "cargo xtask generate".to_owned(),
            rerun_if_changed: false,
        }
    }

    /// The folder of definitions: `<Service>.json` each, raw or canonical.
    #[must_use]
    pub fn definitions(mut self, folder: impl Into<PathBuf>) -> Self {
        self.definitions = folder.into();
        self
    }

    /// The folder of rules: `<Service>.toml` each, and `any.toml`.
    #[must_use]
    pub fn rules(mut self, folder: impl Into<PathBuf>) -> Self {
        self.rules = Some(folder.into());
        self
    }

    /// The P21 version of the definitions; by default the name of their folder. Rules are bound to versions.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Generates this service; call again for more. Without any call: all of them.
    #[must_use]
    pub fn service(mut self, service: impl Into<String>) -> Self {
        self.services.push(service.into());
        self
    }

    /// The path by which the bindings reach `p21-model`, for crates that know it under another name
    /// (`::p21_services::model`).
    #[must_use]
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.runtime = path.into();
        self
    }

    /// The command that the header of every file names.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }

    /// Prints `cargo::rerun-if-changed` lines for the folders read; for `build.rs`.
    #[must_use]
    pub fn rerun_if_changed(mut self, on: bool) -> Self {
        self.rerun_if_changed = on;
        self
    }

    /// Generates the bindings. Nothing is written.
    ///
    /// # Errors
    /// The first definition or rules file, in order of service, that can't be read or generated from.
    pub fn generate(&self) -> Result<Bindings, Error> {
        if self.rerun_if_changed {
            for folder in std::iter::once(&self.definitions).chain(&self.rules) {
                println!("cargo::rerun-if-changed={}", folder.display());
            }
        }
        let inputs = input::find(&self.definitions, self.rules.as_deref(), &self.services)?;
        let any = input::read_any(self.rules.as_deref())?;
        let version = self.p21_version();
        let made: Vec<Result<ServiceText, Error>> =
            inputs.par_iter().map(|input| self.one(input, any.as_ref(), &version)).collect();
        let services = made.into_iter().collect::<Result<Vec<_>, _>>()?;
        refuse_equal_modules(&services)?;
        Ok(Bindings { services, version })
    }

    /// The version given, or the name of the definitions' folder.
    fn p21_version(&self) -> String {
        let folder = || self.definitions.file_name().map(|name| name.to_string_lossy().into_owned());
        self.version.clone().or_else(folder).unwrap_or_default()
    }

    fn one(&self, input: &Input, any: Option<&Rules>, version: &str) -> Result<ServiceText, Error> {
        let runtime = syn::parse_str(&self.runtime)
            .map_err(|_| InputError::new(&self.runtime, "not a Rust path such as `::p21_model`"))?;
        let definition = input::read_definition(&input.definition)?;
        let rules = input.rules.as_deref().map(input::read_rules).transpose()?;
        let schema = ServiceSchema::compile(&definition, RuleSet { service: rules.as_ref(), any, version })?;
        let hash = hash(&definition);
        let header = format!(
            "// Generated by `{}` from the definition of `{}`, P21 {version}\n\
             // (sha256 of what a server says of it: {hash}). Don't edit: generate again.\n\n",
            self.command, definition.name,
        );
        Ok(emit::service(&definition, &schema, &header, &runtime))
    }
}

/// The hash of a definition as a server gives it, whatever form it was read from: no server says that a list of labels
/// was emptied for publication.
fn hash(definition: &ServiceDefinition) -> String {
    let mut bare = definition.clone();
    bare.elements.iter_mut().flat_map(|element| &mut element.fields).for_each(|field| field.redacted = false);
    Sha256::digest(bare.to_canonical()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refuse_equal_modules(services: &[ServiceText]) -> Result<(), Error> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for service in services {
        if let Some(other) = seen.insert(&service.module, &service.service) {
            let problem = format!("`{other}` and `{}` would both be module `{}`", service.service, service.module);
            return Err(InputError::new("definitions", problem)
                .in_service(&service.service)
                .help("generate one of them by itself")
                .into());
        }
    }
    Ok(())
}

/// Generated bindings, in memory.
#[derive(Debug)]
pub struct Bindings {
    services: Vec<ServiceText>,
    version: String,
}

impl Bindings {
    /// Service name and module name of each service, sorted by service name.
    pub fn services(&self) -> impl Iterator<Item = (&str, &str)> {
        self.services.iter().map(|service| (service.service.as_str(), service.module.as_str()))
    }

    /// The P21 version they are of.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The files of a module tree: `mod.rs`, `order.rs`, `order/items.rs`, … relative to its folder.
    pub fn files(&self) -> BTreeMap<String, String> {
        layout::files(&self.services, &self.version)
    }

    /// All of it as one file, for `include!`.
    pub fn to_file(&self) -> String {
        layout::single(&self.services)
    }

    /// A complete crate for these services: `Cargo.toml`, `src/lib.rs`, one feature a service.
    pub fn crate_files(&self, options: &CrateOptions) -> BTreeMap<String, String> {
        layout::crate_files(&self.services, &self.version, options)
    }

    /// Writes one file, for `include!`. It appears whole or not at all.
    ///
    /// # Errors
    /// It can't be written.
    pub fn write_file(&self, path: &Path) -> Result<(), Error> {
        write::write_atomically(path, &self.to_file())
    }

    /// Writes the module tree into a folder, and removes files that an earlier run wrote there for what is gone: those
    /// that its `mod.rs` lists and that bear the generator's header. Whatever else lies there is left alone.
    /// Returns what changed; files that are current are not touched.
    ///
    /// # Errors
    /// A file can't be read, written or removed; or it would replace a file that was not generated, or reach through a
    /// link. Then nothing is written.
    pub fn write(&self, folder: &Path) -> Result<Vec<write::Stale>, Error> {
        write::write_tree(folder, &self.files())
    }

    /// Writes a complete crate into a folder.
    ///
    /// # Errors
    /// The folder holds something that is not a generated crate, or can't be written.
    pub fn write_crate(&self, folder: &Path, options: &CrateOptions) -> Result<Vec<write::Stale>, Error> {
        write::write_crate(folder, &self.crate_files(options))
    }

    /// What [`write`](Self::write) would change; empty if the folder is current.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn stale(&self, folder: &Path) -> Result<Vec<write::Stale>, Error> {
        write::stale(folder, layout::TREE_ROOT, &self.files())
    }

    /// The modules of the services.
    pub fn modules(&self) -> BTreeSet<&str> {
        self.services.iter().map(|service| service.module.as_str()).collect()
    }
}
