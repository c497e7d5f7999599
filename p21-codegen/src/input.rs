//! Reading definitions and rules from folders.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use p21_model::InputError;
use p21_model::definition::{MAX_BYTES, ServiceDefinition};
use p21_model::name::{file_stem, nearest};
use p21_model::rules::Rules;

use crate::Error;

/// What a service is generated from: files that are read when their turn comes, so that memory holds one service a
/// thread.
#[derive(Debug)]
pub struct Input {
    /// The definition's file.
    pub definition: PathBuf,
    /// The service's rules, if it has any.
    pub rules: Option<PathBuf>,
}

/// The name of the file that holds the rules of every service.
const ANY: &str = "any.toml";

/// Finds the definitions of a folder, or of those `services` only, and the rules that go with them. Sorted by name.
pub(crate) fn find(definitions: &Path, rules: Option<&Path>, services: &[String]) -> Result<Vec<Input>, Error> {
    let mut found = BTreeMap::new();
    for path in files(definitions, "json")? {
        let stem = stem(&path);
        if stem != "manifest" && !stem.starts_with('_') {
            found.insert(stem.to_owned(), path.clone());
        }
    }
    if found.is_empty() {
        let error =
            InputError::new(definitions.display().to_string(), "the folder holds no definition (`<Service>.json`)");
        return Err(error.help("fetch some first: `cargo xtask fetch --into DIR`").into());
    }
    for service in services {
        if !found.contains_key(service) {
            let near = nearest(service, found.keys().map(String::as_str));
            let help = near.map_or_else(|| "fetch it first".to_owned(), |near| format!("did you mean `{near}`?"));
            let problem = format!("there is no definition of service `{}`", service.escape_debug());
            return Err(InputError::new(definitions.display().to_string(), problem).help(help).into());
        }
    }
    let inputs = found.into_iter().filter(|(service, _)| services.is_empty() || services.contains(service));
    Ok(inputs
        .map(|(service, definition)| {
            let own = rules.map(|rules| rules.join(format!("{service}.toml"))).filter(|path| path.is_file());
            Input { definition, rules: own }
        })
        .collect())
}

/// The rules of every service, if the folder has them.
pub(crate) fn read_any(rules: Option<&Path>) -> Result<Option<Rules>, Error> {
    let Some(folder) = rules else { return Ok(None) };
    if !folder.is_dir() {
        let error = InputError::new(folder.display().to_string(), "the rules folder does not exist");
        return Err(error.help("name the folder that holds any.toml, or leave rules out").into());
    }
    let path = folder.join(ANY);
    if path.is_file() { read_rules(&path).map(Some) } else { Ok(None) }
}

/// Reads a definition, raw or canonical.
///
/// # Errors
/// It can't be read, is a folder, is too large, is not a definition, or is not named after its service.
pub fn read_definition(path: &Path) -> Result<ServiceDefinition, Error> {
    let bytes = read(path)?;
    let name = path.display().to_string();
    let definition = ServiceDefinition::load(&name, &bytes)?;
    if let Err(unsafe_name) = file_stem(&definition.name) {
        return Err(InputError::new(name, unsafe_name.to_string()).into());
    }
    if definition.name != stem(path) {
        let problem = format!("the file holds the definition of service `{}`", definition.name);
        let help = format!("rename it to `{}.json`", definition.name);
        return Err(InputError::new(name, problem).help(help).into());
    }
    Ok(definition)
}

/// Reads a rules file.
///
/// # Errors
/// It can't be read, or is not a rules file; names the line.
pub fn read_rules(path: &Path) -> Result<Rules, Error> {
    let name = path.display().to_string();
    let text = String::from_utf8(read(path)?)
        .map_err(|error| InputError::new(&name, format!("not UTF-8 text: {}", error.utf8_error())))?;
    Ok(Rules::load(&name, &text)?)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    p21_files::read(path, MAX_BYTES).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => {
            InputError::new(path.display().to_string(), error.to_string()).help("no definition is that large").into()
        }
        ErrorKind::InvalidInput => InputError::new(path.display().to_string(), error.to_string()).into(),
        _ => Error::io(path, "read", error),
    })
}

/// The files of a folder with an extension, sorted by name.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Error> {
    if folder.is_file() {
        let error = InputError::new(folder.display().to_string(), "it is a file; name the folder it lies in");
        return Err(error.into());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| Error::io(folder, "read", error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Error::io(folder, "read", error))?.path();
        if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}
