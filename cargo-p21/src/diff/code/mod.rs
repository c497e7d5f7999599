//! Places in a user's Rust that name what changed.

mod attributes;
mod names;
mod tokens;
mod uses;
mod visit;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use p21_definitions::diff::{Change, Diff, Effect};
use serde::Serialize;

use super::api::Api;
use super::side::Input;
use crate::advice::Next as _;
use crate::shown;
use uses::{Aliases, Uses};

/// The largest source that is read, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// More sources than any program has.
const MOST_FILES: usize = 100_000;

/// A place that names what changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// What stands there.
    pub(super) what: String,
    /// Whether it is another thing of the same name, for all that can be told without types.
    pub(super) maybe: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let maybe = if self.maybe { " (maybe)" } else { "" };
        write!(f, "{}:{}:{}: {}{maybe}", self.file, self.line, self.column, self.what)
    }
}

/// The places of each change that is not harmless, in the order of the changes; none of what has no name in a program.
pub(super) fn places(diff: &Diff, old: &Input, api: &Api, path: &Path) -> Result<Vec<Option<Vec<Place>>>> {
    let sources = sources(path)?;
    let mut published = Aliases::new();
    for (name, wholes) in sources.iter().flat_map(|source| &source.uses.published) {
        published.entry(name.clone()).or_default().extend(wholes.iter().cloned());
    }
    let renamed: Vec<&Change> = diff.changes.iter().filter(|change| change.rule.name == "element-renamed").collect();
    diff.changes
        .iter()
        .map(|change| {
            if change.effect() == Effect::Harmless || change.is_part || api.module_of(&change.service).is_none() {
                return Ok(None);
            }
            let mut places = Vec::new();
            for target in names::targets(change, &renamed, old, api)? {
                // A method is only guessed where anything of the service is in the program.
                let is_used = sources.iter().any(|source| visit::names(source, &published, &target));
                for source in &sources {
                    visit::places(source, &published, &target, is_used, &mut places);
                }
            }
            places.sort();
            places.dedup();
            Ok(Some(places))
        })
        .collect()
}

/// A file of the program.
struct Source {
    name: String,
    file: syn::File,
    uses: Uses,
}

fn sources(path: &Path) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    if path.is_file() {
        files.push(path.to_owned());
    } else {
        walk(path, &mut files)
            .with_context(|| format!("can't read {}", shown(path)))
            .next(|| "name a folder with Rust sources, or one of them".to_owned())?;
    }
    if files.is_empty() {
        return Err(anyhow!("there is no Rust source in {}", shown(path)))
            .next(|| "name a folder with Rust sources, or one of them".to_owned());
    }
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // A link may lead in a circle; what is built is no source.
        if kind.is_dir() && name != "target" && !name.starts_with('.') {
            walk(&path, files)?;
        } else if kind.is_file() && name.ends_with(".rs") && files.len() < MOST_FILES {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Source> {
    let name = shown(path);
    let step = || format!("`cargo check` says more; put {name} right, or name another path");
    let bytes = p21_definitions::read_bounded(path, MAX_BYTES).next(step)?;
    let text = String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8")).next(step)?;
    let file = syn::parse_file(&text).map_err(|error| {
        let at = error.span().start();
        anyhow!("{name}:{}:{}: this is no Rust: {error}", at.line, at.column + 1)
    });
    let file = file.next(step)?;
    let uses = Uses::of(&file);
    Ok(Source { file, uses, name: name.clone() })
}
