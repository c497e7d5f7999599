//! Arrows inside the model point one way, between its groups and between the modules of a group.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::arrows::{Arrow, arrows, code, sources};

/// Each group may use those before it; of its own modules each may use those before it. A group without modules here is
/// one module.
const GROUPS: [(&str, &[&str]); 11] = [
    ("serde_impls", &[]),
    ("facts", &["unseen", "error", "name", "version", "definition", "shared", "schema"]),
    ("wire", &["sentences", "contract", "action", "payload", "xml"]),
    ("rows", &["value", "row", "record", "entry"]),
    ("kinds", &[]),
    ("rules", &[]),
    ("compile", &[]),
    ("check", &[]),
    ("calls", &["outcome", "asynchronous", "commands", "criteria", "copy", "interactive"]),
    ("derive", &[]),
    ("bindings", &[]),
];

fn src() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// How a kind of rule is checked, and what a derive says about it, lie beside how it is spelt, and are modules of the
/// groups that interpret it.
const PARTS_OF_KINDS: [&str; 2] = ["check", "derive"];

/// Macros that others use are at the crate's root, wherever they are written; these are written in `bindings`.
const MACROS_OF_BINDINGS: &str = "__p21_v1_";

/// And this one in `facts::error`.
const MACRO_OF_ERRORS: &str = "debug_is_its_line";

/// Where a path lies: its group, and its module in it; `None` if it names a whole group from outside or inside.
fn place(path: &[String]) -> Option<(usize, usize)> {
    if path == [MACRO_OF_ERRORS] {
        return place(&["facts".to_owned(), "error".to_owned()]);
    }
    let named = match path {
        [kinds, _, part, ..] if kinds == "kinds" && PARTS_OF_KINDS.contains(&part.as_str()) => part,
        [exported] if exported.starts_with(MACROS_OF_BINDINGS) => "bindings",
        _ => path.first()?,
    };
    let group = GROUPS.iter().position(|(name, _)| named == *name)?;
    let modules = GROUPS[group].1;
    if modules.is_empty() {
        return Some((group, 0));
    }
    let module = modules.iter().position(|name| path.get(1).is_some_and(|second| second == name))?;
    Some((group, module))
}

#[test]
fn every_arrow_points_to_an_earlier_module() {
    let mut wrong: Vec<String> = Vec::new();
    let mut used = BTreeSet::new();
    let all: Vec<Arrow> = GROUPS.iter().flat_map(|(group, _)| arrows(&src(), group)).collect();
    for arrow in &all {
        let from = place(&arrow.from).unwrap_or_else(|| panic!("{arrow}: the list of modules lacks this one"));
        match place(&arrow.to) {
            None => wrong.push(format!("{arrow}\n    name the module that is meant, by its group")),
            Some(to) if to > from => wrong.push(arrow.to_string()),
            Some(to) => drop(used.insert((from.0, to.0))),
        }
    }
    assert!(wrong.is_empty(), "these use a later module:\n{}", wrong.join("\n"));
    // The test sees arrows at all: every group but the first stands on an earlier one.
    for (group, (name, _)) in GROUPS.iter().enumerate().skip(3) {
        assert!(used.iter().any(|(from, to)| *from == group && *to < group), "{name} uses no earlier group");
    }
}

/// From a part of a kind `super` is not what its place says, so it names what it uses from the crate's root.
#[test]
fn parts_of_kinds_are_mounted_where_they_are_interpreted() {
    let parts: Vec<_> = sources(&src().join("kinds")).into_iter().filter(|file| !file.ends_with("mod.rs")).collect();
    let parts = parts.iter().filter(|file| PARTS_OF_KINDS.iter().any(|part| file.ends_with(format!("{part}.rs"))));
    let mut found = 0;
    for file in parts {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(!text.lines().any(|line| code(line).contains("super::")), "{}: say crate::", file.display());
        let path = file.strip_prefix(src()).unwrap().display().to_string();
        let group = file.file_stem().unwrap().to_str().unwrap();
        let mounts = sources(&src().join(group))
            .iter()
            .filter(|of| std::fs::read_to_string(of).unwrap().contains(&path))
            .count();
        assert_eq!(mounts, 1, "{path} is a module of {group}");
        found += 1;
    }
    assert!(found > 20, "{found}");
}

#[test]
fn every_source_is_in_a_group() {
    let entries = |folder: &Path| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let names = entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
        names.filter(|name| name != "mod" && name != "lib").collect()
    };
    assert_eq!(entries(&src()), GROUPS.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (group, modules) in GROUPS.iter().filter(|(_, modules)| !modules.is_empty()) {
        let listed: BTreeSet<String> = modules.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(entries(&src().join(group)), listed, "{group}");
    }
}
