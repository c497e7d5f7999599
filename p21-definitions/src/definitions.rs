//! A directory of definitions: plain, or a folder a version.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use p21_model::definition::ServiceDefinition;
use p21_model::rules::Rules;
use p21_model::schema::{Compiled, RuleSet, ServiceSchema};
use p21_model::{InputError, Version};

use crate::bounds::entries;
use crate::folder::no_definition;
use crate::{Error, Folder, Rulebook, builtin};

/// Definitions and the rules that go with them.
///
/// A directory with folders named after versions (`25.2`, `26.1`) is read for one version: its own folder lies over
/// those of older versions, service by service, so that what did not change is kept once. A directory without such
/// folders is one folder of definitions. Either may have a folder `rules`, which lies over the rules of this crate.
#[derive(Debug, Clone)]
pub struct Definitions {
    directory: PathBuf,
    /// Newest first.
    folders: Vec<(Version, Folder)>,
    /// The folder that has each service, by its place.
    services: BTreeMap<String, usize>,
    /// Services of newer versions, too.
    of_all_versions: BTreeSet<String>,
    rules: Rulebook,
    any: Rules,
    is_version_known: bool,
}

/// A service's definition, its rules, and where they came from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Source {
    /// The definition's file.
    pub file: String,
    /// What the server says.
    pub definition: ServiceDefinition,
    /// The P21 version of the definition.
    pub version: Version,
    /// What the server doesn't say.
    pub rules: Option<Rules>,
}

impl Definitions {
    /// Looks at a directory for a P21 version, without one for the newest.
    ///
    /// Which version a plain folder is of is said by its manifest, else by its name; where neither says it, `version` is
    /// believed.
    ///
    /// # Errors
    /// The directory can't be read or holds no definition, a manifest is none, or a rules file is wrong.
    pub fn open(directory: impl Into<PathBuf>, version: Option<Version>) -> Result<Self, Error> {
        let directory = directory.into();
        let wanted = version.unwrap_or(Version::KNOWN[Version::KNOWN.len() - 1]);
        let mut is_version_known = true;
        let mut folders = version_folders(&directory)?;
        if folders.is_empty() {
            let folder = Folder::open(&directory)?;
            is_version_known = folder.version().is_some();
            folders.push((folder.version().unwrap_or(wanted), folder));
        }
        let rules = Rulebook::builtin();
        let site = directory.join("rules");
        let rules = if site.is_dir() { rules.with_site(site)? } else { rules };
        Self::of_folders(directory, folders, wanted, rules, is_version_known)
    }

    /// Whether a directory has neither definitions nor rules of its own, be it empty or only a manifest.
    ///
    /// # Errors
    /// The directory can't be read, or a manifest is none.
    pub fn is_blank(directory: &Path) -> Result<bool, Error> {
        let rules = directory.join("rules");
        let has_rules = rules.is_dir() && !Rulebook::empty().with_site(rules)?.names()?.is_empty();
        let folders = version_folders(directory)?;
        let is_empty = |folder: &Folder| folder.services().next().is_none();
        Ok(!has_rules && is_empty(&Folder::open(directory)?) && folders.iter().all(|(_, folder)| is_empty(folder)))
    }

    /// The published definitions, which are part of this crate, as servers of a P21 version have them, and the rules of
    /// this crate.
    ///
    /// # Errors
    /// None, as long as the crate's own tests hold.
    #[cfg(feature = "published")]
    pub fn published(version: Version) -> Result<Self, Error> {
        let directory = PathBuf::from(crate::published::DIRECTORY);
        Self::of_folders(directory, crate::published::folders()?, version, Rulebook::builtin(), true)
    }

    /// The releases whose definitions are published.
    #[cfg(feature = "published")]
    pub fn published_releases() -> Vec<Version> {
        crate::published::releases().collect()
    }

    fn of_folders(
        directory: PathBuf,
        folders: Vec<(Version, Folder)>,
        wanted: Version,
        rules: Rulebook,
        is_version_known: bool,
    ) -> Result<Self, Error> {
        let of_all_versions = folders.iter().flat_map(|(_, folder)| folder.services().map(str::to_owned)).collect();
        let folders = of_version(folders, wanted);
        let mut services = BTreeMap::new();
        for (place, (_, folder)) in folders.iter().enumerate() {
            for service in folder.services() {
                services.entry(service.to_owned()).or_insert(place);
            }
        }
        if services.is_empty() {
            let problem = "the folder holds no definition (`<Service>.json`)";
            let help =
                "fetch some first: `cargo p21 fetch --all --into DIR`; or name a directory of folders such as `25.2`";
            return Err(InputError::new(directory.display().to_string(), problem).help(help).into());
        }
        Ok(Self { directory, any: rules.any()?, folders, services, of_all_versions, rules, is_version_known })
    }

