//! Checks of the sheet on differences between builds, as far as they are about transactions.

use std::path::Path;

use p21_sandbox::ServerVersion;
use serde_json::{Value, json};

use super::{from_folders, served_with};
use crate::support::*;

#[tokio::test]
async fn version_differences_check_8_a_status_other_than_new_by_build() {
    let builds = [
        ("25.2.5776.1", 500),
        ("26.1.5873.1", 500),
        ("26.1.5894.1", 500),
        ("26.1.5910.3", 500),
        ("26.1.5940.0", 400),
        ("26.1.5950.0", 400),
    ];
    for (build, wanted) in builds {
        let p21 = p21_with(|builder| builder.p21_version(ServerVersion::parse(build).unwrap())).await;
        let mut payload = set("Order", [vec![order_header()]]);
        payload["Transactions"][0]["Status"] = json!("Existing");
        let (status, text) = p21.send(&payload).await;
        assert_eq!(status.as_u16(), wanted, "{build}: {text}");
        let clue = if wanted == 500 { "NullReferenceException" } else { "Error converting value" };
        assert!(text.contains(clue), "{build}: {text}");
    }
}

#[tokio::test]
async fn version_differences_check_9_the_same_answer_whether_the_flag_writes_or_not() {
    for build in ["26.1.5910.3", "26.1.5950.0"] {
        let profile = ServerVersion::parse(build).unwrap();
        let p21 = served_with(|builder| builder.p21_version(profile)).await;
        p21.passes(&set("JobContractPricing", [vec![contract_header("C-1"), line(&SOURCE)]])).await;
        let key = || contract_key("C-1", &[("end_date", "2027-12-31")]);
        let select = || element(LINES, &["item_id"], &[&[("item_id", "WIDGET-002")]]);
        // Written: the bins and the commission of a contract.
        let bin = element("BINS.bins", &[], &[&[("contract_bin_id", "B-1"), ("max_qty", "5")]]);
        let cost = element("JOBPRICECOST.jobpricecost", &[], &[&[("commission_cost_value", "3")]]);
        let written = p21.transact(&ignoring(set("JobContractPricing", [vec![key(), select(), bin, cost]]))).await;
        // Not written: its breaks.
        let breaks = element(BREAKS, &[], &[&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "7")]]);
        let lost = p21.transact(&ignoring(set("JobContractPricing", [vec![key(), select(), breaks]]))).await;
        for answer in [&written, &lost] {
            assert_eq!(summary(answer), (1, 0), "{build}");
            assert_eq!(answer["Results"]["Transactions"][0]["Status"], "Passed");
        }
        let names = |answer: &serde_json::Value| element_names(&answer["Results"]["Transactions"][0]);
        assert_eq!(names(&written), [CONTRACT, LINES, "BINS.bins", "JOBPRICECOST.jobpricecost"]);
        assert_eq!(names(&lost), [CONTRACT], "only the echo tells");
        let read = p21.read_contract("C-1").await;
        assert_eq!(column(&read, "BINS.bins", "max_qty"), ["5"]);
        assert_eq!(value(&read, "JOBPRICECOST.jobpricecost", "commission_cost_value"), "3");
        assert_eq!(value(&read, BREAKS, "calculation_value1"), "");
    }
}

#[tokio::test]
async fn version_differences_check_13_the_keys_of_time_entry_are_those_of_the_build() {
    let builds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions/builds");
    let folders = ["25.2", "26.1"].map(|version| (builds.join(version), version));
    for (build, wanted) in
        [("25.2.5776.1", &["prod_order_number"][..]), ("26.1.5950.0", &["prod_order_number", "line_number"])]
    {
        let profile = ServerVersion::parse(build).unwrap();
        let p21 = from_folders(&folders, |builder| builder.p21_version(profile)).await;
        let definition: Value = p21.get("/api/v2/definition/TimeEntry").send().await.unwrap().json().await.unwrap();
        let grid = &definition["TransactionDefinition"]["DataElementDefinitions"][1];
        assert_eq!(grid["KeyFields"], json!(wanted), "{build}");
    }
}
