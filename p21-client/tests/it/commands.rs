//! Window commands: facts sheet `transaction-api`, section 11.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use crate::support;

use p21_client::Error;
use p21_model::commands::{Commands, Step};
use serde_json::{Value, json};
use support::contract::{CONTRACT_NO, Contract, Header, PRICE};
use support::{Server, empty, json as reply};

const PATH: &str = "/uiserver0/api/v2/commands";

fn note() -> Commands {
    Commands::of("ItemNotepad")
        .set_named("tp_1_dw_1", "topic", "Fragile")
        .select_row_named("TABPAGE_17.tp_17_dw_dragdrop", 2)
        .run_tool("cb_select", 2)
        .save()
}

fn result(status: i64, events: &[&str], messages: Value) -> Value {
    let events: Vec<Value> = events.iter().map(|name| json!({"Name": name})).collect();
    json!({"Result": {"WindowId": "w", "Status": status, "Events": events, "Messages": messages}, "Data": null})
}

async fn answering(results: Vec<Value>) -> Server {
    let answer = json!({"Status": 1, "Results": results}).to_string();
    Server::start(move |request| (request.path == PATH).then(|| reply(200, &answer))).await
}

#[tokio::test]
async fn transaction_api_57_the_notepad_sequence_is_saved() {
    let fine = || result(1, &[], json!([]));
    let saved = result(1, &["dwcontentchanged", "savesucceeded"], json!(null));
    let server = answering(vec![fine(), fine(), fine(), fine(), saved, fine()]).await;
    let outcome = server.client().run_commands(&note()).await.unwrap();
    outcome.saved().unwrap();
    assert_eq!((outcome.steps.len(), &outcome.steps[0].step), (6, &Step::Open));
    assert_eq!(
        server.seen(PATH)[0].json(),
        json!({"Requests": [
            {"Action": 0, "DetailLevel": 0, "Args": {"ServiceName": "ItemNotepad"}},
            {"Action": 2, "DetailLevel": 0, "Args": {"List": [
                {"DatawindowName": "tp_1_dw_1", "FieldName": "topic", "Value": "Fragile"}]}},
            {"Action": 5, "DetailLevel": 0, "Args": {"DatawindowName": "tp_17_dw_dragdrop", "Row": 2}},
            {"Action": 9, "DetailLevel": 0, "Args": {"ToolName": "cb_select", "Row": 2}},
            {"Action": 6, "DetailLevel": 0},
            {"Action": 1, "DetailLevel": 0}]})
    );
}

#[tokio::test]
async fn transaction_api_57_nothing_at_all_is_a_clear_error() {
    for status in [204, 500, 200] {
        let server = Server::start(move |request| (request.path == PATH).then(|| empty(status))).await;
        let error = server.client().run_commands(&note()).await.unwrap_err();
        assert!(error.is_silent() && error.is_ambiguous() && !error.is_retryable(), "{status}: {error:?}");
        assert!(error.to_string().contains("voids the results of all steps"), "{error}");
        assert_eq!(server.count(PATH), 1);
    }
}

#[tokio::test]
async fn a_save_without_its_event_is_none() {
    let fine = || result(1, &[], json!([]));
    let area = json!([{"Text": "You must select at least one area where this note will display.", "Type": 2}]);
    let server = answering(vec![fine(), fine(), fine(), fine(), result(1, &[], area), fine()]).await;
    let error = server.client().run_commands(&note()).await.unwrap().saved().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the window was not saved as it was meant: the step `save` brought no event that it succeeded: You must select at least one \
         area where this note will display."
    );
    let disabled = result(2, &[], json!(["Column is disabled: topic"]));
    let server = answering(vec![fine(), disabled, fine(), fine(), result(2, &[], json!([])), fine()]).await;
    let error = server.client().run_commands(&note()).await.unwrap().saved().unwrap_err();
    assert_eq!(error.reason, "the step `set `tp_1_dw_1` `topic`` failed: Column is disabled: topic");
    let blocked = result(3, &["windowopened"], json!([]));
    let server = answering(vec![fine(), fine(), fine(), blocked, fine(), fine()]).await;
    let outcome = server.client().run_commands(&note()).await.unwrap();
    assert!(outcome.steps[3].failed() && outcome.steps[3].has_event("windowopened"));
    assert!(outcome.saved().unwrap_err().reason.contains("was blocked by a dialog"));
}

