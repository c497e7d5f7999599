//! Two payloads that P21 accepts and stores otherwise: what the check says, and what happens without it.

use anyhow::{Context as _, Result};
use p21_client::Client;
use p21_model::check::check_payload;
use p21_model::payload::{KeyValue, TransactionSet, TransactionState, TransactionStateRequest};
use serde_json::json;

use crate::repository;

pub(super) async fn show(client: &Client) -> Result<()> {
    price_before_method(client).await?;
    equal_items(client).await
}

async fn price_before_method(client: &Client) -> Result<()> {
    println!("\n  a) a contract line whose price is sent before its pricing method");
    let set = set(json!({"Name": "JobContractPricing", "Transactions": [{"Status": "New", "DataElements": [
        {"Name": "FORM.d_dw_job_price_hdr", "Type": "Form", "Keys": [], "Rows": [{"Edits": [
            edit("company_id", "ACME"), edit("contract_no", "JOB-MANGLED"), edit("customer_id", "100198"),
            edit("end_date", "2027-12-31")]}]},
        {"Name": "JOBPRICELINE.jobpriceline", "Type": "List", "Keys": [], "Rows": [{"Edits": [
            edit("item_id", "WIDGET-001"), edit("uom", "EA"), edit("price", "25.00"), edit("pricing_method", "Price")]}]}]}]}))?;
    refuse(&set)?;
    let record = send_anyway(client, &set, "FORM.d_dw_job_price_hdr", &["job_no", "company_id", "contract_no"]).await?;
    let price = values(&record, "JOBPRICELINE.jobpriceline", "price").join(", ");
    println!("     stored price: {price}, sent: 25.00");
    Ok(())
}

async fn equal_items(client: &Client) -> Result<()> {
    println!("\n  b) an order with the same item on two lines");
    let line =
        |quantity: &str| json!({"Edits": [edit("oe_order_item_id", "WIDGET-001"), edit("unit_quantity", quantity)]});
    let set = set(json!({"Name": "Order", "Transactions": [{"Status": "New", "DataElements": [
        {"Name": "TABPAGE_1.order", "Type": "Form", "Keys": [], "Rows": [{"Edits": [
            edit("customer_id", "100198"), edit("sales_loc_id", "100"), edit("source_loc_id", "100"),
            edit("ship_to_id", "100198"), edit("contact_id", "1"), edit("po_no", "PO-MANGLED"), edit("taker", "sandbox"),
            edit("order_date", "2027-01-04"), edit("requested_date", "2027-01-11")]}]},
        {"Name": "TP_ITEMS.items", "Type": "List", "Keys": [], "Rows": [line("5"), line("10")]}]}]}))?;
    refuse(&set)?;
    let record = send_anyway(client, &set, "TABPAGE_1.order", &["order_no"]).await?;
    let quantities = values(&record, "TP_ITEMS.items", "unit_quantity").join(" and ");
    println!("     stored quantities: {quantities}, sent: 5 and 10");
    Ok(())
}

fn edit(name: &str, value: &str) -> serde_json::Value {
    json!({"Name": name, "Value": value})
}

fn set(json: serde_json::Value) -> Result<TransactionSet> {
    Ok(serde_json::from_value(json)?)
}

fn refuse(set: &TransactionSet) -> Result<()> {
    let schema = cargo_p21::schema(&repository::definitions(repository::VERSION), &set.name, None)?;
    let findings = check_payload(&schema, set);
    let finding = findings.iter().next().context("the check finds nothing in a payload that P21 mangles")?;
    for line in finding.to_string().lines() {
        println!("     {line}");
    }
    Ok(())
}

/// Sends the payload all the same and reads the record back by the keys that P21 echoed or the payload holds.
async fn send_anyway(client: &Client, set: &TransactionSet, element: &str, keys: &[&str]) -> Result<TransactionSet> {
    let outcome = client.submit(set).await?;
    let stored = outcome.transactions.into_iter().next().context("P21 answered nothing")??;
    println!("     sent all the same, P21 answers: Succeeded");
    let sent = &set.transactions[0].data_elements[0];
    let keys = keys.iter().map(|key| {
        let value = stored.value(element, key).or_else(|| sent.value(key)).unwrap_or_default();
        KeyValue::new(*key, value)
    });
    let state = TransactionState::new(element, keys);
    let request = TransactionStateRequest::new(set.name.clone(), vec![state]);
    Ok(client.get_raw(&request).await?)
}

fn values(set: &TransactionSet, element: &str, field: &str) -> Vec<String> {
    let elements = set.transactions.iter().flat_map(|transaction| &transaction.data_elements);
    let rows = elements.filter(|candidate| candidate.name == element).flat_map(|element| &element.rows);
    rows.filter_map(|row| row.value(field)).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}
