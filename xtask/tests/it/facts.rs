//! What P21 does belongs to the rules: names of services and datawindows, codes of labels and numbers of builds stand in
//! Rust where a file is about one service, or where a table says why, and nowhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::Visit;

use crate::sources;

/// Sources that know a service or a code, and why.
const KNOWN: &[(&str, &str)] = &[
    ("p21-sandbox/src/behaviour/", "what no rule can say, a file a service"),
    ("p21-sandbox/src/serve/report/", "what a report prints, a file a report"),
    ("p21-sandbox/src/facts/sketches.rs", "the list of sketches that are inside"),
    ("p21-sandbox/src/serve/doors.rs", "the examples that it prints for somebody to try"),
    ("p21-client/src/api/stored_procedure.rs", "a typed call of one service"),
    ("p21-model/src/check/elsewhere.rs", "generated from the rules"),
    ("p21-model/src/facts/shared.rs", "generated from the rules"),
    ("cargo-p21/src/doctor.rs", "services that every installation has, looked for first"),
];

/// Names that are words of their own as well.
const WORDS: [&str; 4] = ["Item", "Order", "Labor", "Task"];

const CRATES: [&str; 8] = [
    "cargo-p21",
    "p21-batch",
    "p21-client",
    "p21-codegen",
    "p21-definitions",
    "p21-macros",
    "p21-model",
    "p21-sandbox",
];

/// What only definitions and rules know.
#[derive(Default)]
struct Facts {
    names: BTreeSet<String>,
    codes: BTreeSet<String>,
}

impl Facts {
    fn read(root: &Path) -> Self {
        let mut facts = Self::default();
        let folders = ["definitions/25.2", "definitions/26.1", "definitions/rules", "p21-sandbox/sketches"];
        for folder in folders.map(|folder| root.join(folder)) {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let Some(kind @ ("json" | "toml")) = path.extension().and_then(|kind| kind.to_str()) else { continue };
                let stem = path.file_stem().unwrap().to_str().unwrap();
                if stem == "manifest" {
                    continue;
                }
                if stem != "any" {
                    facts.names.insert(stem.to_owned());
                }
                let text = std::fs::read_to_string(&path).unwrap();
                match kind {
                    "json" => facts.datawindows(&serde_json::from_str(&text).unwrap()),
                    _ => facts.labels(&toml::from_str(&text).unwrap()),
                }
            }
        }
        facts
    }

    fn datawindows(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) if is_datawindow(text) => _ = self.names.insert(text.clone()),
            serde_json::Value::Array(all) => all.iter().for_each(|value| self.datawindows(value)),
            serde_json::Value::Object(all) => all.values().for_each(|value| self.datawindows(value)),
            _ => {}
        }
    }

    fn labels(&mut self, rules: &toml::Table) {
        let Some(codes) = rules.get("codes").and_then(toml::Value::as_array) else { return };
        let values = codes.iter().filter_map(|rule| rule.get("values")?.as_table()).flat_map(toml::Table::values);
        for code in values {
            let all = code.as_array().map_or(std::slice::from_ref(code), Vec::as_slice);
            // Shorter ones are words and counts, too.
            let long = all.iter().filter_map(toml::Value::as_str).filter(|code| code.len() > 2);
            self.codes.extend(long.map(str::to_owned));
        }
    }

    fn is_one(&self, text: &str) -> bool {
        self.codes.contains(text)
            || is_build(text)
            || is_datawindow(text)
            || (self.names.contains(text) && !WORDS.contains(&text))
    }
}

/// `TABPAGE_1.order`.
fn is_datawindow(text: &str) -> bool {
    let is_of = |part: &str, case: fn(&char) -> bool| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '_' || case(&c))
    };
    text.split_once('.').is_some_and(|(tab, name)| {
        is_of(tab, char::is_ascii_uppercase)
            && is_of(name, char::is_ascii_lowercase)
            && tab.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

/// `26.1.5940`, or with one more number.
fn is_build(text: &str) -> bool {
    let numbers: Vec<Option<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
    matches!(numbers[..], [Some(20..40), Some(1..=2), Some(1_000..), ..])
}

/// The literals of a source that are facts, tests and documentation apart.
struct Literals<'a> {
    facts: &'a Facts,
    found: BTreeSet<String>,
}

impl Literals<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.literal(&text);
                    }
                }
                _ => {}
            }
        }
    }

    fn literal(&mut self, literal: &syn::LitStr) {
        let text = literal.value();
        if self.facts.is_one(&text) {
            self.found.insert(text);
        }
    }
}

fn is_of_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.to_token_stream().to_string().contains("test")
            || attribute.path().is_ident("test")
    })
}

impl<'a> Visit<'a> for Literals<'_> {
    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        if !is_of_tests(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if !attribute.path().is_ident("doc") {
            syn::visit::visit_attribute(self, attribute);
        }
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_lit_str(&mut self, literal: &'a syn::LitStr) {
        self.literal(literal);
    }
}

#[test]
fn facts_of_services_stand_in_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let facts = Facts::read(&root);
    assert!(facts.names.len() > 250 && facts.codes.len() > 10, "{} {}", facts.names.len(), facts.codes.len());
    let mut unknown = BTreeMap::new();
    let mut needed = BTreeSet::new();
    for source in CRATES.iter().flat_map(|name| sources::below(&root.join(name).join("src"))) {
        let name = sources::name(&root, &source);
        let text = std::fs::read_to_string(&source).unwrap();
        if name.ends_with("/tests.rs") || name.contains("/tests/") {
            continue;
        }
        let mut literals = Literals { facts: &facts, found: BTreeSet::new() };
        literals.visit_file(&syn::parse_file(&text).unwrap());
        if literals.found.is_empty() {
            continue;
        }
        match KNOWN.iter().find(|(known, _)| name.starts_with(known)) {
            Some((known, _)) => _ = needed.insert(*known),
            None => _ = unknown.insert(name, literals.found),
        }
    }
    assert!(unknown.is_empty(), "these belong into definitions/rules, or need a reason here: {unknown:#?}");
    let unneeded: Vec<_> = KNOWN.iter().filter(|(known, _)| !needed.contains(known)).collect();
    assert!(unneeded.is_empty(), "these know nothing any more: {unneeded:?}");
}
