//! What a process has compiled: a sandbox with the same definitions, rules and seed as an earlier one starts at once. Tests start
//! one each, and nearly all of a start is reading and compiling.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use p21_model::rules::Rules;
use p21_model::{InputError, Version};

use super::odata::Exposed;
use crate::facts::definitions::ServedDefinitions;
use crate::facts::overlay;
use crate::facts::plan::Catalogue;
use crate::facts::seed::Display;
use crate::facts::settings::prompts::Prompt;
use crate::facts::sketches;

/// Services as they are run, and their tables.
pub(crate) struct Compiled {
    /// The rules of every service.
    pub(super) any: Rules,
    /// What the site's overlay asks operators.
    pub(super) prompts: Vec<Prompt>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) exposed: Exposed,
}

/// What services are compiled from, beside definitions and rules.
#[derive(Clone, PartialEq)]
pub(super) struct With {
    pub(super) version: Version,
    pub(super) sketches: bool,
    /// The file of what a site has changed.
    pub(super) overlay: Option<PathBuf>,
    pub(super) displays: Vec<Display>,
}

/// What services are compiled from. Files are compared byte by byte: a rule that was changed between two starts holds.
#[derive(PartialEq)]
struct Origin {
    with: With,
    /// Without one, the published definitions.
    directory: Option<PathBuf>,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// So many are kept: a program needs one or two, and tests of several versions a few more.
const KEPT: usize = 8;

/// More than that in files is read anew each time.
const MAX_BYTES: usize = 64 << 20;

/// Those that were used last stand last.
static COMPILED: Mutex<Vec<(Origin, Arc<Compiled>)>> = Mutex::new(Vec::new());

impl Compiled {
    /// Services of definitions that are at hand.
    pub(super) fn new(mut definitions: ServedDefinitions, with: &With) -> Result<Self, InputError> {
        let any = definitions.any.clone();
        if with.sketches {
            sketches::add(&mut definitions)?;
        }
        let prompts = match &with.overlay {
            Some(file) => overlay::apply(file, &mut definitions)?,
            None => Vec::new(),
        };
        let catalogue = Catalogue::compile(definitions, with.version, &with.displays)?;
        Ok(Self { any, prompts, exposed: Exposed::of(&catalogue)?, catalogue: Arc::new(catalogue) })
    }

    /// Services of a directory, or the published ones, as an earlier start has them, if nothing has changed since.
    pub(super) fn of_directory(directory: Option<PathBuf>, with: &With) -> Result<Arc<Self>, InputError> {
        let compile = || {
            let definitions = match &directory {
                Some(directory) => ServedDefinitions::load(directory, with.version)?,
                None => ServedDefinitions::published(with.version)?,
            };
            Ok(Arc::new(Self::new(definitions, with)?))
        };
        let read = || files(directory.as_deref(), with.overlay.as_deref());
        let Some(files) = read() else { return compile() };
        let origin = Origin { with: with.clone(), directory: directory.clone(), files };
        // Held meanwhile: others that start at the same time wait for it, and don't do the same.
        let mut kept = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = kept.iter().position(|(of, _)| *of == origin) {
            let found = kept.remove(place);
            let compiled = Arc::clone(&found.1);
            kept.push(found);
            return Ok(compiled);
        }
        let compiled = compile()?;
        // What was written in between may or may not be in it.
        if read().is_some_and(|files| files == origin.files) {
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((origin, Arc::clone(&compiled)));
        }
        Ok(compiled)
    }
}

/// The overlay, and the files of a directory and of the folders in it that definitions and rules can be in, with what they
/// hold; nothing where that can't be told, so that whoever reads them says why.
fn files(directory: Option<&Path>, overlay: Option<&Path>) -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let mut paths: Vec<PathBuf> = overlay.map(Path::to_owned).into_iter().collect();
    let mut folders: Vec<PathBuf> = directory.map(Path::to_owned).into_iter().collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).ok()? {
            let path = entry.ok()?.path();
            let is_read = path.extension().is_some_and(|extension| extension == "json" || extension == "toml");
            if path.is_dir() && Some(folder.as_path()) == directory {
                folders.push(path);
            } else if is_read {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let (mut files, mut bytes) = (Vec::with_capacity(paths.len()), 0);
    for path in paths {
        let text = p21_files::read(&path, MAX_BYTES).ok()?;
        bytes += text.len();
        if bytes > MAX_BYTES {
            return None;
        }
        files.push((path, text));
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One at a time: all of them are kept in one place.
    static ALONE: Mutex<()> = Mutex::new(());

    fn with() -> With {
        With { version: Version::new(25, 2), sketches: false, overlay: None, displays: Vec::new() }
    }

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

    fn compiled(folder: &Path, with: &With) -> Arc<Compiled> {
        Compiled::of_directory(Some(folder.to_owned()), with).unwrap()
    }

    #[test]
    fn what_is_the_same_is_compiled_once_and_everything_that_differs_anew() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folder();
        let first = compiled(folder.path(), &with());
        let site = folder.path().join("site.toml");
        std::fs::write(&site, "").unwrap();
        let first_beside_a_file = compiled(folder.path(), &with());
        assert!(!Arc::ptr_eq(&first, &first_beside_a_file));
        assert!(Arc::ptr_eq(&first_beside_a_file, &compiled(folder.path(), &with())));
        let display = toml::from_str("field = 'a'\nkeys = ['b']\ntable = 'c'\ncolumn = 'd'").unwrap();
        for other in [
            With { version: Version::new(26, 1), ..with() },
            With { sketches: true, ..with() },
            With { overlay: Some(site), ..with() },
            With { displays: vec![display], ..with() },
        ] {
            assert!(!Arc::ptr_eq(&first_beside_a_file, &compiled(folder.path(), &other)));
            assert!(Arc::ptr_eq(&compiled(folder.path(), &other), &compiled(folder.path(), &other)));
        }
        assert!(Arc::ptr_eq(&first_beside_a_file, &compiled(folder.path(), &with())));
    }

    #[test]
    fn a_file_that_changes_comes_or_goes_is_seen_whatever_its_time_says() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut seen: Vec<Arc<Compiled>> = vec![compiled(folder.path(), &with())];
        let mut look = |what: &str| {
            let now = compiled(folder.path(), &with());
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
        let wrong = Compiled::of_directory(Some(folder.path().to_owned()), &with());
        assert!(wrong.err().unwrap().to_string().contains("Labor.toml"), "an error is never kept away");
    }

    #[test]
    fn no_more_are_kept_than_are_said() {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..KEPT + 2 {
            compiled(folder().path(), &with());
        }
        assert!(COMPILED.lock().unwrap_or_else(PoisonError::into_inner).len() <= KEPT);
    }
}
