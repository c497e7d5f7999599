//! What differs between a folder and the generated files, and bringing the folder up to date. Only this generator's own
//! files are replaced or removed.

mod owned;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use p21_definitions::write_atomically;
use p21_model::InputError;

use crate::Error;
use crate::layout::{MANIFEST, TREE_ROOT, with_features};

/// No generated file comes near.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A file that differs from what is generated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stale {
    /// It is not there.
    Missing(PathBuf),
    /// Its text is another.
    Changed(PathBuf),
    /// Nothing generates it any more.
    Left(PathBuf),
}

impl Stale {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing(path) | Self::Changed(path) | Self::Left(path) => path,
        }
    }

    /// What is wrong with it, in a word or two: `missing`, `changed`, `left over`.
    pub fn what(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Changed(_) => "changed",
            Self::Left(_) => "left over",
        }
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what(), self.path().display())
    }
}

/// What differs between a folder and the generated files, whose root is `root`. Line endings don't count.
///
/// # Errors
/// A file that would be replaced is not this generator's, or would be reached through a link.
pub(crate) fn stale(folder: &Path, root: &str, files: &BTreeMap<String, String>) -> Result<Vec<Stale>, Error> {
    let mut stale = BTreeSet::new();
    for (name, text) in files {
        let path = folder.join(name);
        refuse_links(folder, name)?;
        match p21_files::read(&path, MAX_BYTES) {
            Ok(found) if is_same(&found, text) => {}
            Ok(found) if owned::is_generated(&String::from_utf8_lossy(&found)) => {
                stale.insert(Stale::Changed(path));
            }
            Ok(_) => return Err(foreign(&path, "this file was not generated, so it is left alone")),
            Err(error) if error.kind() == ErrorKind::NotFound => drop(stale.insert(Stale::Missing(path))),
            Err(error) => return Err(Error::io(&path, "read", error)),
        }
    }
    for name in owned::files(folder, root) {
        if !files.contains_key(&name) {
            stale.insert(Stale::Left(folder.join(name)));
        }
    }
    Ok(stale.into_iter().collect())
}

fn is_same(found: &[u8], text: &str) -> bool {
    found == text.as_bytes() || String::from_utf8_lossy(found).replace("\r\n", "\n") == text
}

/// Writing or removing through a link would change what lies elsewhere.
fn refuse_links(folder: &Path, name: &str) -> Result<(), Error> {
    let mut path = folder.to_owned();
    for part in Path::new(name) {
        path.push(part);
        if path.is_symlink() {
            return Err(foreign(&path, "it is a link, and bindings are not written through links"));
        }
    }
    Ok(())
}

fn foreign(path: &Path, problem: &str) -> Error {
    InputError::new(path.display().to_string(), problem).help("move it away, or name an empty folder").into()
}

/// Brings a folder up to date: first what is left over, last the root that lists the rest, so that a run that was killed
/// is completed by the next one.
pub(crate) fn write_all(folder: &Path, root: &str, files: &BTreeMap<String, String>) -> Result<Vec<Stale>, Error> {
    let stale = stale(folder, root, files)?;
    let mut written = Vec::new();
    for difference in &stale {
        match difference {
            Stale::Missing(path) | Stale::Changed(path) => written.push(path),
            Stale::Left(path) => remove(folder, path)?,
        }
    }
    let name = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    // Elements before the services that list them, services before the root.
    written.sort_by_key(|path| (std::cmp::Reverse(path.components().count()), name(path) == root));
    for path in written {
        write_atomically(path, &files[&name(path)])?;
    }
    Ok(stale)
}

/// Removes a file, and its folder if that is empty then.
fn remove(folder: &Path, path: &Path) -> Result<(), Error> {
    std::fs::remove_file(path).map_err(|error| Error::io(path, "remove", error))?;
    if let Some(parent) = path.parent().filter(|parent| *parent != folder) {
        // It stays if anything else lies in it.
        drop(std::fs::remove_dir(parent));
    }
    Ok(())
}

