//! What single services do. Tests bear the name of the facts sheet and the number of its check.
#![allow(clippy::unwrap_used)] // a test may fail loudly

mod adjustments;
mod contract_prices;
mod customers;
mod items;
mod lengths;
mod production_labor;
mod production_orders;
mod purchasing;
mod robustness;
mod sales_price_page;
mod shipping;
mod transaction_api;
mod versions;
mod vouchers;

use std::path::Path;

use crate::support::definitions::{copy, schema};
use crate::support::{self, P21, p21_with};
use p21_sandbox::{SandboxBuilder, ServedDefinitions};

/// A sandbox with the definitions for tests, the repository's own where there is no such, and the repository's rules.
async fn served() -> P21 {
    served_with(|builder| builder).await
}

async fn served_with(change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> P21 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.join("../definitions/25.2"), root.join("sketches")];
    from_folders(&folders.map(|folder| (folder, "25.2")), change).await
}

/// A sandbox with the files of some folders, each in a folder of its own in what is served.
async fn from_folders<F: AsRef<Path>>(
    folders: &[(F, &str)],
    change: impl FnOnce(SandboxBuilder) -> SandboxBuilder,
) -> P21 {
    let directory = tempfile::tempdir().unwrap();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions/rules");
    copy(&rules, &directory.path().join("rules"));
    for (folder, into) in folders {
        copy(folder.as_ref(), &directory.path().join(into));
    }
    let builder = change(p21_sandbox::Sandbox::builder().today(support::TODAY).definitions(directory.path()));
    p21_with(|_| builder).await
}

/// What the check says of a payload for a service of the repository: the codes of its findings.
fn codes(payload: &serde_json::Value, version: &str) -> Vec<&'static str> {
    let schema = schema(payload["Name"].as_str().unwrap(), version);
    let payload = serde_json::from_value(payload.clone()).unwrap();
    p21_model::check::check_payload(&schema, &payload).iter().map(|finding| finding.code.as_str()).collect()
}

/// Both versions.
const PROFILES: [&str; 2] = ["25.2", "26.1"];

#[test]
fn the_definitions_for_tests_fit_the_rules() {
    let directory = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&root.join("../definitions/rules"), &directory.path().join("rules"));
    copy(&root.join("sketches"), directory.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for profile in ["25.2", "26.1.5910.3", "26.1"] {
        let definitions = ServedDefinitions::load(directory.path(), profile.parse().unwrap()).unwrap();
        assert_eq!(definitions.misfits().unwrap(), [], "{profile}");
        let count = definitions.names().count();
        let profile = p21_sandbox::ServerVersion::parse(profile).unwrap();
        let started = p21_sandbox::Sandbox::builder().p21_version(profile).with_definitions(definitions);
        assert_eq!(runtime.block_on(started.start()).unwrap().service_count(), count);
    }
}
