//! What differs between versions: the rules of the difference, a pair of definitions each, and the real pair.

mod pairs;
mod real;
mod table;

use std::path::Path;

use p21_definitions::Definitions;
use p21_definitions::diff::{Change, Diff, Side, compare};
use p21_model::Version;

/// A folder as one side, of a version.
pub(crate) fn side(name: &str, folder: &Path, version: Version) -> Side {
    let definitions = Definitions::open(folder, Some(version)).unwrap().as_version(version);
    Side::of(name, &definitions).unwrap().with_manifest(folder).unwrap()
}

/// Two folders of one version, so that no rule begins or ends.
pub(crate) fn folders(old: &Path, new: &Path) -> Diff {
    let version = Version::new(26, 1);
    compare(&side("old", old, version), &side("new", new, version)).unwrap()
}

/// The names of the rules of changes, without what is part of another one.
pub(crate) fn names(changes: &[Change]) -> Vec<&'static str> {
    changes.iter().filter(|change| !change.is_part).map(|change| change.rule.name).collect()
}