/// Writes a module tree.
pub(crate) fn write_tree(folder: &Path, files: &BTreeMap<String, String>) -> Result<Vec<Stale>, Error> {
    write_all(folder, TREE_ROOT, files)
}

/// The root of a crate's sources.
const CRATE_ROOT: &str = "lib.rs";

/// What differs in the sources of a crate, and in the features of its manifest.
pub(crate) fn stale_crate(
    folder: &Path,
    files: &BTreeMap<String, String>,
    modules: &BTreeSet<&str>,
) -> Result<Vec<Stale>, Error> {
    let mut stale = stale(&folder.join("src"), CRATE_ROOT, &sources(files))?;
    let path = folder.join(MANIFEST);
    match manifest(&path, modules)? {
        Manifest::Missing => stale.push(Stale::Missing(path)),
        Manifest::Other(_) => stale.push(Stale::Changed(path)),
        Manifest::Current => {}
    }
    Ok(stale)
}

/// Writes a crate. A manifest that is there is the user's, but for the features of the services; other people's crates are
/// not written into.
pub(crate) fn write_crate(
    folder: &Path,
    files: &BTreeMap<String, String>,
    modules: &BTreeSet<&str>,
) -> Result<Vec<Stale>, Error> {
    let source = folder.join("src");
    if source.is_symlink() {
        return Err(foreign(&source, "it is a link, and bindings are not written through links"));
    }
    // Before anything is written: what is somebody else's refuses all of it.
    stale(&source, CRATE_ROOT, &sources(files))?;
    let path = folder.join(MANIFEST);
    let found = manifest(&path, modules)?;
    let changed = match found {
        Manifest::Missing => {
            write_atomically(&path, &files[MANIFEST])?;
            None
        }
        Manifest::Other(text) => {
            write_atomically(&path, &text)?;
            Some(Stale::Changed(path))
        }
        Manifest::Current => None,
    };
    let mut written = write_all(&source, CRATE_ROOT, &sources(files))?;
    written.extend(changed);
    Ok(written)
}

/// The files below `src`, relative to it.
fn sources(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    files.iter().filter_map(|(name, text)| Some((name.strip_prefix("src/")?.to_owned(), text.clone()))).collect()
}

/// The manifest of a crate that is to be written.
enum Manifest {
    Missing,
    /// It has other features than the services; the text that has them.
    Other(String),
    Current,
}

fn manifest(path: &Path, modules: &BTreeSet<&str>) -> Result<Manifest, Error> {
    if path.symlink_metadata().is_err() {
        return Ok(Manifest::Missing);
    }
    if !path.is_file() {
        return Err(foreign(path, "it is not a file, so the crate would have no manifest"));
    }
    let bytes = p21_files::read(path, MAX_BYTES).map_err(|error| Error::io(path, "read", error))?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    if let Err(error) = toml::from_str::<toml::Table>(&text) {
        let line = text[..error.span().map_or(0, |span| span.start)].matches('\n').count() + 1;
        let problem = format!("it is no manifest: {}", error.message().trim().replace('\n', ", "));
        return Err(InputError::new(path.display().to_string(), problem).at_line(line).into());
    }
    if let Some(wanted) = with_features(&text, modules) {
        return Ok(if wanted == text { Manifest::Current } else { Manifest::Other(wanted) });
    }
    // Its features are written by hand; a service without one would be left out, and nobody told.
    let has =
        |module: &&&str| text.lines().any(|line| line.split('=').next().is_some_and(|name| name.trim() == **module));
    match modules.iter().find(|module| !has(module)) {
        None => Ok(Manifest::Current),
        Some(module) => Err(InputError::new(path.display().to_string(), format!("it has no feature `{module}`"))
            .help("add lines `# <services>` and `# </services>` below [features], between which they are written, or add it")
            .into()),
    }
}
