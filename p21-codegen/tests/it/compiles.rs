//! Generated code compiles without a warning: every golden case, the committed services, the captured ones.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use p21_codegen::{Bindings, Builder, CrateOptions, Source};

use crate::adversarial;
use crate::real::{self, repository};

/// A crate of modules, checked with the workspace's own dependencies.
struct Crate {
    folder: tempfile::TempDir,
    lib: String,
}

impl Crate {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [model, macros] = ["p21-model", "p21-macros"].map(|name| repository().join(name));
        // It has no tests, so that there is nothing but the library to check.
        let manifest = format!(
            "[package]\nname = \"generated-cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             p21-model = {{ path = {model:?} }}\np21-macros = {{ path = {macros:?} }}\n\
             adversarial = {{ path = \"adversarial\", default-features = false, features = [\"full\"] }}\n\n[workspace]\nmembers = [\"adversarial\"]\n",
        );
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let lock = repository().join("Cargo.lock");
        std::fs::copy(lock, folder.path().join("Cargo.lock")).unwrap();
        Self { folder, lib: "#![deny(warnings)]\n#![allow(dead_code)]\n".to_owned() }
    }

    fn add(&mut self, name: &str, bindings: &Bindings) {
        bindings.write_file(&self.folder.path().join(format!("src/{name}.rs"))).unwrap();
        writeln!(self.lib, "pub mod {name};").unwrap();
    }

    /// The crate that users generate, of definitions that nobody would write.
    fn add_adversarial(&self) {
        let folder = self.folder.path().join("adversarial");
        let bindings = adversarial::write(&self.folder.path().join("definitions")).generate().unwrap();
        let options = CrateOptions::new("adversarial", Source::Folder(repository()));
        bindings.write_crate(&folder, &options).unwrap();
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        // Here it is a member of this one's workspace.
        let manifest = manifest.replace("[workspace]\n", "[lints.rust]\nwarnings = \"deny\"\n");
        std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    }

    fn check(&self) {
        std::fs::write(self.folder.path().join("src/lib.rs"), &self.lib).unwrap();
        self.cargo(&["check", "--quiet"]);
    }

    /// The pages that rustdoc makes of the adversarial crate.
    fn documentation(&self) -> Vec<(PathBuf, String)> {
        self.cargo(&[
            "doc",
            "--quiet",
            "--no-deps",
            "--package",
            "adversarial",
            "--no-default-features",
            "--features",
            "full",
        ]);
        let mut pages = Vec::new();
        let root = target().join("doc/adversarial");
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            // What is re-exported there has the pages of its own crates, and nothing of any definition.
            if [root.join("derive"), root.join("prelude")].contains(&folder) {
                continue;
            }
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "html") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    pages.push((path, text));
                }
            }
        }
        pages
    }

    fn cargo(&self, arguments: &[&str]) {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_INCREMENTAL", "0")
            .env("RUSTDOCFLAGS", "-D warnings")
            .env("RUSTFLAGS", "-D warnings")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Where generated crates are compiled, also those of the command's tests: what they depend on is compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated")
}

/// A program with services whose names are also modules, features and crates: rows by hand and derived.
const PROGRAM: &str = r#"
mod program {
    use adversarial::{client_ as client, default_ as default, derive_ as derive, model_ as model, std_ as std};
    use p21_model::row::Element as _;

    #[derive(p21_macros::DataElement)]
    #[p21(model::model, edit, crate = adversarial)]
    struct Model {
        model: Option<model::model::Model>,
        c1: p21_model::value::Decimal,
    }

    #[derive(p21_macros::Transaction)]
    #[p21(model, crate = adversarial)]
    struct Models {
        model: Model,
    }

    pub fn rows() -> usize {
        use p21_model::derive::ToTransaction as _;
        let one = |c1: i64| Model { model: None, c1: c1.into() };
        let sent = Models { model: one(1) }.to_transaction().rows().len();
        let rows = client::Transaction::new().push(client::client::Row::edit().c1(1));
        let derived = derive::Transaction::new().push(derive::derive::Row::edit().c1(2));
        let defaults = default::Transaction::new().push(default::default::Row::edit().c1(3));
        let stds = std::Transaction::new().push(std::std::Row::edit().c1(4));
        sent + rows.rows().len() + derived.rows().len() + defaults.rows().len() + stds.rows().len()
    }
}
"#;

#[test]
fn every_golden_case_and_every_service_compiles_without_a_warning() {
    let mut cases = Crate::new();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for case in std::fs::read_dir(golden).unwrap() {
        let case = case.unwrap().path();
        let mut builder = Builder::new().definitions(case.join("25.2")).builtin_rules(false).strict(true);
        if case.join("rules").is_dir() {
            builder = builder.rules(case.join("rules"));
        }
        cases.add(&format!("case_{}", case.file_name().unwrap().to_string_lossy()), &builder.generate().unwrap());
    }
    let mut texts = BTreeSet::new();
    for (name, bindings) in real::all() {
        // What says the same compiles alike, and takes the most of the time.
        if texts.insert(bindings.to_file()) {
            cases.add(name, bindings);
        }
    }
    cases.add_adversarial();
    cases.lib += PROGRAM;
    cases.check();
    let pages = cases.documentation();
    assert!(pages.len() > 300, "{}", pages.len());
    for (path, text) in pages {
        for live in ["<script>alert", "<img src=x", "href=\"javascript:", "<b>", "example.com/x.png\""] {
            assert!(!text.contains(live), "{}: {live}", path.display());
        }
        assert!(!text.contains(adversarial::LIVE));
    }
}
