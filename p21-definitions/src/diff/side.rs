//! One of the two that are compared.

use std::collections::BTreeMap;
use std::path::Path;

use p21_model::Version;
use p21_model::rules::Rules;

use crate::definitions::Source;
use crate::{Definitions, Error, Manifest};

/// One of the two that are compared: services of a version, and what is known of those that are missing.
#[derive(Debug, Clone)]
pub struct Side {
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) is_version_known: bool,
    pub(super) services: BTreeMap<String, Source>,
    pub(super) any: Rules,
    /// Services that the server refused, and what it said.
    refused: BTreeMap<String, String>,
    /// Every service of the server that is given away is here.
    is_whole: bool,
}

impl Side {
    /// Reads every service of a directory; `name` is how the side is called.
    ///
    /// # Errors
    /// A definition or a rules file can't be read.
    pub fn of(name: impl Into<String>, definitions: &Definitions) -> Result<Self, Error> {
        let services: Vec<&str> = definitions.services().collect();
        Self::with(name.into(), definitions, &services)
    }

    /// Reads one service of a directory.
    ///
    /// # Errors
    /// As [`of`](Self::of); or there is no such service.
    pub fn of_service(name: impl Into<String>, definitions: &Definitions, service: &str) -> Result<Self, Error> {
        Self::with(name.into(), definitions, &[service])
    }

    fn with(name: String, definitions: &Definitions, services: &[&str]) -> Result<Self, Error> {
        let source = |service: &&str| Ok(((*service).to_owned(), definitions.source(service)?));
        Ok(Self {
            name,
            version: definitions.version(),
            is_version_known: definitions.is_version_known(),
            services: services.iter().map(source).collect::<Result<_, Error>>()?,
            any: definitions.any().clone(),
            refused: BTreeMap::new(),
            is_whole: false,
        })
    }

    /// With what the folder's manifest says of services that are missing.
    ///
    /// # Errors
    /// The manifest is none.
    pub fn with_manifest(mut self, folder: &Path) -> Result<Self, Error> {
        let manifest = Manifest::load(folder)?;
        self.refused = manifest.refused.into_iter().map(|(service, refusal)| (service, refusal.text)).collect();
        self.is_whole = manifest.whole;
        // What an older fetch left of them is of an older version.
        self.services.retain(|service, _| !self.refused.contains_key(service));
        Ok(self)
    }

    /// The names of its services.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// The version of its definitions.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Definition and rules of a service.
    pub fn source(&self, service: &str) -> Option<&Source> {
        self.services.get(service)
    }

    /// Why a service that is not here is known to be gone.
    pub(super) fn is_gone(&self, service: &str) -> Option<String> {
        let refused = self.refused.get(service).map(|text| format!("The server says: {}", text.trim()));
        refused.or_else(|| self.is_whole.then(|| "The server does not list it any more.".to_owned()))
    }
}
