//! The definitions a sandbox serves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use p21_definitions::Source;
use p21_model::rules::Rules;
use p21_model::{InputError, Version};

/// The definitions a sandbox serves, and their rules.
#[derive(Debug, Clone, Default)]
pub struct ServedDefinitions {
    pub(crate) services: BTreeMap<String, Source>,
    pub(crate) any: Rules,
    /// Those that are sketches: made of what is known, and no server's.
    pub(crate) sketches: BTreeSet<String>,
    /// Rules files of services that there is no definition of.
    pub(crate) misfits: Vec<InputError>,
}

impl ServedDefinitions {
    /// Reads a directory.
    ///
    /// With folders named after versions (`25.2`, `26.1`) the one of `version` lies over those of older versions, service
    /// by service. Without such folders the directory's own `*.json` files are the definitions, of the version that
    /// their manifest or the directory's name says, else of `version`. The rules are those of `p21-definitions`, and
    /// those of the folder `rules`, if there is one, lie on top. Definitions may be raw server answers or canonical.
    ///
    /// # Errors
    /// Nothing to read, or a broken file: one error that names the file.
    pub fn load(directory: impl AsRef<Path>, version: Version) -> Result<Self, InputError> {
        let found = p21_definitions::Definitions::open(directory.as_ref(), Some(version));
        Self::of(&found.map_err(p21_definitions::Error::into_input)?)
    }

    /// The published definitions, which are part of the program, as servers of a version have them.
    ///
    /// # Errors
    /// None, as long as they are what was published.
    pub fn published(version: Version) -> Result<Self, InputError> {
        Self::of(&p21_definitions::Definitions::published(version).map_err(p21_definitions::Error::into_input)?)
    }

    /// Definitions that are looked at already.
    ///
    /// # Errors
    /// A broken file: one error that names it.
    pub fn of(found: &p21_definitions::Definitions) -> Result<Self, InputError> {
        let read = || {
            let source = |service: &str| Ok((service.to_owned(), found.source(service)?));
            let services = found.services().map(source).collect::<Result<_, p21_definitions::Error>>()?;
            Ok(Self { services, any: found.any().clone(), sketches: BTreeSet::new(), misfits: found.misfits()? })
        };
        read().map_err(p21_definitions::Error::into_input)
    }

    /// The directory that is used when none is named: `P21_DEFINITIONS`, else the nearest `definitions` folder in or
    /// above the working directory, else the one of the repository that this crate was built in. Without any of them the
    /// [published](Self::published) ones are served. A folder without definitions and rules counts as none, unless it is
    /// the one that `P21_DEFINITIONS` names.
    pub fn default_directory() -> Option<PathBuf> {
        let named = std::env::var_os("P21_DEFINITIONS").map(PathBuf::from);
        let above = || {
            let here = std::env::current_dir().ok()?;
            here.ancestors().map(|folder| folder.join("definitions")).find(|folder| is_in_use(folder))
        };
        let built_in = || {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
            folder.is_dir().then_some(folder)
        };
        named.or_else(above).or_else(built_in)
    }

    /// The names of the services, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// The rules that do not fit the definitions, each with its file and line, and the rules files of services that there is
    /// no definition of; every other rule holds.
    ///
    /// # Errors
    /// Rules that contradict each other.
    pub fn misfits(&self) -> Result<Vec<InputError>, InputError> {
        let compiled = self.services.values().map(|source| Ok(source.compile(&self.any)?.misfits));
        let compiled = compiled.collect::<Result<Vec<_>, InputError>>()?;
        Ok(self.misfits.iter().cloned().chain(compiled.into_iter().flatten()).collect())
    }
}

/// Whether a folder is there and has something to say. One that can't be read has: whoever opens it says why.
fn is_in_use(folder: &Path) -> bool {
    folder.is_dir() && !p21_definitions::Definitions::is_blank(folder).unwrap_or(false)
}
