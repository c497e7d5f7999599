//! Errors read well in `main` and behind `unwrap`, which print their `Debug`: each public one shows its line there.

use std::path::Path;

use crate::sources;

/// The macro that makes `Debug` of `Display`.
const MACRO: &str = "debug_is_its_line!(";

/// Those with a `Debug` of their own that is the line, too.
const OWN: [(&str, &str); 1] = [("p21-client/src/error/mod.rs", "Error")];

/// The public types of a source that are errors.
fn errors(source: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let mut derived = false;
    for line in source.lines() {
        if line.starts_with("#[derive(") {
            derived = line.contains("thiserror::Error");
        } else if let Some(item) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) {
            let name: String = item.chars().take_while(|c| c.is_alphanumeric()).collect();
            let implemented = [format!("Error for {name} {{"), format!("Error for {name}<")];
            if std::mem::take(&mut derived) || implemented.iter().any(|by_hand| source.contains(by_hand)) {
                errors.push(name);
            }
        } else if line.starts_with("pub(") || line.starts_with("struct ") || line.starts_with("enum ") {
            derived = false;
        }
    }
    errors
}

#[test]
fn every_public_error_shows_its_line_when_it_is_debugged() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut found, mut others, mut own) = (0, Vec::new(), 0);
    for file in sources::below(&root) {
        let name = sources::name(&root, &file);
        let library = name.starts_with("p21-") && name.contains("/src/");
        if !library {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        for error in errors(&source) {
            found += 1;
            if OWN.contains(&(name.as_str(), error.as_str())) {
                own += 1;
                continue;
            }
            let shown = [format!("{MACRO}{error})"), format!("{MACRO}impl<S> {error}<S>)")];
            if !shown.iter().any(|call| source.contains(call)) {
                others.push(format!("{name}: {error}"));
            }
        }
    }
    assert!(found > 25, "{found} errors");
    assert_eq!(own, OWN.len(), "an exception that there is no error for");
    assert!(others.is_empty(), "`Debug` of these isn't their line; see `debug_is_its_line!`: {others:#?}");
}
