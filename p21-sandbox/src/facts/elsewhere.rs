//! Services that P21 has and nobody has given the sandbox a definition of.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Deserialize;

/// The file, as it was when the sandbox was built.
const NAMES: &str = include_str!("elsewhere.toml");

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    services: BTreeSet<String>,
    windowless: BTreeSet<String>,
}

fn known() -> &'static File {
    static KNOWN: OnceLock<File> = OnceLock::new();
    // That the file can be read is tested.
    KNOWN.get_or_init(|| toml::from_str(NAMES).unwrap_or_default())
}

/// Whether P21 has, or may have, a service of that name.
pub(crate) fn may_exist(name: &str) -> bool {
    name.starts_with("m_") || known().services.contains(name)
}

/// Whether opening the service's window is a 500.
pub(crate) fn opens_no_window(name: &str) -> bool {
    known().windowless.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_letter_and_case() {
        let file: File = toml::from_str(NAMES).unwrap();
        assert!(file.services.len() > 60 && file.services.iter().all(|name| name.is_ascii()));
        assert!(may_exist("ItemNotepad") && may_exist("CompletedProducitonOrderAdjustment"));
        assert!(may_exist("m_invoices"));
        assert!(!may_exist("itemnotepad") && !may_exist("CompletedProductionOrderAdjustment") && !may_exist(""));
    }
}
