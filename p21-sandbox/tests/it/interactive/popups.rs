//! Response windows: notes, and what is in the way until it is answered.

use p21_sandbox::{Fault, QueuedFault};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::driver::*;
use super::price_pages::PAGE;
use super::typing::{PO, purchase_order};
use crate::support::*;

const NOTES: &str = "TABPAGE_7.tp_7_dw_7";

/// A loaded purchase order with the notes' tab in front, in a session that hands out response windows or not.
async fn with_notes(p21: &P21, hands_out: bool) -> (Driven<'_>, String) {
    let number = purchase_order(p21).await;
    p21.session_with(json!({"ResponseWindowHandlingEnabled": hands_out, "SessionTimeout": 3600})).await;
    let order = p21.open("PurchaseOrder").await;
    order.types(PO, &[("po_no", &number)]).await;
    order.tab("TABPAGE_7").await.ok();
    (order, number)
}

/// Types a note into a popup and is done with it.
async fn note(popup: &Driven<'_>) -> Answer {
    for (field, value) in [("topic", "Call first"), ("note", "Before you ship")] {
        popup.changes(vec![item(None, "_dw_hdr", field, value)]).await.ok();
    }
    popup.press("cb_select_all").await.ok();
    popup.press("cb_ok").await
}

#[tokio::test]
async fn interactive_api_check_42_a_note_is_added_by_a_tool_in_a_window_without_tabs() {
    for (name, p21) in of_every_version().await {
        let (order, _) = with_notes(&p21, true).await;
        let popup = order.other(&order.press("cb_add").await.popup());
        let state = popup.state().await;
        assert_eq!(state.body["Definition"]["TabPageList"], json!([]), "{name}");
        assert_eq!(state.body["Definition"]["Name"], "w_notepad_response_lite");
        assert!(state.body["Definition"]["Datawindows"]["_dw_hdr"]["Fields"]["topic"].is_object());
        let tools = popup.tools().await;
        for tool in ["cb_select", "cb_select_all", "cb_deselect", "cb_deselect_all", "cb_ok", "cb_cancel", "Quick.Save"]
        {
            assert!(tools.iter().any(|known| known == tool), "{tool}: {tools:?}");
        }
    }
}

#[tokio::test]
async fn interactive_api_check_43_the_note_is_staged_with_its_number_and_stored_by_the_save() {
    for (name, p21) in of_every_version().await {
        let (order, number) = with_notes(&p21, true).await;
        let popup = order.other(&order.press("cb_add").await.popup());
        let closed = note(&popup).await.ok();
        assert_eq!(closed.events("close"), [("is_response".to_owned(), "true".to_owned())]);
        let staged = order.rows("tp_7_dw_7").await;
        assert_eq!((staged.len(), staged[0]["topic"].as_str()), (1, "Call first"), "{name}");
        assert!(!staged[0]["note_id"].is_empty(), "{staged:?}");
        assert_eq!(p21.sandbox_rows("po_hdr_notepad").await, 0, "not before the save");
        let saved = order.save().await.ok();
        let told: Vec<String> = saved.events("savesucceeded").into_iter().map(|(_, value)| value).collect();
        assert_eq!(told, ["tp_1_dw_1"], "of the note nothing is said");
        order.close().await.ok();
        let order = p21.open("PurchaseOrder").await;
        order.types(PO, &[("po_no", &number)]).await;
        order.tab("TABPAGE_7").await.ok();
        assert_eq!(order.rows("tp_7_dw_7").await[0]["note_id"], staged[0]["note_id"]);
        let read = p21.read("PurchaseOrder", PO, &[("po_no", &number)]).await;
        assert_eq!(column(&read, NOTES, "topic"), ["Call first"]);
    }
}