    /// With other rules than those of the directory.
    ///
    /// # Errors
    /// The rules of every service are wrong.
    pub fn with_rules(mut self, rules: Rulebook) -> Result<Self, Error> {
        self.any = rules.any()?;
        self.rules = rules;
        Ok(self)
    }

    /// As definitions of this version, whatever the directory says.
    #[must_use]
    pub fn as_version(mut self, version: Version) -> Self {
        self.folders.iter_mut().for_each(|(of, _)| *of = version);
        self.is_version_known = true;
        self
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The version of the newest folder that is read.
    pub fn version(&self) -> Version {
        self.folders[0].0
    }

    /// Whether the directory says of which version it is.
    pub fn is_version_known(&self) -> bool {
        self.is_version_known
    }

    /// The names of the services, in order.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// Whether there is a definition of a service.
    pub fn has(&self, service: &str) -> bool {
        self.services.contains_key(service)
    }

    /// The rules of every service.
    pub fn any(&self) -> &Rules {
        &self.any
    }

    /// The site's rules files that do nothing, since no service has their name: neither one of the directory, of whatever
    /// version, nor one that this crate has rules of. What does not fit within a file is told by [`Source::compile`].
    ///
    /// # Errors
    /// The folder of rules can't be read.
    pub fn misfits(&self) -> Result<Vec<InputError>, Error> {
        self.rules.misfits(&self.of_all_versions)
    }

    /// Definition and rules of a service.
    ///
    /// # Errors
    /// There is no such service, or its files can't be read; see [`Folder::definition`].
    pub fn source(&self, service: &str) -> Result<Source, Error> {
        let place = self.services.get(service);
        let (version, folder) = match place {
            Some(place) => &self.folders[*place],
            None => return Err(no_definition(&self.directory, service, self.services())),
        };
        Ok(Source {
            file: folder.file(service).map(|path| path.display().to_string()).unwrap_or_default(),
            definition: folder.definition(service)?,
            version: *version,
            rules: self.rules.of(service)?,
        })
    }
}

impl Source {
    /// A definition of a P21 version that came from `file`, and its rules.
    pub fn new(
        file: impl Into<String>,
        definition: ServiceDefinition,
        version: Version,
        rules: impl Into<Option<Rules>>,
    ) -> Self {
        Self { file: file.into(), definition, version, rules: rules.into() }
    }

    /// Definition and rules in one. Rules that don't fit this definition are listed, and all others hold.
    ///
    /// # Errors
    /// The rules contradict themselves.
    pub fn compile(&self, any: &Rules) -> Result<Compiled, InputError> {
        let mut compiled = ServiceSchema::compile_leniently(&self.definition, self.rule_set(any))?;
        compiled.misfits = compiled.misfits.into_iter().map(builtin::advised).collect();
        Ok(compiled)
    }

    /// The rules, for compiling them strictly: one that does not fit is an error.
    pub fn rule_set<'a>(&'a self, any: &'a Rules) -> RuleSet<'a> {
        RuleSet::new(self.version).with_service(self.rules.as_ref()).with_any(any)
    }
}

/// The folders that are named after versions.
fn version_folders(directory: &Path) -> Result<Vec<(Version, Folder)>, Error> {
    let mut folders: Vec<(Version, Folder)> = Vec::new();
    for path in entries(directory)? {
        let named: Option<Version> = path.file_name().and_then(|name| name.to_str()?.parse().ok());
        if let Some(named) = named.filter(|_| path.is_dir()) {
            let folder = Folder::open(path)?;
            folders.push((version_of(named, &folder), folder));
        }
    }
    Ok(folders)
}

/// The version of a folder that is named after one: its manifest may say which build of the release it was.
pub(crate) fn version_of(named: Version, folder: &Folder) -> Version {
    let said = folder.version().filter(|version| version.release() == named.release() && !named.has_build());
    said.unwrap_or(named)
}

/// Those that are not newer than a version, newest first, else the oldest.
fn of_version(mut folders: Vec<(Version, Folder)>, wanted: Version) -> Vec<(Version, Folder)> {
    folders.sort_by_key(|(version, _)| std::cmp::Reverse(version.floor()));
    let first = folders.iter().position(|(version, _)| version.floor() <= wanted);
    let first = first.unwrap_or(folders.len().saturating_sub(1));
    folders.split_off(first)
}
