//! The rules of services: those inside this crate, and a site's own on top.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use p21_model::InputError;
use p21_model::name::{file_stem, nearest, service_of_file};
use p21_model::rules::Rules;

use crate::bounds::{entries, read_text};
use crate::{Error, builtin};

/// The largest rules file that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The name of the file that holds the rules of every service.
pub(crate) const ANY: &str = "any";

/// Where the rules of services come from.
///
/// A site's rules lie on top of those that come with the crate: a rule of the same kind about the same thing replaces
/// the other, and one with `off` removes it. The format is in `definitions/rules/README.md`.
#[derive(Debug, Clone)]
pub struct Rulebook {
    builtin: bool,
    site: Option<PathBuf>,
}

impl Default for Rulebook {
    fn default() -> Self {
        Self::builtin()
    }
}

impl Rulebook {
    /// The rules that come with this crate, and no others.
    pub fn builtin() -> Self {
        Self { builtin: true, site: None }
    }

    /// No rules at all.
    pub fn empty() -> Self {
        Self { builtin: false, site: None }
    }

    /// These, with the rules of a folder on top: `<Service>.toml` each, and `any.toml`.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn with_site(self, folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        if !folder.is_dir() {
            let error = InputError::new(folder.display().to_string(), "the rules folder does not exist");
            return Err(error.help("name the folder that holds any.toml, or leave rules out").into());
        }
        Ok(Self { site: Some(folder), ..self })
    }

    /// The rules of every service.
    ///
    /// # Errors
    /// A rules file can't be read or is none; names the line.
    pub fn any(&self) -> Result<Rules, Error> {
        Ok(self.read(ANY)?.unwrap_or_default())
    }

    /// The rules of a service, if it has any.
    ///
    /// # Errors
    /// As [`any`](Self::any); or the name can't be that of a file.
    pub fn of(&self, service: &str) -> Result<Option<Rules>, Error> {
        let stem = file_stem(service).map_err(|error| InputError::new(service, error.to_string()))?;
        self.read(&stem)
    }

    /// The names of the services that have rules, and `any`.
    ///
    /// # Errors
    /// The site's folder can't be read.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let mut names: Vec<String> = Vec::new();
        if self.builtin {
            names.extend(builtin::builtin_rules().map(|(name, _)| name.to_owned()));
        }
        names.extend(self.site_files()?.iter().filter_map(|path| stem(path)).map(str::to_owned));
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The site's files that no service has the name of, be it one of these or one with rules inside this crate: rules may be
    /// there before their definition is.
    pub(crate) fn misfits(&self, services: &BTreeSet<String>) -> Result<Vec<InputError>, Error> {
        let known: BTreeSet<&str> =
            services.iter().map(String::as_str).chain(builtin::builtin_rules().map(|(name, _)| name)).collect();
        let misfit = |file: &PathBuf| {
            let stem = stem(file).filter(|stem| *stem != ANY && !known.contains(service_of_file(stem)))?;
            Some(misfit(file, stem, &known))
        };
        Ok(self.site_files()?.iter().filter_map(misfit).collect())
    }

    fn site_files(&self) -> Result<Vec<PathBuf>, Error> {
        let files = self.site.as_deref().map_or(Ok(Vec::new()), entries)?.into_iter();
        Ok(files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect())
    }

    fn read(&self, stem: &str) -> Result<Option<Rules>, Error> {
        let builtin = if self.builtin { builtin::text(stem) } else { None };
        let builtin = builtin.map(|text| (builtin::file(stem), text.to_owned()));
        let path = self.site.as_deref().map(|site: &Path| site.join(format!("{stem}.toml")));
        let site = match path.filter(|path| path.exists()) {
            Some(path) => Some((path.display().to_string(), read_text(&path, MAX_BYTES)?)),
            None => None,
        };
        let layers: Vec<(&str, &str)> =
            builtin.iter().chain(&site).map(|(file, text)| (file.as_str(), text.as_str())).collect();
        match layers[..] {
            [] => Ok(None),
            _ => Ok(Some(Rules::load_layers(&layers)?)),
        }
    }
}

fn stem(file: &Path) -> Option<&str> {
    file.file_stem()?.to_str()
}

/// A rules file whose name is no service's.
fn misfit(file: &Path, stem: &str, known: &BTreeSet<&str>) -> InputError {
    let near = nearest(stem, known.iter().copied());
    let near = near.and_then(|near| if near == ANY { Some(ANY.into()) } else { file_stem(near).ok() });
    let help = match near {
        Some(near) => format!("did you mean `{near}.toml`?"),
        None => "name it after its service (`<Service>.toml`), fetch that service, or remove the file".to_owned(),
    };
    let problem =
        format!("there is no definition of a service `{}`, so that these rules do nothing", service_of_file(stem));
    InputError::new(file.display().to_string(), problem).help(help)
}
