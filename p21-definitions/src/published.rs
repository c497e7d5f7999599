//! The definitions that are published with this project, inside the crate.

use std::path::Path;

use p21_model::Version;

use crate::definitions::version_of;
use crate::{Error, Folder};

/// What stands in place of a directory's path.
pub(crate) const DIRECTORY: &str = "(published definitions)";

/// A version, and name and text of each of its files.
type Texts = (&'static str, &'static [(&'static str, &'static str)]);

static PUBLISHED: &[Texts] = include!(concat!(env!("OUT_DIR"), "/published.rs"));

/// The releases that there are definitions of.
pub(crate) fn releases() -> impl Iterator<Item = Version> {
    PUBLISHED.iter().filter_map(|(name, _)| name.parse::<Version>().ok()).map(Version::release)
}

/// A folder a version.
pub(crate) fn folders() -> Result<Vec<(Version, Folder)>, Error> {
    let folder = |(name, texts): &Texts| {
        let folder = Folder::inside(Path::new(DIRECTORY).join(name), texts)?;
        let named = name.parse::<Version>().ok();
        Ok(named.map(|named| (version_of(named, &folder), folder)))
    };
    PUBLISHED.iter().filter_map(|texts| folder(texts).transpose()).collect()
}
