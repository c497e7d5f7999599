//! Paths: as people write them, and where definitions are when nobody says.

use std::path::{Component, Path, PathBuf};

use crate::config::Config;

/// Where definitions are fetched into and generated from.
const DEFINITIONS: &str = "definitions";

/// A path relative to where its reader stands, if it lies below.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).unwrap_or(path);
    if below.as_os_str().is_empty() { ".".to_owned() } else { below.display().to_string() }
}

/// The folder of definitions: as said, else that of `p21.toml`, else `definitions`.
pub(crate) fn definitions(said: Option<&Path>, config: &Config) -> PathBuf {
    said.or(config.folder.as_deref()).unwrap_or(Path::new(DEFINITIONS)).to_owned()
}

/// The way from one folder to another: relative, so that both can be moved together, unless nothing of it is common.
/// Links are not followed, and neither has to exist.
pub(crate) fn between(from: &Path, to: &Path) -> PathBuf {
    let (from, to) = (plain(from), plain(to));
    let common = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    // Another drive, or nothing but the root: a way that leads there says less than the path itself.
    if !to.components().take(common).any(|part| matches!(part, Component::Normal(_))) {
        return to;
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(common)).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

/// A whole path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_one_is_in_has_a_name() {
        let here = std::env::current_dir().unwrap();
        assert_eq!((shown(&here), shown(&here.join("a"))), (".".to_owned(), "a".to_owned()));
    }

    #[test]
    fn the_way_between_folders() {
        for (from, to, way) in [
            ("/a/b/c", "/a/p21", "../../p21"),
            ("/a/b", "/a/b", "."),
            ("/a/b", "/a/b/p21", "p21"),
            ("/a/./x/../b", "/a/p21/", "../p21"),
            ("/a", "/b", "/b"),
            ("src/p21", "lib", "../../lib"),
        ] {
            assert_eq!(between(Path::new(from), Path::new(to)), Path::new(way), "{from} {to}");
        }
    }
}
