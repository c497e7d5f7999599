//! Definitions that a server may give and nobody would write: names that mean something to Rust, to cargo or to file
//! systems, and texts that mean something to rustdoc.

use std::path::Path;

use p21_codegen::Builder;
use serde_json::{Value, json};

/// What would run in a browser if it got there.
pub(crate) const LIVE: &str = "<script>alert(1)</script>";

/// Names of everything: keywords, the prelude, primitive types, crates, tools, macros, cargo's files and features.
#[rustfmt::skip]
pub(crate) const NAMES: [&str; 119] = [
    "Self", "self", "super", "crate", "r#type", "type", "fn", "async", "dyn", "gen", "union", "macro_rules",
    "static", "_", "__", "raw", "safe", "auto", "default", "std", "core", "alloc", "proc_macro", "test", "p21",
    "p21_model", "p21_client", "model", "client", "serde", "syn", "lib", "main", "bin", "build", "mod", "full",
    "src", "target", "tests", "examples", "benches", "Cargo", "dep", "clippy", "rustfmt", "diagnostic",
    "rustdoc", "miri", "rustc", "derive", "doc", "allow", "cfg", "deny", "must_use", "deprecated", "i64", "u16",
    "bool", "str", "String", "Option", "Some", "None", "Result", "Ok", "Err", "Vec", "Box", "Into", "From",
    "Clone", "Copy", "Debug", "PartialEq", "Eq", "Send", "Drop", "Fn", "Default", "Iterator", "ToString",
    "drop", "clone", "eq", "ne", "hash", "cmp", "default_", "c1", "C1", "c_1", "Row", "Required", "Field",
    "Transaction", "TransactionSet", "Record", "Other", "Label", "Text", "schema", "con", "aux",
    "manifest", "any", "rules", "off", "bindings", "v1", "Lib", "Main", "Bin", "Model", "Full", "nul", "com1", "generated",
];

/// Texts that mean something to rustdoc, to comments or to terminals.
pub(crate) const TEXTS: [&str; 16] = [
    LIVE,
    "<img src=x onerror=alert(1)>",
    "</code></pre><script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "``<script>alert(1)</script>",
    "\\`<script>alert(1)</script>\\`",
    "[x](javascript:alert(1))",
    "[`Row`] [super::missing] [a][b]",
    "![x](https://example.com/x.png)",
    "<https://example.com> https://example.com",
    "*/ // /* ```rust\nfn main() { panic!() }\n```",
    "# Panics\n- a\n> b\n| a | b |\n|---|---|",
    "&lt;b&gt; &#60;script&#62;",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}",
    "\u{1b}[2J\u{7}\r\n\0",
    "#![allow(x)] #[cfg(x)] {}\"'\\",
];

fn fields(names: &[&str], texts: &[&str]) -> Vec<Value> {
    let named = names.iter().enumerate().map(|(at, name)| match at % 3 {
        0 => json!({"Name": name, "DataType": "Char", "Required": true, "ValidValues": NAMES[..12]}),
        1 => json!({"Name": name, "DataType": "Decimal", "Required": at % 2 == 0}),
        _ => json!({"Name": name, "DataType": "Char", "ValidValues": ["ON", "OFF", name]}),
    });
    let described = texts.iter().map(|text| {
        json!({"Name": text, "Label": text, "DataType": text, "DbColumnName": text, "Required": true,
            "ValidValues": texts})
    });
    // What only the documentation shows.
    let documented = texts.iter().enumerate().map(
        |(at, text)| json!({"Name": format!("documented_{at}"), "Label": text, "DataType": text, "DbColumnName": text}),
    );
    named.chain(described).chain(documented).collect()
}

fn element(name: &str, kind: &str, fields: Vec<Value>) -> Value {
    json!({"Name": name, "Type": kind, "ParentText": TEXTS[0], "BusinessObjectName": TEXTS[7], "KeyFields": TEXTS,
        "FieldDefinitions": fields})
}

/// Writes the services into a folder: one for every name that may be a service's, and one with everything in it.
pub(crate) fn write(folder: &Path) -> Builder {
    std::fs::create_dir_all(folder).unwrap();
    let mut modules = Vec::new();
    for name in NAMES.iter().filter(|name| p21_model::name::file_stem(name).is_ok()) {
        // Two names that would be one module are refused, which is another test.
        let module = p21_model::name::snake_case(name, "");
        if !modules.contains(&module) {
            modules.push(module);
            let small = element(&format!("X.{name}"), "Form", fields(&[name, "c1"], &[]));
            store(folder, name, vec![small]);
        }
    }
    let elements =
        NAMES.iter().chain(&TEXTS).map(|name| element(&format!("PAGE.{name}"), "List", fields(&["c1", name], &[])));
    store(folder, "Everything", elements.chain([element("ALL.names", "Form", fields(&NAMES, &TEXTS))]).collect());
    Builder::new().definitions(folder).version(p21_model::Version::new(25, 2))
}

fn store(folder: &Path, service: &str, elements: Vec<Value>) {
    let definition = json!({"Name": service, "TransactionDefinition": {"DataElementDefinitions": elements}});
    let stem = p21_model::name::file_stem(service).unwrap();
    std::fs::write(folder.join(format!("{stem}.json")), definition.to_string()).unwrap();
}
