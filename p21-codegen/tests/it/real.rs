//! The real definitions: the committed ones, and the captured ones where they are. Their bindings are generated once for all
//! tests: making them of all services takes two seconds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use p21_codegen::{Bindings, Builder};

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The folder of captured definitions. Without it a test skips that part, visibly; CI has it.
pub(crate) fn captured() -> Option<PathBuf> {
    let folder = repository().join("../shared/definitions");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs the captured definitions in ../shared/definitions");
    eprintln!("skipped: no captured definitions in ../shared/definitions");
    None
}

/// What generates the bindings that are committed.
pub(crate) fn builder() -> Builder {
    let definitions = repository().join("definitions");
    Builder::new().definitions(definitions.join("25.2")).rules(definitions.join("rules"))
}

/// The bindings that are committed.
pub(crate) fn committed() -> &'static Bindings {
    static COMMITTED: LazyLock<Bindings> = LazyLock::new(|| builder().generate().unwrap());
    &COMMITTED
}

/// The bindings of some of the services that are committed.
pub(crate) fn of(services: &[&str]) -> Arc<Bindings> {
    static MADE: Mutex<BTreeMap<Vec<String>, Arc<Bindings>>> = Mutex::new(BTreeMap::new());
    let key = services.iter().map(|service| (*service).to_owned()).collect();
    let make = || services.iter().fold(builder(), |builder, service| builder.service(*service)).generate().unwrap();
    Arc::clone(MADE.lock().unwrap().entry(key).or_insert_with(|| Arc::new(make())))
}

/// Bindings of everything real, each under a name.
pub(crate) fn all() -> Vec<(&'static str, &'static Bindings)> {
    static CAPTURED: OnceLock<Vec<(&str, Bindings)>> = OnceLock::new();
    let captured = CAPTURED.get_or_init(|| {
        let Some(folder) = captured() else { return Vec::new() };
        // With the rules that come with the generator, as of any server.
        let generated = |version| Builder::new().definitions(folder.join(version)).generate().unwrap();
        vec![("captured_25_2", generated("25.2")), ("captured_26_1", generated("26.1"))]
    });
    std::iter::once(("committed", committed())).chain(captured.iter().map(|(name, of)| (*name, of))).collect()
}
