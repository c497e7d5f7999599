//! The builder: where definitions and rules are, and what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use p21_definitions::{Definitions, Rulebook};
use p21_model::definition::ServiceDefinition;
use p21_model::schema::ServiceSchema;
use p21_model::{InputError, Version};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::emit::{self, ServiceText};
use crate::{CrateOptions, Error, Size, layout, write};

/// Reads definitions and rules and generates bindings.
///
/// ```no_run
/// let bindings = p21_codegen::Builder::new().definitions("my-definitions").generate()?;
/// for (path, text) in bindings.files() {
///     println!("{path}: {} lines", text.lines().count());
/// }
/// # Ok::<(), p21_codegen::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Builder {
    definitions: PathBuf,
    opened: Option<Definitions>,
    rules: Option<PathBuf>,
    builtin_rules: bool,
    strict: bool,
    version: Option<Version>,
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
    /// Definitions in `definitions`, the rules that come with this crate, every service, bindings that use the crate
    /// `p21_model`.
    pub fn new() -> Self {
        Self {
            definitions: PathBuf::from("definitions"),
            opened: None,
            rules: None,
            builtin_rules: true,
            strict: false,
            version: None,
            services: Vec::new(),
            runtime: "::p21_model".to_owned(),
            command: "cargo xtask generate".to_owned(),
            rerun_if_changed: false,
        }
    }

    /// The folder of definitions: `<Service>.json` each, raw or canonical. Its folder `rules`, if it has one, lies on
    /// top of the rules that come with this crate.
    #[must_use]
    pub fn definitions(mut self, folder: impl Into<PathBuf>) -> Self {
        self.definitions = folder.into();
        self
    }

    /// Definitions that are opened already, with their own version and rules, in place of a folder.
    #[must_use]
    pub fn opened(mut self, definitions: Definitions) -> Self {
        self.opened = Some(definitions);
        self
    }

    /// Another folder of rules than that of the definitions: `<Service>.toml` each, and `any.toml`.
    #[must_use]
    pub fn rules(mut self, folder: impl Into<PathBuf>) -> Self {
        self.rules = Some(folder.into());
        self
    }

    /// Whether the rules that come with this crate hold; they do by default.
    #[must_use]
    pub fn builtin_rules(mut self, on: bool) -> Self {
        self.builtin_rules = on;
        self
    }

    /// Whether a rule that does not fit the definitions is an error, for rules that were written for them; by default
    /// it is a [warning](Bindings::warnings) and every other rule holds.
    #[must_use]
    pub fn strict(mut self, on: bool) -> Self {
        self.strict = on;
        self
    }

    /// The P21 version of the definitions; by default what their manifest says, else the name of their folder, else the
    /// newest that is known. Rules are bound to versions.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.version = Some(version);
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
        let definitions = self.open()?;
        let wanted: Vec<&str> = match self.services.as_slice() {
            [] => definitions.services().collect(),
            services => services.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect(),
        };
        let made: Vec<Result<(ServiceText, Vec<InputError>), Error>> =
            wanted.par_iter().map(|service| self.one(&definitions, service)).collect();
        let (services, misfits): (Vec<_>, Vec<_>) =
            made.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
        refuse_equal_modules(&services)?;
        let mut warnings = definitions.misfits()?;
        if let Some(misfit) = warnings.first().filter(|_| self.strict) {
            return Err(misfit.clone().into());
        }
        warnings.extend(misfits.into_iter().flatten());
        if !definitions.is_version_known() {
            let problem =
                format!("nothing says of which P21 version these are, so that {} is taken", definitions.version());
            warnings.insert(0, InputError::new(definitions.directory().display().to_string(), problem).help("name it"));
        }
        if self.rerun_if_changed {
            warnings.iter().for_each(|warning| println!("cargo::warning={warning}"));
        }
        Ok(Bindings { services, version: definitions.version(), command: self.command.clone(), warnings })
    }

    fn open(&self) -> Result<Definitions, Error> {
        if let Some(definitions) = &self.opened {
            return Ok(definitions.clone());
        }
        let mut definitions = Definitions::open(&self.definitions, self.version)?;
        let mut rules = if self.builtin_rules { Rulebook::builtin() } else { Rulebook::empty() };
        if let Some(folder) = &self.rules {
            rules = rules.with_site(folder)?;
        }
        if self.rules.is_some() || !self.builtin_rules {
            definitions = definitions.with_rules(rules)?;
        }
        Ok(match self.version {
            Some(version) => definitions.as_version(version),
            None => definitions,
        })
    }

    /// A service's text, and the rules that do not fit it.
    fn one(&self, definitions: &Definitions, service: &str) -> Result<(ServiceText, Vec<InputError>), Error> {
        let runtime = syn::parse_str(&self.runtime)
            .map_err(|_| InputError::new(&self.runtime, "not a Rust path such as `::p21_model`"))?;
        let source = definitions.source(service)?;
        let (schema, misfits) = if self.strict {
            (ServiceSchema::compile(&source.definition, source.rule_set(definitions.any()))?, Vec::new())
        } else {
            let compiled = source.compile(definitions.any())?;
            (compiled.schema, compiled.misfits)
        };
        let hash = hash(&source.definition);
        let header = format!(
            "// Generated by `{}` from the definition of `{}`, P21 {}\n\
             // (sha256 of what a server says of it:\n\
             // {hash}). Don't edit: generate again.\n\n",
            self.command, source.definition.name, schema.version,
        );
        Ok((emit::service(&source.definition, &schema, &header, &runtime), misfits))
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
    version: Version,
    command: String,
    warnings: Vec<InputError>,
}

