//! Inventory adjustments, by the definition of 25.2.

use serde_json::Value;

use super::{PROFILES, codes, served_with};
use crate::support::*;
use p21_sandbox::ServerVersion;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const ITEMS: &str = "TABPAGE_17.tp_17_dw_17";
const LOTS: &str = "TABPAGE_LOT.lot";

/// A site's reasons: the list that was emptied for publication.
const REASONS: &str = r#"
[[field]]
service = "InventoryAdjustment"
element = "TABPAGE_1.tp_1_dw_1"
field = "reason_id"
values = ["Cycle Count", "Damaged"]
"#;

async fn site(version: &str) -> P21 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("site.toml");
    std::fs::write(&file, REASONS).unwrap();
    served_with(|builder| builder.p21_version(ServerVersion::parse(version).unwrap()).overlay(&file)).await
}

fn header(reason: &str) -> Value {
    element(HEADER, &[], &[&[("location_id", "100"), ("reason_id", reason)]])
}

fn item<'a>(item: &'a str, quantity: &'a str) -> [(&'a str, &'a str); 2] {
    [("item_id", item), ("unit_quantity", quantity)]
}

fn lot(lot: &str, item: &str, quantity: &str) -> Value {
    list(LOTS, &[], &[&[("lot_cd", lot), ("item_id", item), ("unit_quantity", quantity)]])
}

fn adjustment(elements: Vec<Value>) -> Value {
    set("InventoryAdjustment", [elements])
}

async fn on_hand(p21: &P21, item: &str) -> Value {
    p21.stock(item, "100").await["qty_on_hand"].clone()
}

#[tokio::test]
async fn transaction_api_section_15_7_an_adjustment_moves_stock_at_once() {
    for version in PROFILES {
        let p21 = site(version).await;
        assert_eq!(on_hand(&p21, "WIDGET-001").await, 500);
        let written_off = adjustment(vec![header("Cycle Count"), list(ITEMS, &[], &[&item("WIDGET-001", "-20")])]);
        assert!(codes(&written_off, version).is_empty(), "the documented payload");
        let echo = p21.passes(&written_off).await;
        let number = value(&echo, HEADER, "adjustment_number");
        assert!(!number.is_empty());
        assert_eq!(on_hand(&p21, "WIDGET-001").await, 480);
        let read = p21.read("InventoryAdjustment", HEADER, &[("adjustment_number", &number)]).await;
        assert_eq!(value(&read, HEADER, "reason_id"), "Cycle Count");
        assert_eq!(value(&read, ITEMS, "unit_of_measure"), "EA", "the item brings its unit");
        // The list declares no keys: two rows of one item are two movements.
        let twice = list(ITEMS, &[], &[&item("WIDGET-001", "5.5"), &item("WIDGET-001", "5.5")]);
        p21.passes(&adjustment(vec![header("Damaged"), twice])).await;
        assert_eq!(on_hand(&p21, "WIDGET-001").await, 491, "the quantities are differences");
        let code = p21.fails(&adjustment(vec![header("7"), list(ITEMS, &[], &[&item("WIDGET-001", "1")])])).await;
        assert_eq!(code, ["Transaction 1:: Invalid reason_id value: 7"], "the reason is its text");
        let nowhere = list(ITEMS, &[], &[&item("WIDGET-001", "1"), &item("OFFICE-PAPER", "1")]);
        let nowhere = p21.fails(&adjustment(vec![header("Damaged"), nowhere])).await;
        assert_eq!(nowhere, ["Transaction 1:: item ID does not exist at your source location."]);
        assert_eq!(on_hand(&p21, "WIDGET-001").await, 491, "a refused adjustment moves nothing");
        // Opened again it does not post again.
        let again = [("adjustment_number", number.as_str()), ("inv_adj_description", "Counted twice")];
        p21.passes(&adjustment(vec![element(HEADER, &["adjustment_number"], &[&again])])).await;
        assert_eq!(on_hand(&p21, "WIDGET-001").await, 491);
    }
}

#[tokio::test]
async fn transaction_api_section_7_lots_land_on_the_current_item() {
    for version in PROFILES {
        let p21 = site(version).await;
        let (first, second) = (item("WIDGET-001", "2"), item("WIDGET-001", "3"));
        let (lot_of_first, lot_of_second) = (lot("L-1", "WIDGET-001", "2"), lot("L-1", "WIDGET-001", "3"));
        let both = list(ITEMS, &[], &[&first, &second]);
        let wrong = adjustment(vec![header("Cycle Count"), both, lot_of_first.clone(), lot_of_second.clone()]);
        assert_eq!(codes(&wrong, version), ["P21-022", "P21-022"], "both lots come after two items");
        let (first, second) = (list(ITEMS, &[], &[&first]), list(ITEMS, &[], &[&second]));
        let right = adjustment(vec![header("Cycle Count"), first, lot_of_first, second, lot_of_second]);
        assert!(codes(&right, version).is_empty());
        let lots = async |payload: &Value| {
            let number = value(&p21.passes(payload).await, HEADER, "adjustment_number");
            let read = p21.read("InventoryAdjustment", HEADER, &[("adjustment_number", &number)]).await;
            assert_eq!(column(&read, ITEMS, "unit_quantity"), ["2", "3"]);
            column(&read, LOTS, "unit_quantity")
        };
        assert_eq!(lots(&right).await, ["2", "3"], "each item has its lot");
        assert_eq!(lots(&wrong).await, ["3"], "both land on the last item and fold there, the last one wins");
    }
}
