//! What a process has compiled: a sandbox with the same definitions, rules and seed as an earlier one starts at once. Tests start
//! one each, and nearly all of a start is reading and compiling.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use p21_model::rules::Rules;
use p21_model::{InputError, Version};

use super::odata::Exposed;
use crate::facts::definitions::ServedDefinitions;
use crate::facts::plan::Catalogue;
use crate::facts::seed::Display;
use crate::facts::sketches;

/// Services as they are run, and their tables.
pub(crate) struct Compiled {
    /// The rules of every service.
    pub(super) any: Rules,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) exposed: Exposed,
}

/// What services are compiled from. Files are compared byte by byte: a rule that was changed between two starts holds.
#[derive(PartialEq)]
struct Origin {
    /// Without one, the published definitions.
    directory: Option<PathBuf>,
    files: Vec<(PathBuf, Vec<u8>)>,
    version: Version,
    sketches: bool,
    displays: Vec<Display>,
}

/// So many are kept: a program needs one or two, and tests of several versions a few more.
const KEPT: usize = 8;

/// More than that in files is read anew each time.
const MAX_BYTES: usize = 64 << 20;

/// Those that were used last stand last.
static COMPILED: Mutex<Vec<(Origin, Arc<Compiled>)>> = Mutex::new(Vec::new());

impl Compiled {
    /// Services of definitions that are at hand.
    pub(super) fn new(
        definitions: ServedDefinitions,
        any: Rules,
        version: Version,
        displays: &[Display],
    ) -> Result<Self, InputError> {
        let catalogue = Catalogue::compile(definitions, version, displays)?;
        Ok(Self { any, exposed: Exposed::of(&catalogue)?, catalogue: Arc::new(catalogue) })
    }

    /// Services of a directory, or the published ones, as an earlier start has them, if nothing has changed since.
    pub(super) fn of_directory(
        directory: Option<PathBuf>,
        version: Version,
        with_sketches: bool,
        displays: &[Display],
    ) -> Result<Arc<Self>, InputError> {
        let compile = || {
            let mut definitions = match &directory {
                Some(directory) => ServedDefinitions::load(directory, version)?,
                None => ServedDefinitions::published(version)?,
            };
            let any = definitions.any.clone();
            if with_sketches {
                sketches::add(&mut definitions)?;
            }
            Ok(Arc::new(Self::new(definitions, any, version, displays)?))
        };
        let Some(files) = files(directory.as_deref()) else { return compile() };
        // Held meanwhile: others that start at the same time wait for it, and don't do the same.
        let mut kept = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = Origin {
            files,
            version,
            sketches: with_sketches,
            displays: displays.to_vec(),
            directory: directory.clone(),
        };
        if let Some(place) = kept.iter().position(|(of, _)| *of == origin) {
            let found = kept.remove(place);
            let compiled = Arc::clone(&found.1);
            kept.push(found);
            return Ok(compiled);
        }
        let compiled = compile()?;
        // What was written in between may or may not be in it.
        if self::files(directory.as_deref()).is_some_and(|files| files == origin.files) {
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((origin, Arc::clone(&compiled)));
        }
        Ok(compiled)
    }
}

/// The files of a directory and of the folders in it that definitions and rules can be in, with what they hold; nothing where
/// that can't be told, so that whoever reads them says why.
fn files(directory: Option<&Path>) -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let Some(directory) = directory else { return Some(Vec::new()) };
    let mut folders = vec![directory.to_owned()];
    let (mut files, mut bytes) = (Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).ok()? {
            let path = entry.ok()?.path();
            let is_read = path.extension().is_some_and(|extension| extension == "json" || extension == "toml");
            if path.is_dir() && folder == directory {
                folders.push(path);
            } else if is_read {
                let text = p21_files::read(&path, MAX_BYTES).ok()?;
                bytes += text.len();
                files.push((path, text));
            }
            if bytes > MAX_BYTES {
                return None;
            }
        }
    }
    files.sort();
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: Version = Version::new(25, 2);

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions/25.2");
        std::fs::create_dir_all(folder.path().join("25.2")).unwrap();
        std::fs::create_dir_all(folder.path().join("rules")).unwrap();
        for service in ["Labor", "SalesPriceBook"] {
            let file = format!("{service}.json");
            std::fs::copy(committed.join(&file), folder.path().join("25.2").join(file)).unwrap();
        }
        folder
    }

    fn compiled(folder: &Path, version: Version, sketches: bool) -> Arc<Compiled> {
        Compiled::of_directory(Some(folder.to_owned()), version, sketches, &[]).unwrap()
    }

    #[test]
    fn what_is_the_same_is_compiled_once_and_everything_that_differs_anew() {
        let folder = folder();
        let first = compiled(folder.path(), VERSION, false);
        assert!(Arc::ptr_eq(&first, &compiled(folder.path(), VERSION, false)));
        assert!(!Arc::ptr_eq(&first, &compiled(folder.path(), Version::new(26, 1), false)));
        assert!(!Arc::ptr_eq(&first, &compiled(folder.path(), VERSION, true)));
        assert!(Arc::ptr_eq(&first, &compiled(folder.path(), VERSION, false)));
        let display = toml::from_str("field = 'a'\nkeys = ['b']\ntable = 'c'\ncolumn = 'd'").unwrap();
        let displayed = Compiled::of_directory(Some(folder.path().to_owned()), VERSION, false, &[display]).unwrap();
        assert!(!Arc::ptr_eq(&first, &displayed));
    }

    #[test]
    fn a_file_that_changes_comes_or_goes_is_seen_whatever_its_time_says() {
        let folder = folder();
        let rules = folder.path().join("rules/Labor.toml");
        let definition = folder.path().join("25.2/Labor.json");
        let text = std::fs::read_to_string(&definition).unwrap();
        let time = std::fs::metadata(&definition).unwrap().modified().unwrap();
        let put = |path: &Path, text: &str| {
            std::fs::write(path, text).unwrap();
            std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        };
        let note = |word: &str| {
            format!(
                "service = \"Labor\"\n\n[[note]]\nelement = \"TABPAGE_1.tp_1_dw_1\"\nconsequence = \"{word}.\"\n\
                 evidence = \"verified on 26.1\"\n"
            )
        };
        let mut seen: Vec<Arc<Compiled>> = vec![compiled(folder.path(), VERSION, false)];
        let mut look = |what: &str| {
            let now = compiled(folder.path(), VERSION, false);
            assert!(!seen.iter().any(|before| Arc::ptr_eq(before, &now)), "{what}");
            seen.push(now);
        };
        put(&rules, &note("One"));
        look("rules that come");
        put(&rules, &note("Two"));
        look("rules of the same length and time");
        assert!(text.contains("\n"));
        put(&definition, &format!("{text}\n"));
        look("a definition");
        std::fs::remove_file(folder.path().join("25.2/SalesPriceBook.json")).unwrap();
        look("a service that goes");
        put(&rules, "service = ");
        let wrong = Compiled::of_directory(Some(folder.path().to_owned()), VERSION, false, &[]);
        assert!(wrong.err().unwrap().to_string().contains("Labor.toml"), "an error is never kept away");
    }

    #[test]
    fn no_more_are_kept_than_are_said() {
        for _ in 0..KEPT + 2 {
            compiled(folder().path(), VERSION, false);
        }
        assert!(COMPILED.lock().unwrap_or_else(PoisonError::into_inner).len() <= KEPT);
    }
}
