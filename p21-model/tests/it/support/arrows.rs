//! Which module uses which, read from the sources: what a compiler doesn't hold to an order, a test does.
//!
//! The sandbox's tests use this file too.

use std::path::{Path, PathBuf};

/// A line of a source that names a module of its crate.
pub(crate) struct Arrow {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) text: String,
    /// The module that the line stands in, from the crate's root.
    pub(crate) from: Vec<String>,
    /// What it names, from the crate's root.
    pub(crate) to: Vec<String>,
}

impl std::fmt::Display for Arrow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.text)
    }
}

/// Every arrow of the sources in a folder, which is a module of `src`.
pub(crate) fn arrows(src: &Path, folder: &str) -> Vec<Arrow> {
    let mut all = Vec::new();
    for file in sources(&src.join(folder)) {
        let module = module(src, &file);
        // The modules that are written in the file, with how far each is indented.
        let mut inside: Vec<(usize, String)> = Vec::new();
        for (index, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            inside.pop_if(|(begun, _)| *begun == indent && line.trim() == "}");
            inside.extend(begins(line).map(|name| (indent, name.to_owned())));
            let from: Vec<String> = module.iter().chain(inside.iter().map(|(_, name)| name)).cloned().collect();
            for to in paths(&from, line) {
                let (file, from, text) = (file.clone(), from.clone(), line.trim().to_owned());
                all.push(Arrow { file, line: index + 1, text, from, to });
            }
        }
    }
    all
}

/// The sources in a folder, at any depth.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// A line, unless it is a comment.
pub(crate) fn code(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

/// The module that a file is.
fn module(src: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(src).unwrap().with_extension("");
    let mut names: Vec<String> = path.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    names.pop_if(|name| name == "mod");
    names
}

/// The name of a module that begins with a line.
fn begins(line: &str) -> Option<&str> {
    let (before, name) = line.trim().strip_suffix(" {")?.rsplit_once(' ')?;
    (before == "mod" || before.ends_with(" mod")).then_some(name)
}

/// What a line of code names of its crate: behind each `crate::`, and behind `super::` from where it stands.
fn paths(from: &[String], line: &str) -> Vec<Vec<String>> {
    let code = code(line).replace("$crate::", "");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        found.push(names(&code[at + "crate::".len()..]));
    }
    let mut rest = code.as_str();
    while let Some(at) = rest.find("super::") {
        rest = &rest[at..];
        let mut to = from.to_vec();
        while let Some(behind) = rest.strip_prefix("super::") {
            to.pop();
            rest = behind;
        }
        to.extend(names(rest));
        found.push(to);
    }
    found
}

/// The names of a path, as far as it is one.
fn names(path: &str) -> Vec<String> {
    let end = path.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | ':')).unwrap_or(path.len());
    path[..end].split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let found = |from: &str, line: &str| -> Vec<String> {
        let from: Vec<String> = from.split("::").map(str::to_owned).collect();
        paths(&from, line).iter().map(|path| path.join("::")).collect()
    };
    assert_eq!(found("serve::http", "use crate::store::{Data, Store};"), ["store"]);
    assert_eq!(
        found("serve", "    config: &crate::facts::config::Config, x: crate::a"),
        ["facts::config::Config", "a"]
    );
    assert_eq!(found("facts::schema::list", "use super::ElementSchema;"), ["facts::schema::ElementSchema"]);
    assert_eq!(
        found("facts::schema::list", "    x(super::super::rules::Rules, super::List)"),
        ["facts::rules::Rules", "facts::schema::List"]
    );
    assert!(found("facts::name", "/// See [`x`](crate::Config).").is_empty());
    assert_eq!(found("facts::name::tests", "    use super::*;"), ["facts::name"]);
    assert_eq!(begins("    pub(crate) mod tests {"), Some("tests"));
    assert_eq!((begins("mod tests;"), begins("impl Module {"), begins("fn of(mod_: u8) {")), (None, None, None));
}