#[tokio::test]
async fn a_window_that_is_saved_without_a_refused_value_is_not_saved_as_it_was_meant() {
    let fine = || result(1, &[], json!([]));
    let refused = result(2, &[], json!([{"Type": 2, "Text": "Column is disabled: topic"}]));
    let saved = result(1, &["savesucceeded"], json!(null));
    let server = answering(vec![fine(), refused, fine(), fine(), saved, fine()]).await;
    let error = server.client().run_commands(&note()).await.unwrap().saved().unwrap_err();
    assert!(error.reason.contains("Column is disabled: topic"), "{error}");
}

#[tokio::test]
async fn typed_steps_name_datawindow_and_field() {
    let fine = || result(1, &[], json!([]));
    let server = answering(vec![fine(), fine(), fine(), fine(), fine()]).await;
    let commands = Commands::<Contract>::new().set(CONTRACT_NO, "J-1").select_row::<Header>(1).set(PRICE, 25);
    let outcome = server.client().run_commands(&commands).await.unwrap();
    assert_eq!(outcome.saved().unwrap_err().reason, "no step saves it");
    let sent = &server.seen(PATH)[0].json()["Requests"];
    assert_eq!(sent[0]["Args"]["ServiceName"], "JobContractPricing");
    assert_eq!(sent[3]["Args"]["List"][0], json!({"DatawindowName": "header", "FieldName": "price", "Value": "25"}));
}

#[tokio::test]
async fn steps_are_checked_before_they_are_sent_unless_they_are_told_not_to_be() {
    let fine = || result(1, &[], json!([]));
    let saved = || result(1, &["savesucceeded"], json!(null));
    let refused = async |server: &Server, error: Error, code: &str, path: &str| {
        let found: Vec<_> = error.findings().unwrap().iter().map(|found| (found.code.as_str(), &*found.path)).collect();
        assert_eq!(found, [(code, path)], "{error}");
        assert_eq!(server.count(PATH), 0, "nothing was sent");
    };
    // Without a definition: rows count from 1.
    let server = answering(vec![fine(), fine(), saved(), fine()]).await;
    let steps = Commands::of("ItemNotepad").select_row_named("tp_17_dw_dragdrop", 0).save();
    let error = server.client().run_commands(&steps).await.unwrap_err();
    refused(&server, error, "P21-102", "Requests[1].Args.Row").await;
    server.client().run_commands_unchecked(&steps).await.unwrap().saved().unwrap();
    // With the definition of the bindings, and with one that the client was given.
    let unknown = "Requests[1].Args.List[0].FieldName";
    let server = answering(vec![fine(), fine(), saved(), fine()]).await;
    let steps = Commands::<Contract>::new().set_named("header", "prize", "25").save();
    let error = server.client().run_commands(&steps).await.unwrap_err();
    refused(&server, error, "P21-003", unknown).await;
    let steps = Commands::of("JobContractPricing").set_named("header", "prize", "25").save();
    let knowing = server.builder().service::<Contract>().build().unwrap();
    refused(&server, knowing.run_commands(&steps).await.unwrap_err(), "P21-003", unknown).await;
    knowing.run_commands_unchecked(&steps).await.unwrap().saved().unwrap();
}

#[tokio::test]
async fn answers_that_match_no_steps_are_ambiguous() {
    let fine = || result(1, &[], json!([]));
    for results in [vec![], vec![fine()], vec![fine(); 7]] {
        let server = answering(results).await;
        let error = server.client().run_commands(&note()).await.unwrap_err();
        assert!(error.is_ambiguous() && error.decode_path() == Some("Results"), "{error:?}");
    }
    let refusal = r#"{"ErrorMessage":"Window <<w_x>> is not available or user does not have permission to open it"}"#;
    let server = Server::start(move |request| (request.path == PATH).then(|| reply(500, refusal))).await;
    let error = server.client().run_commands(&note()).await.unwrap_err();
    assert!(error.is_unavailable_service() && !error.is_ambiguous(), "{error:?}");
}
