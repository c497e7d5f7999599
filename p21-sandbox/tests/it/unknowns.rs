//! What P21 does where nobody has seen it can be switched.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::{
    AbsentRecord, AsyncForm, BareKeys, EqualNumbers, FurtherKeys, ListRead, RefusalForm, ServerVersion, UnknownElement,
    Unknowns,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::*;

const GET: &str = "/api/v2/transaction/get";
const TRANSACTION: &str = "/api/v2/transaction";
const ASYNC: &str = "/api/v2/transaction/async";

async fn with(change: impl FnOnce(&mut Unknowns)) -> P21 {
    p21_with(|builder| builder.configure(|config| change(&mut config.unknowns))).await
}

fn state(element: &str, key: &str) -> Value {
    json!({"ServiceName": "Order", "TransactionStates": [
        {"DataElementName": element, "Keys": [{"Name": key, "Value": "1"}]}]})
}

impl P21 {
    async fn answer(&self, path: &str, body: &Value) -> (StatusCode, String) {
        text_of(self.post(path).json(body).send().await.unwrap()).await
    }
}

#[tokio::test]
async fn a_record_that_is_not_there_is_blank_or_refused() {
    let absent = state("TABPAGE_1.order", "order_no");
    let (status, text) = p21().await.answer(GET, &absent).await;
    assert!(status == 200 && text.contains("\"Transactions\":[{"), "{text}");
    let refuses = with(|unknowns| unknowns.absent_record = AbsentRecord::Refused).await;
    let (status, text) = refuses.answer(GET, &absent).await;
    assert!(status == 500 && text.contains("Enter a valid ID or leave ID blank."), "{text}");
}

/// The numbers that P21 gives a contract that is sent twice, the second time without its number, and then by it.
async fn contract_sent_again(p21: &P21) -> [String; 3] {
    let number = |echo: &Value| value(echo, CONTRACT, "job_no");
    let contract = || set("JobContractPricing", [vec![contract_header("JOB-77"), line(&FIXED)]]);
    let first = number(&p21.passes(&contract()).await);
    let again = number(&p21.passes(&contract()).await);
    let by_number = contract_key("JOB-77", &[("job_no", &first), ("end_date", "2028-01-31")]);
    let kept = number(&p21.passes(&set("JobContractPricing", [vec![by_number]])).await);
    [first, again, kept]
}

#[tokio::test]
async fn an_equal_contract_number_is_the_same_contract_or_a_renewal() {
    let [first, again, kept] = contract_sent_again(&p21().await).await;
    assert!(first == again && first == kept, "{first} {again} {kept}");
    let renews = with(|unknowns| unknowns.equal_numbers = EqualNumbers::Renewal).await;
    let [first, again, kept] = contract_sent_again(&renews).await;
    assert!(first != again && first == kept, "{first} {again} {kept}");
}

#[tokio::test]
async fn a_read_by_a_list_fails_in_one_way_or_another() {
    let of_list = state("TP_ITEMS.items", "oe_order_item_id");
    let (status, text) = p21().await.answer(GET, &of_list).await;
    assert!(status == 500 && text.contains("ErrorMessage"), "{text}");
    let silent = with(|unknowns| unknowns.list_read = ListRead::Silent).await;
    assert_eq!(silent.answer(GET, &of_list).await, (StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    let bad = with(|unknowns| unknowns.list_read = ListRead::BadRequest).await;
    let (status, text) = bad.answer(GET, &of_list).await;
    assert!(status == 400 && text.contains("ErrorMessage"), "{text}");
}

#[tokio::test]
async fn a_field_beside_the_key_of_a_read_counts_for_nothing_or_is_compared() {
    let found = async |p21: &P21, po_no: &str| {
        let order = p21
            .order(vec![order_header(), items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]])])
            .await;
        let read = p21.read("Order", "TABPAGE_1.order", &[("order_no", &order), ("po_no", po_no)]).await;
        value(&read, "TABPAGE_1.order", "order_no") == order
    };
    let stored = "PO-1";
    let ignores = p21().await;
    assert!(found(&ignores, stored).await && found(&ignores, "PO-OTHER").await);
    let compares = with(|unknowns| unknowns.further_keys = FurtherKeys::Compared).await;
    assert!(found(&compares, stored).await && !found(&compares, "PO-OTHER").await);
}

