//! One folder of definitions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use p21_model::definition::{MAX_BYTES, ServiceDefinition};
use p21_model::name::{file_stem, nearest, service_of_file};
use p21_model::{InputError, Version};

use crate::bounds::{entries, read_bounded};
use crate::{Error, Manifest};

/// A folder of definitions, `<Service>.json` each, raw or canonical; `manifest.json` is none, nor is what begins with
/// `_`.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    files: BTreeMap<String, File>,
    manifest: Manifest,
}

/// A definition's file.
#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    /// What it holds, if it is part of this crate.
    inside: Option<&'static str>,
}

impl Folder {
    /// Looks at a folder; no definition is read yet.
    ///
    /// # Errors
    /// The folder can't be read, or its manifest is none.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let mut files = BTreeMap::new();
        for file in entries(&path)?.into_iter().filter(|path| path.extension().is_some_and(|found| found == "json")) {
            let stem = stem(&file);
            if stem != "manifest" && !stem.starts_with('_') {
                files.insert(service_of_file(stem).to_owned(), File { path: file.clone(), inside: None });
            }
        }
        let manifest = Manifest::load(&path)?;
        Ok(Self { path, files, manifest })
    }

    /// A folder that is part of this crate: name and text of its files, without `.json`.
    #[cfg(feature = "published")]
    pub(crate) fn inside(path: PathBuf, texts: &'static [(&'static str, &'static str)]) -> Result<Self, Error> {
        let mut folder = Self { path, files: BTreeMap::new(), manifest: Manifest::default() };
        for (stem, text) in texts {
            let path = folder.path.join(format!("{stem}.json"));
            if *stem == "manifest" {
                folder.manifest = Manifest::read(&path, text.as_bytes())?;
            } else {
                folder.files.insert(service_of_file(stem).to_owned(), File { path, inside: Some(text) });
            }
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What its manifest says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The P21 version of its definitions: the build or release of the manifest, else the folder's name.
    pub fn version(&self) -> Option<Version> {
        let named = || self.path.file_name()?.to_str()?.parse().ok();
        self.manifest.version().or_else(named)
    }

    /// The names of the services, in order.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether it has a definition of a service.
    pub fn has(&self, service: &str) -> bool {
        self.files.contains_key(service)
    }

    /// The file of a service.
    pub fn file(&self, service: &str) -> Option<&Path> {
        self.files.get(service).map(|file| file.path.as_path())
    }

    /// Reads the definition of a service.
    ///
    /// # Errors
    /// There is none; or its file can't be read, is too large, is no regular file, is no definition, or is not named
    /// after its service.
    pub fn definition(&self, service: &str) -> Result<ServiceDefinition, Error> {
        let file = self.files.get(service).ok_or_else(|| no_definition(&self.path, service, self.services()))?;
        let name = file.path.display().to_string();
        let definition = match file.inside {
            Some(text) => ServiceDefinition::load(&name, text.as_bytes())?,
            None => ServiceDefinition::load(&name, &read_bounded(&file.path, MAX_BYTES)?)?,
        };
        let stem = file_stem(&definition.name)
            .map_err(|unsafe_name| InputError::new(name.as_str(), unsafe_name.to_string()))?;
        if definition.name != service {
            let help = format!("rename it to `{stem}.json`");
            let error = InputError::new(name, "the file is named after another service");
            return Err(error.in_service(&definition.name).help(help).into());
        }
        Ok(definition)
    }
}

/// The error for a service that a folder does not have.
pub(crate) fn no_definition<'a>(folder: &Path, service: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let help = match nearest(service, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "fetch it first".to_owned(),
    };
    let problem = format!("there is no definition of service `{}`", service.escape_debug());
    InputError::new(folder.display().to_string(), problem).help(help).into()
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}
