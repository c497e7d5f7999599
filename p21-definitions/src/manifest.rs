//! `manifest.json`: what a folder of definitions holds, and what the server refused.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use p21_model::definition::ServiceDefinition;
use p21_model::{InputError, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bounds::read_bounded;
use crate::{Error, write_atomically};

/// The file's name.
const NAME: &str = "manifest.json";

/// The largest manifest that is read, in bytes; one of 240 services has 40 kB.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How long what happened may wait to be written: what a killed run has to fetch again.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a folder of definitions holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Manifest {
    /// The P21 version; rules are bound to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p21_version: Option<Version>,
    /// The build, where the server tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Version>,
    /// The day of the last fetch that had everything it asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched: Option<String>,
    /// Whether every service that the server lists was asked for that day: what is missing is not there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Whether the site's own data was taken out.
    #[serde(default)]
    pub sanitized: bool,
    /// The services at hand.
    #[serde(default)]
    pub services: BTreeMap<String, Entry>,
    /// The services the server refused.
    #[serde(default)]
    pub refused: BTreeMap<String, Refusal>,
}

/// A service at hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// How many elements it has.
    pub elements: usize,
    /// How many fields.
    pub fields: usize,
    /// Of the file.
    pub sha256: String,
    /// The build that was asked last, where the server told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Version>,
    /// The day on which it was fetched and was not, or not like this, before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// A service the server refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status, if the server answered with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why.
    pub text: String,
}

impl Entry {
    /// What is noted of a definition that is stored as a file of this hash.
    pub fn new(definition: &ServiceDefinition, sha256: impl Into<String>) -> Self {
        let (elements, fields) = (definition.elements.len(), definition.field_count());
        Self { elements, fields, sha256: sha256.into(), build: None, since: None }
    }

    /// As fetched from a build, on a day. A definition that was the same before keeps its day.
    #[must_use]
    pub fn fetched(mut self, build: Option<Version>, today: &str, before: Option<&Self>) -> Self {
        let same = before.filter(|before| before.sha256 == self.sha256);
        self.build = build.filter(|build| build.has_build());
        self.since = same.map_or_else(|| Some(today.to_owned()), |before| before.since.clone());
        self
    }
}

impl Refusal {
    /// What the server said, and with which HTTP status if it answered.
    pub fn new(status: Option<u16>, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }
}

impl Manifest {
    /// The manifest of a folder; an empty one if there is none.
    ///
    /// # Errors
    /// It can't be read, or is no manifest.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        if !path.exists() {
            return Ok(Self::default());
        }
        Self::read(&path, &read_bounded(&path, MAX_BYTES)?)
    }

    /// The manifest that a file holds.
    pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(bytes).map_err(|error| {
            let problem = format!("not a manifest: {error}");
            InputError::new(path.display().to_string(), problem).help("remove it to start anew").into()
        })
    }

    /// The version of the definitions, as exactly as it is known.
    pub fn version(&self) -> Option<Version> {
        self.build
            .filter(|build| self.p21_version.is_none_or(|version| version.release() == build.release()))
            .or(self.p21_version)
    }

    /// Whether a service was last fetched from another build than this. Where either is not known, it is not said.
    pub fn is_of_other_build(&self, service: &str, build: Version) -> bool {
        let entry = self.services.get(service).and_then(|entry| entry.build).or(self.build);
        build.has_build() && entry.is_some_and(|of| of != build)
    }

    /// Whether a service needs no fetching: its file is what the manifest says.
    pub fn has(&self, folder: &Path, service: &str, sanitized: bool) -> bool {
        let Some(entry) = self.services.get(service).filter(|_| self.sanitized == sanitized) else { return false };
        let Ok(stem) = p21_model::name::file_stem(service) else { return false };
        let file = read_bounded(&folder.join(format!("{stem}.json")), p21_model::definition::MAX_BYTES);
        file.is_ok_and(|bytes| hash(&plain(bytes)) == entry.sha256)
    }
}