impl Bindings {
    /// Service name and module name of each service, sorted by service name.
    pub fn services(&self) -> impl Iterator<Item = (&str, &str)> {
        self.services.iter().map(|service| (service.service.as_str(), service.module.as_str()))
    }

    /// The P21 version they are of.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The rules that do not fit the definitions, each with its file and line, and why; every other rule holds. A rules file
    /// whose name is no service's is one of them.
    pub fn warnings(&self) -> &[InputError] {
        &self.warnings
    }

    /// How much text they are.
    pub fn size(&self) -> Size {
        Size::of(self.services.iter().flat_map(|service| {
            std::iter::once(service.root.as_str()).chain(service.elements.iter().map(|(_, text)| text.as_str()))
        }))
    }

    /// The files of a module tree: `mod.rs`, `order.rs`, `order/items.rs`, … relative to its folder.
    pub fn files(&self) -> BTreeMap<String, String> {
        layout::files(&self.services, self.version, &self.command)
    }

    /// All of it as one file, for `include!`.
    pub fn to_file(&self) -> String {
        layout::single(&self.services)
    }

    /// A complete crate for these services: `Cargo.toml`, `src/lib.rs` with client, prelude and derives, one feature a
    /// service.
    pub fn crate_files(&self, options: &CrateOptions) -> BTreeMap<String, String> {
        layout::crate_files(&self.services, self.version, &self.command, options)
    }

    /// Writes one file, for `include!`. It appears whole or not at all.
    ///
    /// # Errors
    /// It can't be written.
    pub fn write_file(&self, path: &Path) -> Result<(), Error> {
        p21_definitions::write_atomically(path, &self.to_file())
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

    /// The text of a manifest with a feature for each of these services between its lines `# <services>` and
    /// `# </services>`; none if it has lost one of them.
    pub fn with_features(&self, manifest: &str) -> Option<String> {
        layout::with_features(manifest, &self.modules())
    }

    /// Why a registry would refuse a crate of all these services, if it would: crates.io takes 300 features.
    pub fn too_many_for_a_registry(&self) -> Option<String> {
        layout::too_many(self.services.len())
    }

    /// Writes a complete crate into a folder. Of a manifest that is there the features of the services are brought up to
    /// date, and the rest is kept.
    ///
    /// # Errors
    /// The folder holds something that is not a generated crate, or can't be written; or its manifest has lost the lines
    /// between which the features stand, and lacks one of them.
    pub fn write_crate(&self, folder: &Path, options: &CrateOptions) -> Result<Vec<write::Stale>, Error> {
        write::write_crate(folder, &self.crate_files(options), &self.modules())
    }

    /// What [`write`](Self::write) would change; empty if the folder is current.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn stale(&self, folder: &Path) -> Result<Vec<write::Stale>, Error> {
        write::stale(folder, layout::TREE_ROOT, &self.files())
    }

    /// What [`write_crate`](Self::write_crate) would change in the sources of a crate, and of the features in its manifest;
    /// empty if all of it is current.
    ///
    /// # Errors
    /// As [`write_crate`](Self::write_crate), as far as reading goes.
    pub fn stale_crate(&self, folder: &Path, options: &CrateOptions) -> Result<Vec<write::Stale>, Error> {
        write::stale_crate(folder, &self.crate_files(options), &self.modules())
    }

    /// The modules of the services.
    pub fn modules(&self) -> BTreeSet<&str> {
        self.services.iter().map(|service| service.module.as_str()).collect()
    }
}
