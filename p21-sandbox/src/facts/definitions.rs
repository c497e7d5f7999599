//! Finding and reading definitions and rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use p21_model::InputError;
use p21_model::definition::ServiceDefinition;
use p21_model::name::file_stem;
use p21_model::rules::Rules;

/// The definitions a sandbox serves, and their rules.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    pub(crate) services: BTreeMap<String, Source>,
    pub(crate) any: Option<Rules>,
    /// The version whose folder they were in.
    pub(crate) version: Option<String>,
}

/// A service's definition, its rules, and where they came from.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    file: String,
    pub(crate) definition: ServiceDefinition,
    pub(crate) rules: Option<Rules>,
}

impl Definitions {
    /// Reads a directory.
    ///
    /// With folders named after versions (`25.2`, `26.1`) the one of `version` is read, else the newest that is not
    /// newer, else the oldest. Without such folders the directory's own `*.json` files are the definitions. Rules are
    /// read from the folder `rules`, if there is one. Definitions may be raw server answers or canonical.
    ///
    /// # Errors
    /// Nothing to read, or a broken file: one error that names the file.
    pub fn load(directory: impl AsRef<Path>, version: &str) -> Result<Self, InputError> {
        let directory = directory.as_ref();
        let versioned = version_folder(directory, version)?;
        let named = versioned.as_ref().and_then(|folder| Some(folder.file_name()?.to_str()?.to_owned()));
        let folder = versioned.unwrap_or_else(|| directory.to_owned());
        let rules = directory.join("rules");
        let mut loaded = Self { any: read_rules(&rules.join("any.toml"))?, version: named, ..Self::default() };
        for path in json_files(&folder)? {
            loaded.add(&path, &rules)?;
        }
        if loaded.services.is_empty() {
            return Err(InputError::new(shown(&folder), "there is no definition here")
                .help("name a directory that holds `25.2/*.json` or definitions as `*.json`"));
        }
        Ok(loaded)
    }

    /// The directory that is used when none is named: `P21_DEFINITIONS`, else the nearest `definitions` folder in or
    /// above the working directory, else the one of the repository that this crate was built in.
    pub fn default_directory() -> Option<PathBuf> {
        let named = std::env::var_os("P21_DEFINITIONS").map(PathBuf::from);
        let above = || {
            let here = std::env::current_dir().ok()?;
            here.ancestors().map(|folder| folder.join("definitions")).find(|folder| folder.is_dir())
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

    fn add(&mut self, path: &Path, rules: &Path) -> Result<(), InputError> {
        let file = shown(path);
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let definition = ServiceDefinition::load(&file, &bytes)?;
        let name = definition.name.clone();
        let stem = file_stem(&name).map_err(|error| InputError::new(&file, error.to_string()))?;
        let rules = read_rules(&rules.join(format!("{stem}.toml")))?;
        if let Some(other) = self.services.insert(name.clone(), Source { file: file.clone(), definition, rules }) {
            let problem = format!("`{name}` is defined in `{}` too", other.file);
            return Err(InputError::new(file, problem).help("remove one of the two files"));
        }
        Ok(())
    }
}

/// The folder of a version, if the directory has folders of versions at all.
fn version_folder(directory: &Path, version: &str) -> Result<Option<PathBuf>, InputError> {
    let entries = std::fs::read_dir(directory).map_err(|error| unreadable(directory, &error))?;
    let mut folders: Vec<(Vec<u32>, PathBuf)> = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(directory, &error))?.path();
        let number = path.file_name().and_then(|name| numbers(name.to_str()?));
        if let Some(number) = number.filter(|_| path.is_dir()) {
            folders.push((number, path));
        }
    }
    folders.sort();
    // Builds of one version share their definitions well enough, so `26.1.5960` serves a profile of 26.1.5950.
    let release = |version: &[u32]| version.iter().copied().take(2).collect::<Vec<u32>>();
    let wanted = numbers(version).map(|version| release(&version)).unwrap_or_default();
    let not_newer = folders.iter().rev().find(|(number, _)| release(number) <= wanted);
    Ok(not_newer.or(folders.first()).map(|(_, path)| path.clone()))
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// The definitions of a folder, in the order of their names. A manifest is none.
fn json_files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let is_manifest = path.file_stem().is_some_and(|stem| stem == "manifest" || stem == "_manifest");
        if path.extension().is_some_and(|extension| extension == "json") && path.is_file() && !is_manifest {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_rules(path: &Path) -> Result<Option<Rules>, InputError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Rules::load(&shown(path), &text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> InputError {
    InputError::new(shown(path), format!("can't be read: {error}"))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
