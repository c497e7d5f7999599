//! Checks of the sheet on labor: time entry.

use std::path::Path;

use p21_sandbox::ServerVersion;
use serde_json::Value;

use super::{from_folders, served};
use crate::support::*;

const HEADER: &str = "TP_TECHNICIAN.tp_technician";
const GRID: &str = "TP_LABORRECORDING.prod_order_line_comp_labor";

fn technician_with(field: &str, value: &str) -> Value {
    let edits = [("company_id", "ACME"), ("technician_id", "1001"), ("entry_date", "2026-03-02")];
    let edits = edits.map(|(name, own)| (name, if name == field { value } else { own }));
    let edits: Vec<(&str, &str)> = edits.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    element(HEADER, &[], &[&edits])
}

fn technician() -> Value {
    technician_with("", "")
}

const WORK: [(&str, &str); 6] = [
    ("prod_order_number", "2001"),
    ("item_id", "WIDGET-001"),
    ("component_labor_id", "LAB-ASSEMBLE"),
    ("start_time", "2026-03-02T08:00:00"),
    ("end_time", "2026-03-02T12:00:00"),
    ("labor_type_cd", "Rate"),
];

fn work_with(field: &str, value: &str) -> Vec<(&'static str, String)> {
    WORK.iter().map(|(name, own)| (*name, if *name == field { value } else { own }.to_owned())).collect()
}

fn grid(rows: &[&[(&str, &str)]]) -> Value {
    element(GRID, &[], rows)
}

async fn fails(p21: &P21, header: Value, edits: &[(&str, &str)]) -> Vec<String> {
    p21.fails(&set("TimeEntry", [vec![header, grid(&[edits])]])).await
}

#[tokio::test]
async fn production_labor_check_1_what_time_entry_wants() {
    let p21 = p21().await;
    p21.passes(&set("TimeEntry", [vec![technician(), grid(&[&WORK])]])).await;
    let labels = [("company_id", "Company ID"), ("technician_id", "Technician ID"), ("entry_date", "Time Entry Date")];
    for (field, label) in labels {
        let messages = fails(&p21, technician_with(field, ""), &WORK).await;
        assert_eq!(
            messages,
            [format!("Transaction 1:: Required value missing for {label} (for Quick Time Entry) on row 1.")]
        );
    }
    let header = |field, value| set("TimeEntry", [vec![technician_with(field, value), grid(&[&WORK])]]);
    assert_eq!(p21.fails(&header("technician_id", "sandbox")).await, ["Transaction 1:: Invalid technician"]);
    let closed = p21.fails(&header("entry_date", "2019-12-15")).await;
    assert_eq!(closed, ["Transaction 1:: The accounting period is not open."]);
    p21.passes(&header("entry_date", "2020-01-01")).await;
    let row = async |field, value| {
        let edits = work_with(field, value);
        let edits: Vec<(&str, &str)> = edits.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fails(&p21, technician(), &edits).await
    };
    assert_eq!(row("labor_type_cd", "Direct").await, ["Transaction 1:: Invalid labor_type_cd value: Direct"]);
    assert_eq!(row("component_labor_id", "LAB-NONE").await, ["Transaction 1:: Invalid labor code"]);
    assert_eq!(row("prod_order_number", "2999").await, ["Transaction 1:: Production order not found"]);
    let without_type = fails(&p21, technician(), &WORK[..5]).await;
    assert_eq!(without_type, ["Transaction 1:: Required value missing for Labor Type (for Labor Recording) on row 1."]);
}

#[tokio::test]
async fn production_labor_check_1_any_other_order_leaves_later_fields_of_the_grid_shut() {
    let p21 = p21().await;
    let orders: [([usize; 5], &str); 4] = [
        ([1, 0, 2, 3, 4], "item_id"),
        ([0, 2, 1, 3, 4], "component_labor_id"),
        ([0, 1, 3, 2, 4], "start_time"),
        ([0, 1, 2, 4, 3], "end_time"),
    ];
    for (order, shut) in orders {
        let mut edits: Vec<(&str, &str)> = order.map(|index| WORK[index]).to_vec();
        edits.push(WORK[5]);
        let messages = fails(&p21, technician(), &edits).await;
        assert_eq!(messages, [format!("Transaction 1:: General Exception: Column is disabled: {shut}")]);
    }
    let service_labor: [(&str, &str); 5] = [WORK[0], ("service_labor_id", "LAB-TEST"), WORK[3], WORK[4], WORK[5]];
    p21.passes(&set("TimeEntry", [vec![technician(), grid(&[&service_labor])]])).await;
    let ends_first: [(&str, &str); 5] = [WORK[0], ("service_labor_id", "LAB-TEST"), WORK[4], WORK[3], WORK[5]];
    let messages = fails(&p21, technician(), &ends_first).await;
    assert_eq!(messages, ["Transaction 1:: General Exception: Column is disabled: end_time"]);
}

/// Two lines of one production order, as they are stored.
async fn two_lines(profile: &str) -> Vec<String> {
    let builds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions/builds");
    let folders = ["25.2", "26.1"].map(|version| (builds.join(version), version));
    let profile = ServerVersion::parse(profile).unwrap();
    let p21 = from_folders(&folders, |builder| builder.p21_version(profile)).await;
    let line = |number, kind| [("prod_order_number", "2001"), ("line_number", number), ("labor_type_cd", kind)];
    let payload = set("TimeEntry", [vec![technician(), grid(&[&line("1", "Rate"), &line("2", "OT Rate")])]]);
    p21.passes(&payload).await;
    let read = p21.read("TimeEntry", HEADER, &[("entry_date", "2026-03-02")]).await;
    column(&read, GRID, "labor_type_cd")
}

#[tokio::test]
async fn production_labor_check_2_lines_collapse_where_the_order_alone_is_the_key() {
    assert_eq!(two_lines("25.2").await, ["OT Rate"], "the last one wins, and it said Succeeded");
    assert_eq!(two_lines("26.1").await, ["Rate", "OT Rate"]);
}

#[tokio::test]
async fn production_labor_check_7_a_service_has_its_misspelt_name_and_no_other() {
    let p21 = served().await;
    let header = || vec![element("FORM.form", &[], &[&[("prod_order_number", "2001"), ("qty_completed", "1")]])];
    p21.passes(&set("CompletedProducitonOrderAdjustment", [header()])).await;
    let (status, text) = p21.send(&set("CompletedProductionOrderAdjustment", [header()])).await;
    assert_eq!((status.as_u16(), text.as_str()), (500, ""));
}
