//! A public type's name stands for one thing, whatever crate it is in: programs bring names of several together.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::surface::{CRATES, sources};

/// Types that share their name with another: the folder or file they are declared in, their names, and why nobody takes the
/// one for the other. Generated bindings (`line::Row`, `order::Transaction`) are no part of this: their modules are what
/// tells them apart.
const SHARED: [(&str, &str, &str); 10] = [
    (
        "p21-model/src/wire/payload",
        "TransactionSet Transaction DataElement Row Edit",
        "the classes of P21's DataContract, by its names: the typed ones beside them are the same things",
    ),
    ("p21-model/src/calls/interactive/window.rs", "DataElement", "what P21 calls it in the Interactive API"),
    ("p21-model/src/derive", "DataElement", "the derive of the same name, which is what makes a struct one"),
    (
        "p21-model/src/calls/interactive/v1.rs",
        "AddRowRequest Change ChangeRequest SaveRequest SelectRowRequest TabRequest",
        "the same calls of version 1, in `v1`",
    ),
    (
        "p21-model/src/calls/interactive/xml",
        "Change ChangeRequest SaveRequest SessionRequest TabRequest",
        "the same calls of the XML flavour, in `xml`",
    ),
    ("p21-client/src/odata", "Row", "a row of a table; no program has payloads by name and tables in one place"),
    (
        "p21-definitions/src/diff",
        "Action Change Effect Rule",
        "what a comparison of definitions tells, in `diff`, which nobody imports who writes records",
    ),
    (
        "p21-codegen/src/layout.rs",
        "Source",
        "where a generated crate has this project's crates from: said to the generator, which takes no definition's source",
    ),
    ("p21-definitions/src/error.rs", "Error", "each crate that can fail calls its error so"),
    (
        "p21-sandbox/src/facts",
        "Clock ConsumerKey",
        "the same things on the server's side: a test sets one on each, and they agree",
    ),
];

/// A public type: its name, and the file (or the folder of the module) that declares it.
type Declared = (String, String);

fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(|c: char| c.is_ascii_lowercase())
}

fn name_at(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// The types that a file declares. `unreachable_pub` sees to it that what is `pub` can be reached.
fn declared(file: &str, text: &str) -> Vec<Declared> {
    let item = |line: &str| {
        let rest = line.trim_start().strip_prefix("pub ")?;
        let name =
            ["struct ", "enum ", "trait ", "type "].iter().find_map(|word| rest.strip_prefix(word)).map(name_at)?;
        is_type(name).then(|| (name.to_owned(), file.to_owned()))
    };
    text.lines().filter_map(item).collect()
}

/// What a file shows from the modules beside it: the module's path without its end, and the name there and here.
fn shown(file: &str, text: &str) -> Vec<(String, String, String)> {
    let at = Path::new(file);
    let is_root = at.ends_with("mod.rs") || at.ends_with("lib.rs");
    let folder = if is_root { at.parent().unwrap().to_owned() } else { at.with_extension("") };
    let mut found = Vec::new();
    for item in text.split("pub use ").skip(1).map(|rest| rest.split(';').next().unwrap_or_default()) {
        let item = item.trim_start_matches("self::");
        let Some((module, names)) = item.split_once("::") else { continue };
        let module = folder.join(module).display().to_string();
        for name in names.split(['{', '}', ',']).map(str::trim).filter(|name| !name.is_empty()) {
            let (there, other) = name.split_once(" as ").map_or((name, None), |(there, other)| (there, Some(other)));
            let there = there.rsplit("::").next().unwrap_or_default();
            let here = other.map_or(there, str::trim);
            if is_type(there) && here != "_" {
                found.push((module.clone(), there.to_owned(), here.to_owned()));
            }
        }
    }
    found
}

/// Every public type of the library crates, those that macros declare included.
fn all() -> BTreeSet<Declared> {
    let mut files = Vec::new();
    for krate in CRATES {
        sources(&Path::new("..").join(krate).join("src"), &mut files);
    }
    // What bindings are generated with is text; what is generated is of the server.
    files.retain(|(file, _)| !file.contains("/generated/") && !file.contains("p21-codegen/src/emit/"));
    let mut all: BTreeSet<Declared> = files.iter().flat_map(|(file, text)| declared(file, text)).collect();
    for (file, text) in &files {
        for (module, there, here) in shown(file, text) {
            assert_eq!(there, here, "{file} shows a type by another name than its own");
            let is_here = Path::new(&format!("{module}.rs")).exists() || Path::new(&module).exists();
            if is_here && !all.iter().any(|(name, at)| *name == there && at.starts_with(&module)) {
                // A macro declares it, or it comes from further down and was found there.
                let further = files.iter().any(|(at, text)| {
                    at.starts_with(&module) && shown(at, text).iter().any(|(_, _, name)| *name == there)
                });
                if !further {
                    all.insert((there, module));
                }
            }
        }
    }
    all
}

#[test]
fn a_public_type_s_name_means_one_thing() {
    let all = all();
    let shares = |file: &str, name: &str| {
        SHARED.iter().any(|(at, names, _)| file.contains(at) && names.split_whitespace().any(|listed| listed == name))
    };
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, file) in all.iter().filter(|(name, file)| !shares(file, name)) {
        known.entry(name).or_default().push(file);
    }
    let twice: Vec<_> = known.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "a name means two things; rename one, or say in `SHARED` why not: {twice:#?}");
    for (at, names, _) in SHARED {
        for name in names.split_whitespace() {
            let is_there = all.iter().any(|(declared, file)| declared == name && file.contains(at));
            assert!(is_there, "{at} declares no `{name}`");
            assert!(
                all.iter().filter(|(declared, _)| declared == name).count() > 1,
                "`{name}` of {at} shares its name with nothing else"
            );
        }
    }
    assert!(all.len() > 450, "{}", all.len());
}

#[test]
fn declarations_and_what_is_shown_are_read() {
    let text = "pub struct One<T> {}\n    pub enum Two {}\npub type Three = u8;\npub(crate) struct Four;\npub const FIVE: u8 = 1;";
    let names: Vec<String> = declared("a.rs", text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["One", "Two", "Three"]);
    let text = "pub use one::{A, b, Cd as Ef};\npub use two::three::Gh;\npub use p21_model as model;";
    let of = |module: &str, there: &str, here: &str| (format!("x/{module}"), there.to_owned(), here.to_owned());
    assert_eq!(shown("x/mod.rs", text), [of("one", "Cd", "Ef"), of("two", "Gh", "Gh")]);
}
