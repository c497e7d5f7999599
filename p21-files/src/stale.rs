//! Temporary files that killed programs left.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::temporary::{PREFIX, RANDOM, SUFFIX};

/// Folders that this program has looked through.
static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes what killed programs left in a folder, the first time this program writes there. It is a courtesy: what can't
/// be removed stays.
pub(crate) fn remove_once(folder: &Path) {
    let known = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    if !SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(known) {
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(is_ours) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_unless_in_use(&entry.path());
        }
    }
}

/// Nobody else names files like this.
fn is_ours(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn remove_unless_in_use(path: &Path) {
    let Ok(file) = OpenOptions::new().write(true).open(path) else { return };
    if file.try_lock().is_ok() {
        drop(fs::remove_file(path));
    }
}
