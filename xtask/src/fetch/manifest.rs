//! `manifest.json`: what a folder of definitions holds, and what the server refused.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use p21_codegen::write_atomically;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a folder of definitions holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The P21 version, for example `26.1`; rules are bound to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) p21_version: Option<String>,
    /// The build, where the server tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build: Option<String>,
    /// Whether the site's own data was taken out.
    #[serde(default)]
    pub(crate) sanitized: bool,
    /// The services at hand.
    #[serde(default)]
    services: BTreeMap<String, Entry>,
    /// The services the server refused.
    #[serde(default)]
    refused: BTreeMap<String, Refusal>,
}

/// A service at hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) elements: usize,
    pub(crate) fields: usize,
    /// Of the file.
    pub(crate) sha256: String,
}

/// A service the server refused.
#[derive(Debug, Serialize, Deserialize)]
struct Refusal {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    text: String,
}

impl Manifest {
    /// The manifest of a folder; an empty one if there is none.
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let path = folder.join("manifest.json");
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("{}: not a manifest; remove it to start anew", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("can't read {}", path.display())),
        }
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(write_atomically(&folder.join("manifest.json"), &text)?)
    }

    /// Whether a service needs no fetching: its file is what the manifest says.
    pub(crate) fn has(&self, folder: &Path, service: &str, sanitized: bool) -> bool {
        let Some(entry) = self.services.get(service).filter(|_| self.sanitized == sanitized) else { return false };
        let file = std::fs::read(folder.join(format!("{service}.json"))).unwrap_or_default();
        let sha256: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
        sha256 == entry.sha256
    }

    pub(crate) fn note_version(&mut self, build: Option<String>) {
        self.p21_version = build.as_deref().map(|build| build.split('.').take(2).collect::<Vec<_>>().join("."));
        self.build = build;
    }

    pub(crate) fn store(&mut self, service: String, entry: Entry) {
        self.refused.remove(&service);
        self.services.insert(service, entry);
    }

    /// Records a refusal. A definition that an earlier run stored stays: nothing is lost.
    pub(crate) fn refuse(&mut self, service: String, status: Option<u16>, text: String) {
        self.refused.insert(service, Refusal { status, text });
    }
}
