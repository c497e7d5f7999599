//! Prompts that are answered No. The check is that of the sheet `transaction-api`.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::{Prompt, PromptWhen};
use serde_json::Value;
use support::*;

async fn prompting(when: PromptWhen) -> P21 {
    let prompt = Prompt::new("Order", ITEMS, "unit_price", when);
    p21_with(|builder| builder.configure(|config| config.prompts.push(prompt))).await
}

fn lines(prices: &[(&str, &str)]) -> Value {
    let rows: Vec<Vec<(&str, &str)>> = prices
        .iter()
        .map(|(item, price)| {
            let mut edits = vec![("oe_order_item_id", *item), ("unit_quantity", "1")];
            edits.extend((!price.is_empty()).then_some(("unit_price", *price)));
            edits
        })
        .collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    items(&[], &rows)
}

const THREE: [(&str, &str); 3] = [("WIDGET-001", "5"), ("WIDGET-002", ""), ("COMPONENT-A", "7")];

#[tokio::test]
async fn transaction_api_check_60_a_prompt_answered_no_drops_its_line_and_says_nothing() {
    let p21 = prompting(PromptWhen::Missing).await;
    let answer = p21.transact(&set("Order", [vec![order_header(), lines(&THREE)]])).await;
    assert_eq!((summary(&answer), messages(&answer)), ((1, 0), vec!["Transaction 1:: ".to_owned()]));
    let order = value(&answer["Results"]["Transactions"][0], "TABPAGE_1.order", "order_no");
    let read = p21.read_order(&order).await;
    assert_eq!(column(&read, ITEMS, "oe_order_item_id"), ["WIDGET-001", "COMPONENT-A"]);
    assert_eq!(column(&read, ITEMS, "user_line_no"), ["001", "002"], "the dropped line takes no number");
}

#[tokio::test]
async fn transaction_api_check_60_without_the_prompt_the_line_is_there() {
    let p21 = p21().await;
    let order = p21.order(vec![order_header(), lines(&THREE)]).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "unit_price").len(), 3);
}

#[tokio::test]
async fn a_prompt_about_a_value_leaves_a_stored_line_as_it_was() {
    let p21 = prompting(PromptWhen::Is("0".to_owned())).await;
    let order = p21.order(vec![order_header(), lines(&[("WIDGET-001", "5")])]).await;
    let change = items(
        &["oe_order_item_id"],
        &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "9"), ("unit_price", "0")]],
    );
    p21.passes(&set("Order", [vec![order_key(&order), change]])).await;
    let read = p21.read_order(&order).await;
    assert_eq!(
        (column(&read, ITEMS, "unit_price"), column(&read, ITEMS, "unit_quantity")),
        (vec!["5".to_owned()], vec!["1".to_owned()])
    );
}

#[tokio::test]
async fn a_child_of_a_dropped_line_lands_on_the_current_one() {
    let p21 = prompting(PromptWhen::Missing).await;
    let elements = vec![
        order_header(),
        lines(&[("WIDGET-001", "5")]),
        lines(&[("WIDGET-002", "")]),
        extended("meant for the second"),
    ];
    let order = p21.order(elements).await;
    assert_eq!(column(&p21.read_order(&order).await, EXTENDED, "extended_desc"), ["meant for the second"]);
}

#[tokio::test]
async fn a_prompt_about_what_is_not_there_stops_the_start() {
    let prompt = Prompt::new("Order", ITEMS, "no_such_field", PromptWhen::Missing);
    let builder = p21_sandbox::Sandbox::builder().configure(|config| config.prompts.push(prompt));
    let error = builder.start().await.unwrap_err().to_string();
    assert!(error.contains("no_such_field"), "{error}");
}

#[tokio::test]
async fn transaction_api_check_60_prompts_can_stand_in_the_overlay_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("site.toml");
    let text = format!("[[prompt]]\nservice = \"Order\"\nelement = \"{ITEMS}\"\nfield = \"unit_price\"\nis = \"7\"\n");
    std::fs::write(&file, text).unwrap();
    let p21 = p21_with(|builder| builder.overlay(&file)).await;
    let order = p21.order(vec![order_header(), lines(&THREE)]).await;
    assert_eq!(column(&p21.read_order(&order).await, ITEMS, "oe_order_item_id"), ["WIDGET-001", "WIDGET-002"]);
}