#[tokio::test]
async fn interactive_api_check_44_a_session_that_is_not_asked_fails_on_a_notepad() {
    for (_, p21) in of_every_version().await {
        let (order, _) = with_notes(&p21, false).await;
        let text = "Unexpected response window: Notepad Entry Window. Window class: w_notepad_response_lite";
        order.press("cb_add").await.refused(400, text);
        order.change(PO, "external_po_no", "X").await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_45_a_popup_is_in_the_way_until_it_is_answered() {
    for (_, p21) in of_every_version().await {
        let (order, _) = with_notes(&p21, true).await;
        let popup = order.other(&order.press("cb_add").await.popup());
        for _ in 0..2 {
            let refused = order.change(PO, "external_po_no", "X").await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST);
            let start = format!("Unable to process request on window {} since response window {}", order.id, popup.id);
            assert!(refused.error().starts_with(&start), "{refused:?}");
            assert!(refused.error().contains("blocks it: w_notepad_response_lite (Notepad Entry Window)"));
            assert_eq!(refused.body["ErrorType"], "P21.UI.Common.UiServerUserErrorException");
        }
        assert_eq!(order.save().await.status, StatusCode::BAD_REQUEST);
        popup.press("cb_cancel").await.ok();
        order.change(PO, "external_po_no", "X").await.ok();
        assert_eq!(order.value("tp_1_dw_1", "external_po_no").await, "X");
        assert_eq!(popup.state().await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn interactive_api_check_46_a_popup_has_no_tabs() {
    for (_, p21) in of_every_version().await {
        let (order, _) = with_notes(&p21, true).await;
        let popup = order.other(&order.press("cb_add").await.popup());
        let refused = popup.changes(vec![item(Some("FORM"), "_dw_hdr", "topic", "X")]).await;
        refused.refused(500, "Tab with name FORM does not exist");
        popup.changes(vec![item(None, "_dw_hdr", "topic", "X")]).await.ok();
    }
}

#[tokio::test]
async fn interactive_api_check_47_a_tool_by_another_members_name_does_nothing() {
    for (_, p21) in of_every_version().await {
        let (order, _) = with_notes(&p21, true).await;
        let popup = order.other(&order.press("cb_add").await.popup());
        let nothing = popup.send("POST", "/tools", json!({"Name": "cb_cancel"})).await;
        assert_eq!((nothing.status, nothing.result(), &nothing.body["Messages"]), (StatusCode::OK, 2, &json!([])));
        assert_eq!(popup.state().await.status, StatusCode::OK, "it is still open");
        assert!(popup.press("cb_cancel").await.ok().has_event("close"));
    }
}

#[tokio::test]
async fn interactive_api_check_48_the_tool_of_lines_files_a_note_on_the_line() {
    for (name, p21) in of_every_version().await {
        let (order, number) = with_notes(&p21, true).await;
        order.tab("TABPAGE_21").await.ok();
        let popup = order.other(&order.press("cb_add_line").await.popup());
        note(&popup).await.ok();
        order.save().await.ok();
        assert_eq!(p21.sandbox_rows("po_hdr_notepad").await, 0, "{name}");
        let read = p21.read("PurchaseOrder", PO, &[("po_no", &number)]).await;
        assert_eq!(column(&read, "TABPAGE_21.tp_21_dw_21", "topic"), ["Call first"]);
        assert_eq!(p21.sandbox_rows("po_line_notepad").await, 1);
    }
}

#[tokio::test]
async fn a_note_without_areas_is_not_done_and_an_unsaved_order_takes_none() {
    let p21 = current().await;
    let (order, _) = with_notes(&p21, true).await;
    let popup = order.other(&order.press("cb_add").await.popup());
    popup.changes(vec![item(None, "_dw_hdr", "topic", "X")]).await.ok();
    assert_eq!(popup.press("cb_ok").await.result(), 2);
    popup.press("cb_select_all").await.ok();
    popup.press("cb_ok").await.ok();
    let fresh = p21.open("PurchaseOrder").await;
    fresh.tab("TABPAGE_7").await.ok();
    let refused = fresh.press("cb_add").await;
    assert_eq!((refused.status, refused.marks), (StatusCode::BAD_REQUEST, vec!["own words".to_owned()]));
}

#[tokio::test]
async fn faults_reach_windows() {
    let p21 = current().await;
    p21.session().await;
    let page = p21.open("SalesPricePage").await;
    // A window that nobody expected.
    p21.sandbox.queue_fault(QueuedFault::next(Fault::Popup).path("/v2/change"));
    page.change("FORM.form", "price_page_type_cd", "Supplier").await.ok();
    let refused = page.change("FORM.form", "company_id", "ACME").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let id =
        refused.error().split_whitespace().find(|word| super::sessions::uuid_like(word) && *word != page.id).unwrap();
    let popup = page.other(id);
    popup.press("cb_1").await.ok();
    page.types("FORM.form", &PAGE).await;
    // An empty 500, and the page is stored.
    let before = p21.sandbox_rows("price_page").await;
    p21.sandbox.queue_fault(QueuedFault::next("commit-empty500".parse().unwrap()).path("/v2/data").method("PUT"));
    page.save().await.lost();
    assert_eq!(p21.sandbox_rows("price_page").await, before + 1);
    // A session that is gone in the middle.
    p21.sandbox.queue_fault(QueuedFault::next("session-lost".parse().unwrap()).path("/v2/tab"));
    assert_eq!(page.tab("VALUES").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(p21.sessions().await, 0);
    let gone: Value = page.data().await.body;
    assert_eq!(gone["error"], "Session not found or expired");
}