/// A text as it was fetched, which git may have written with the ends of lines that Windows has. Within texts of canonical
/// definitions such an end is spelt otherwise.
fn plain(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.contains(&b'\r') {
        let mut next = bytes.iter().skip(1).copied().chain([0]).collect::<Vec<u8>>().into_iter();
        bytes.retain(|byte| next.next() != Some(b'\n') || *byte != b'\r');
    }
    bytes
}

/// The hash of a file, as manifests have it.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The one that writes a folder's manifest.
///
/// What it is told is merged into the manifest that is there, under a lock: two of them at the same folder lose nothing
/// of each other. It writes now and then, and what is left when it is [finished](Self::finish). A folder without a manifest
/// gets one with its first definition: refusals alone make none.
#[derive(Debug)]
pub struct ManifestWriter {
    folder: PathBuf,
    changes: Manifest,
    written: Instant,
}

impl ManifestWriter {
    /// For a folder, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>, sanitized: bool) -> Self {
        let changes = Manifest { sanitized, ..Manifest::default() };
        Self { folder: folder.into(), changes, written: Instant::now() }
    }

    /// Notes which build the server is.
    pub fn note_build(&mut self, build: Version) {
        self.changes.p21_version = Some(build.release());
        self.changes.build = Some(build).filter(|build| build.has_build());
    }

    /// Notes the day on which everything was there that was asked for; `whole` if that is all that the server lists.
    pub fn note_day(&mut self, today: &str, whole: bool) {
        self.changes.fetched = Some(today.to_owned());
        self.changes.whole = whole;
    }

    /// Records a definition that is in the folder now.
    ///
    /// # Errors
    /// The manifest can't be written.
    pub fn store(&mut self, service: String, entry: Entry) -> Result<(), Error> {
        self.changes.refused.remove(&service);
        self.changes.services.insert(service, entry);
        self.now_and_then()
    }

    /// Records a refusal. A definition that an earlier run stored stays: nothing is lost.
    ///
    /// # Errors
    /// The manifest can't be written.
    pub fn refuse(&mut self, service: String, refusal: Refusal) -> Result<(), Error> {
        self.changes.refused.insert(service, refusal);
        self.now_and_then()
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The manifest can't be written.
    pub fn finish(mut self) -> Result<(), Error> {
        self.write()
    }

    fn now_and_then(&mut self) -> Result<(), Error> {
        if self.written.elapsed() < PATIENCE { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<(), Error> {
        if self.changes.services.is_empty() && !self.folder.join(NAME).exists() {
            return Ok(());
        }
        let _lock = lock(&self.folder)?;
        let mut manifest = Manifest::load(&self.folder)?;
        let changes = &mut self.changes;
        manifest.sanitized = changes.sanitized;
        if changes.p21_version.is_some() {
            // Of a new build nobody has seen the list yet.
            manifest.whole &= (manifest.p21_version, manifest.build) == (changes.p21_version, changes.build);
            (manifest.p21_version, manifest.build) = (changes.p21_version, changes.build);
        }
        if changes.fetched.is_some() {
            manifest.fetched = changes.fetched.clone();
            manifest.whole |= changes.whole;
        }
        for (service, entry) in std::mem::take(&mut changes.services) {
            manifest.refused.remove(&service);
            manifest.services.insert(service, entry);
        }
        manifest.refused.append(&mut changes.refused);
        let text = serde_json::to_string_pretty(&manifest).map_err(std::io::Error::from);
        let path = self.folder.join(NAME);
        write_atomically(&path, &(text.map_err(|error| Error::io(&path, "write", error))? + "\n"))?;
        self.written = Instant::now();
        Ok(())
    }
}

/// Waits for its turn at a folder, which is had until the file is dropped. The folder itself is locked where that is
/// possible, so that nothing is left behind.
fn lock(folder: &Path) -> Result<File, Error> {
    let lock = || {
        std::fs::create_dir_all(folder)?;
        #[cfg(unix)]
        let file = File::open(folder)?;
        #[cfg(not(unix))]
        let file = File::create(folder.join(".manifest.lock"))?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|error| Error::io(folder, "lock", error))
}
