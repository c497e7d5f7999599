//! What a run did.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use p21_definitions::Entry;
use serde_json::json;

use crate::advice::Next as _;
use crate::exit::Done;
use crate::format::Format;
use crate::{printable, shown};

/// What a run did.
#[derive(Debug, Default)]
pub struct Summary {
    /// How many services it fetched.
    pub fetched: usize,
    /// How many fields they have.
    pub fields: usize,
    pub(super) kept: usize,
    /// Of those that were fetched: not there before.
    new: Vec<String>,
    /// Of those that were fetched: another content than before.
    changed: Vec<String>,
    pub(super) refused: Vec<(String, String)>,
    /// What was not fetched and may be another time, and why.
    pub failed: Vec<(String, String)>,
}

impl Summary {
    pub(super) fn store(&mut self, service: &str, entry: &Entry, before: Option<&Entry>) {
        self.fetched += 1;
        self.fields += entry.fields;
        match before {
            None => self.new.push(service.to_owned()),
            Some(before) if before.sha256 != entry.sha256 => self.changed.push(service.to_owned()),
            Some(_) => {}
        }
    }

    pub(super) fn sort(&mut self) {
        self.new.sort();
        self.changed.sort();
        self.refused.sort();
        self.failed.sort();
    }

    /// Whether everything is here that the server gives away, and that is anything at all.
    pub(super) fn done(&self) -> Result<Done> {
        if !self.failed.is_empty() {
            bail!("{} of the services were not fetched", self.failed.len());
        }
        if self.fetched + self.kept == 0 && !self.refused.is_empty() {
            return Err(anyhow!("nothing was fetched: the server gave none of these definitions"))
                .next(|| "name services as the server lists them, and those only that it lets you open".to_owned());
        }
        Ok(Done::Clean)
    }

    pub(super) fn print(&self, folder: &Path, format: Format) -> Result<()> {
        match format {
            Format::Text => printable::print(&printable::spelt(&self.text(folder))),
            Format::Json => printable::print(&self.json(folder)?),
        }
    }

    fn text(&self, folder: &Path) -> String {
        let mut text = String::new();
        for (service, why) in &self.refused {
            let _ = writeln!(text, "  refused: {service}: {why}");
        }
        for (service, why) in &self.failed {
            let _ = writeln!(text, "  failed: {service}: {why}");
        }
        for service in &self.changed {
            let _ = writeln!(text, "  changed: {service}");
        }
        let _ = writeln!(
            text,
            "{} fetched ({} fields), {} kept, {} refused, {} failed; {} new, {} changed; in {}",
            self.fetched,
            self.fields,
            self.kept,
            self.refused.len(),
            self.failed.len(),
            self.new.len(),
            self.changed.len(),
            shown(folder)
        );
        text
    }

    fn json(&self, folder: &Path) -> Result<String> {
        let pairs = |all: &[(String, String)]| -> Vec<_> {
            all.iter().map(|(service, why)| json!({"service": service, "why": why})).collect()
        };
        let value = json!({
            "folder": folder.display().to_string(), "fetched": self.fetched, "fields": self.fields, "kept": self.kept,
            "new": self.new, "changed": self.changed, "refused": pairs(&self.refused), "failed": pairs(&self.failed),
        });
        Ok(printable::escaped(&serde_json::to_string_pretty(&value)?) + "\n")
    }
}
