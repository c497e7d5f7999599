//! What a value names has to be there, because a rule says so: a site that has switched the rule off may say anything.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::path::Path;

use p21_model::rules::Rules;
use serde_json::Value;

use crate::support::*;

fn order_of(item: &str) -> Value {
    let line = list(ITEMS, &[], &[&[("oe_order_item_id", item), ("unit_quantity", "5"), ("unit_price", "1")]]);
    set("Order", [vec![order_header(), line]])
}

/// A sandbox that serves orders alone, with rules of the site on top.
async fn with_rules(rules: &str) -> (tempfile::TempDir, P21) {
    let folder = tempfile::tempdir().unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions/25.2/Order.json");
    std::fs::create_dir_all(folder.path().join("25.2")).unwrap();
    std::fs::copy(own, folder.path().join("25.2/Order.json")).unwrap();
    std::fs::create_dir_all(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/Order.toml"), rules).unwrap();
    let p21 = p21_with(|builder| builder.definitions(folder.path())).await;
    (folder, p21)
}

#[tokio::test]
async fn without_its_rule_a_value_may_name_what_is_not_there() {
    let (_folder, p21) = with_rules("service = \"Order\"\n").await;
    let answer = p21.transact(&order_of("NO-SUCH-ITEM")).await;
    let refused = "Transaction 1:: item ID does not exist at your source location.";
    assert_eq!(answer["Messages"], serde_json::json!([refused]));
    p21.passes(&order_of("WIDGET-001")).await;

    let off =
        "service = \"Order\"\n[[reference]]\nelement = \"items\"\nfields = [\"oe_order_item_id\"]\noff = \"tried\"\n";
    let (_folder, p21) = with_rules(off).await;
    p21.passes(&order_of("NO-SUCH-ITEM")).await;
}

/// Each table that a rule refers to is one that the sandbox knows, so that no reference refuses everything.
#[test]
fn every_table_that_rules_refer_to_is_known() {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = ["src/facts/seed.toml", "src/facts/known.toml", "sketches/PutawayZone.json"]
        .map(|file| std::fs::read_to_string(facts.join(file)).unwrap());
    let mut tables = 0;
    for entry in std::fs::read_dir(facts.join("../definitions/rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let rules = Rules::load(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap()).unwrap();
        for table in rules.reference.iter().flat_map(|located| &located.rule.tables) {
            tables += 1;
            let is_known = known
                .iter()
                .any(|text| text.contains(&format!("name = \"{table}\"")) || text.contains(&format!("\"{table}.")));
            assert!(is_known, "{}: {table}", path.display());
        }
    }
    assert!(tables > 8, "{tables}");
}
