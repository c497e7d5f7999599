//! Window commands: notes of items, which transactions can't write.

use p21_services::client::Client;
use p21_services::model::commands::{Commands, CommandsOutcome, StepOutcome};
use p21_services::model::payload::{KeyValue, TransactionState, TransactionStateRequest};

use super::{both_versions, client, more_definitions, sandbox};

const NOTE: &str = "TABPAGE_1.tp_1_dw_1";
const AREAS: &str = "TABPAGE_17.tp_17_dw_17";

fn note() -> Commands {
    Commands::of("ItemNotepad")
        .set_named("tp_1_dw_1", "inv_mast_item_id", "WIDGET-001")
        .set_named("tp_1_dw_1", "topic", "Handle with care")
        .set_named("tp_1_dw_1", "note", "It breaks.")
}

fn failed(outcome: &CommandsOutcome) -> bool {
    outcome.steps.iter().any(StepOutcome::failed)
}

/// A field of a stored note, row by row.
async fn stored(client: &Client, note_id: &str, element: &str, field: &str) -> Vec<String> {
    let key = KeyValue::new("note_id", note_id);
    let state = TransactionState::new(NOTE, [key]);
    let request = TransactionStateRequest::new("ItemNotepad", vec![state]);
    let record = client.get_raw(&request).await.unwrap().transactions.remove(0);
    let element = record.data_elements.iter().find(|of| of.name == element).unwrap();
    element
        .rows
        .iter()
        .filter_map(|row| row.value(field))
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_note_is_saved_by_commands() {
    let definitions = more_definitions();
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version).definitions(definitions.path())).await;
        let client = client(&sandbox);
        let steps = note().select_row_named("tp_17_dw_dragdrop", 2).run_tool("cb_select", 1).save();
        let outcome = client.run_commands(&steps).await.unwrap();
        outcome.saved().unwrap();
        assert!(!failed(&outcome), "{outcome:?}");
        assert_eq!(stored(&client, "501", NOTE, "topic").await, ["Handle with care"]);
        assert_eq!(stored(&client, "501", AREAS, "area").await, ["Purchase Order Entry"]);
    }
}

#[tokio::test]
async fn a_note_without_an_area_is_not_saved_and_the_outcome_says_why() {
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let client = client(&sandbox);
    let outcome = client.run_commands(&note().save()).await.unwrap();
    assert!(failed(&outcome));
    let problem = outcome.saved().unwrap_err().to_string();
    assert!(problem.contains("You must select at least one area where this note will display."), "{problem}");
    assert!(stored(&client, "501", NOTE, "topic").await.is_empty());
    let never = client.run_commands(&note().select_row_named("tp_17_dw_dragdrop", 2).run_tool("cb_select", 1)).await;
    assert!(never.unwrap().saved().is_err(), "nothing was told to save");
}

#[tokio::test]
async fn a_field_that_is_not_there_fails_its_own_step() {
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let steps = Commands::of("ItemNotepad").set_named("tp_1_dw_1", "no_such_field", "x").save();
    let outcome = client(&sandbox).run_commands(&steps).await.unwrap();
    let problem = outcome.saved().unwrap_err().to_string();
    assert!(failed(&outcome) && problem.contains("no_such_field"), "{problem}");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_an_error() {
    let sandbox = sandbox(|builder| builder).await;
    let error = match client(&sandbox).run_commands(&Commands::of("NoSuchService").save()).await {
        Err(error) => error.to_string(),
        Ok(outcome) => outcome.saved().unwrap_err().to_string(),
    };
    assert!(!error.is_empty());
}