#[tokio::test]
async fn an_unknown_service_is_silence_or_a_bad_request_for_transactions_only() {
    let unknown = json!({"Name": "Nowhere", "Transactions": []});
    let silence = (StatusCode::INTERNAL_SERVER_ERROR, String::new());
    assert_eq!(p21().await.answer(TRANSACTION, &unknown).await, silence);
    let bad = with(|unknowns| unknowns.unknown_service = RefusalForm::BadRequest).await;
    for path in [TRANSACTION, ASYNC] {
        let (status, text) = bad.answer(path, &unknown).await;
        assert!(status == 400 && text.contains("Nowhere"), "{path}: {text}");
    }
    let read = json!({"ServiceName": "Nowhere", "TransactionStates": []});
    assert_eq!(bad.answer(GET, &read).await.0, 400);
    let definition = bad.get("/api/v2/definition/Nowhere").send().await.unwrap();
    assert_eq!(text_of(definition).await, silence, "this one is known");
}

fn order_with(more: Value) -> Value {
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    set("Order", [vec![order_header(), line, more]])
}

#[tokio::test]
async fn an_unknown_element_fails_or_is_ignored() {
    let sent = order_with(element("TP_NOWHERE.nowhere", &[], &[&[("a", "1")]]));
    let answer = p21().await.transact(&sent).await;
    assert_eq!(summary(&answer), (0, 1));
    let ignores = with(|unknowns| unknowns.unknown_element = UnknownElement::Ignored).await;
    let answer = ignores.transact(&sent).await;
    assert_eq!(summary(&answer), (1, 0), "{answer}");
    let order = value(&answer["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
    assert_eq!(column(&ignores.read_order(&order).await, ITEMS, "oe_order_item_id"), ["WIDGET-001"]);
    assert!(!answer.to_string().contains("TP_NOWHERE"), "it is not echoed");
}

#[tokio::test]
async fn keys_that_are_a_text_are_refused_or_count_for_nothing() {
    let mut sent = order_with(items(&[], &[&[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "2")]]));
    sent["Transactions"][0]["DataElements"][1]["Keys"] = json!("unit_quantity");
    let (status, text) = p21().await.answer(TRANSACTION, &sent).await;
    assert!(status == 400 && text.contains("Keys"), "{text}");
    let ignores = with(|unknowns| unknowns.bare_keys = BareKeys::Ignored).await;
    assert_eq!(summary(&ignores.transact(&sent).await), (1, 0));
    let mut objects = sent.clone();
    objects["Transactions"][0]["DataElements"][1]["Keys"] = json!([{"Name": "unit_quantity"}]);
    assert_eq!(ignores.answer(TRANSACTION, &objects).await.0, 400, "objects are known to be refused");
}

#[tokio::test]
async fn asynchronous_requests_have_either_form_in_either_version() {
    for (profile, form, status) in [
        (ServerVersion::v25_2(), AsyncForm::ByVersion, 202),
        (ServerVersion::v25_2(), AsyncForm::Numbers, 200),
        (ServerVersion::v26_1(), AsyncForm::ByVersion, 200),
        (ServerVersion::v26_1(), AsyncForm::Words, 202),
    ] {
        let p21 = p21_with(|builder| {
            builder.p21_version(profile.clone()).configure(|config| config.unknowns.async_form = form)
        })
        .await;
        let (answered, text) = p21.answer(ASYNC, &json!({"Name": "Order", "Transactions": []})).await;
        let receipt: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((answered.as_u16(), receipt["Status"].is_string()), (status, status == 202), "{profile:?} {form:?}");
    }
}
