//! What rules say is enforced for any service, one that nobody has heard of included.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::PoolSettings;
use serde_json::Value;
use support::*;

const HEADER: &str = "FORM.form";
const VISITS: &str = "VISITS.visits";

const DEFINITION: &str = r#"{"Name": "Tour", "TransactionDefinition": {
    "KeyDefinitions": [{"Location": "form", "Name": "tour_id"}],
    "DataElementDefinitions": [
        {"Name": "FORM.form", "Type": "Form", "KeyFields": ["tour_id"], "FieldDefinitions": [
            {"Name": "tour_id", "DataType": "Char", "DbColumnName": "tour.tour_id", "Required": true},
            {"Name": "motto", "DataType": "Char", "DbColumnName": "tour.motto"},
            {"Name": "announce", "DataType": "Char", "DbColumnName": "tour.announce", "ValidValues": ["ON", "OFF"]}]},
        {"Name": "VISITS.visits", "Type": "List", "KeyFields": ["place"], "FieldDefinitions": [
            {"Name": "place", "DataType": "Char", "DbColumnName": "visit.place", "Required": true},
            {"Name": "day", "DataType": "Datetime", "DbColumnName": "visit.day"},
            {"Name": "rank", "DataType": "Long", "DbColumnName": "visit.rank", "ValidValues": ["Main", "Other"]},
            {"Name": "row_status_flag", "DataType": "Long", "DbColumnName": "visit.row_status_flag",
             "ValidValues": ["Active", "Delete"]}]}]}}"#;

const RULES: &str = r#"
service = "Tour"

[[length]]
element = "FORM.form"
fields = ["motto"]
max = 5
consequence = "P21 refuses more."
evidence = "inferred"

[[prompt]]
element = "FORM.form"
field = "announce"
value = "ON"
consequence = "A dialog opens."
evidence = "inferred"

[[ascending]]
element = "VISITS.visits"
field = "day"
message = "{label} {field} goes back"
consequence = "P21 refuses it."
evidence = "inferred"

[[primary]]
element = "VISITS.visits"
field = "rank"
value = "Main"
message = "A tour has a main place."
consequence = "P21 refuses it."
evidence = "inferred"

[[codes]]
element = "VISITS.visits"
field = "rank"
values = { Main = "7", Other = "8" }
consequence = "The database holds the number."
evidence = "inferred"

[[one_insert]]
element = "VISITS.visits"
message = "Somebody else was here."
consequence = "They collide."
evidence = "inferred"
"#;

async fn tours(change: impl FnOnce(&mut PoolSettings)) -> P21 {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let any = concat!(env!("CARGO_MANIFEST_DIR"), "/../definitions/rules/any.toml");
    std::fs::copy(any, rules.join("any.toml")).unwrap();
    std::fs::write(folder.path().join("Tour.json"), DEFINITION).unwrap();
    std::fs::write(rules.join("Tour.toml"), RULES).unwrap();
    p21_with(|builder| builder.definitions(folder.path()).configure(|config| change(&mut config.pool))).await
}

fn header(with: &[(&str, &str)]) -> Value {
    let mut edits = vec![("tour_id", "T1")];
    edits.extend(with);
    element(HEADER, &[], &[&edits])
}

fn visits(rows: &[&[(&str, &str)]]) -> Value {
    element(VISITS, &[], rows)
}

const MAIN: [(&str, &str); 3] = [("place", "A"), ("day", "2026-04-02"), ("rank", "Main")];

async fn places(p21: &P21) -> Vec<String> {
    column(&p21.read("Tour", HEADER, &[("tour_id", "T1")]).await, VISITS, "place")
}

#[tokio::test]
async fn texts_have_their_length() {
    let p21 = tours(|_| {}).await;
    let messages = p21.fails(&set("Tour", [vec![header(&[("motto", "ÄÖÜäöü")])]])).await;
    assert_eq!(messages, ["Transaction 1:: Invalid motto value: ÄÖÜäöü"]);
    p21.passes(&set("Tour", [vec![header(&[("motto", "ÄÖÜäö")])]])).await;
}

#[tokio::test]
async fn dates_ascend_over_stored_rows_too() {
    let p21 = tours(|_| {}).await;
    p21.passes(&set("Tour", [vec![header(&[]), visits(&[&MAIN])]])).await;
    for day in ["2026-04-01", "2026-04-02"] {
        let later = visits(&[&[("place", "B"), ("day", day)]]);
        assert_eq!(p21.fails(&set("Tour", [vec![header(&[]), later]])).await, ["Transaction 1:: day day goes back"]);
    }
    p21.passes(&set("Tour", [vec![header(&[]), visits(&[&[("place", "B"), ("day", "2026-04-03")]])]])).await;
    assert_eq!(places(&p21).await, ["A", "B"]);
}

#[tokio::test]
async fn a_list_keeps_its_primary_row() {
    let p21 = tours(|_| {}).await;
    let none = visits(&[&[("place", "A"), ("rank", "Other")]]);
    assert_eq!(p21.fails(&set("Tour", [vec![header(&[]), none]])).await, ["Transaction 1:: A tour has a main place."]);
    p21.passes(&set("Tour", [vec![header(&[]), visits(&[&MAIN])]])).await;
    for gone in [("rank", "Other"), ("row_status_flag", "Delete")] {
        let change = set("Tour", [vec![header(&[]), visits(&[&[("place", "A"), gone]])]]);
        assert_eq!(p21.fails(&change).await, ["Transaction 1:: A tour has a main place."], "{gone:?}");
    }
    let moved = visits(&[&[("place", "A"), ("rank", "Other")], &[("place", "B"), ("rank", "Main")]]);
    p21.passes(&set("Tour", [vec![header(&[]), moved]])).await;
}

#[tokio::test]
async fn one_new_row_a_record_and_request() {
    let p21 = tours(|_| {}).await;
    p21.passes(&set("Tour", [vec![header(&[]), visits(&[&MAIN])]])).await;
    let add = |place| vec![header(&[]), visits(&[&[("place", place)]])];
    let answer = p21.transact(&set("Tour", [add("B"), add("C")])).await;
    assert_eq!((summary(&answer), &messages(&answer)[1][..]), ((1, 1), "Transaction 2:: Somebody else was here."));
    // What was refused has not added anything, so it is in nobody's way.
    let bad = vec![header(&[("motto", "far too long")]), visits(&[&[("place", "D")]])];
    assert_eq!(summary(&p21.transact(&set("Tour", [bad, add("C")])).await), (1, 1));
    assert_eq!(places(&p21).await, ["A", "B", "C"]);
}

#[tokio::test]
async fn a_value_that_opens_a_dialog_spoils_the_session() {
    let p21 = tours(|pool| {
        pool.size = 1;
        pool.stored_anyway = 0.0;
    })
    .await;
    p21.passes(&set("Tour", [vec![header(&[("announce", "OFF")])]])).await;
    let mut codes = set("Tour", [vec![header(&[("announce", "Y")])]]);
    codes["UseCodeValues"] = true.into();
    p21.passes(&codes).await;
    let messages = p21.fails(&set("Tour", [vec![header(&[])]])).await;
    assert_eq!(messages, ["Transaction 1:: Unexpected response window encountered"], "its title is not known");
    p21.passes(&set("Tour", [vec![header(&[])]])).await;
}
