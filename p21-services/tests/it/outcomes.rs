//! What P21 echoes, by the handles of bindings.
#![allow(clippy::unwrap_used, reason = "tests may fail")]

use p21_services::job_contract_pricing::{JobContractPricing, header, line};
use p21_services::model::outcome::{Stored, TransactionSetResult};
use p21_services::prelude::*;

fn stored(edits: &str) -> Stored<JobContractPricing> {
    let text = format!(
        r#"{{"Messages":["Transaction 1:: "],"Summary":{{"Succeeded":1,"Failed":0,"Other":0}},"Results":{{
            "Name":"JobContractPricing","Transactions":[{{"Status":"Passed","DataElements":[
                {{"Name":"FORM.d_dw_job_price_hdr","Rows":[{{"Edits":[{edits}]}}]}}]}}]}}}}"#
    );
    let result: TransactionSetResult = serde_json::from_str(&text).unwrap();
    result.into_outcome(1, None).assume_service().all_stored().unwrap().remove(0)
}

#[test]
fn handles_read_the_echo() {
    let stored = stored(r#"{"Name":"job_no","Value":"100001"},{"Name":"end_date","Value":"2027-12-31T00:00:00"}"#);
    assert_eq!(stored.get(header::JOB_NO).unwrap().as_deref(), Some("100001"));
    assert_eq!(stored.get(header::END_DATE).unwrap(), Some(date(2027, 12, 31)));
    assert_eq!(stored.get(header::CONTRACT_NO).unwrap(), None, "not echoed");
    assert_eq!(stored.get(line::PRICE).unwrap(), None, "nor the whole element");
}

#[test]
fn an_echo_of_another_type_names_element_and_field() {
    let error = stored(r#"{"Name":"end_date","Value":"soon"}"#).get(header::END_DATE).unwrap_err();
    assert!(error.to_string().starts_with("`FORM.d_dw_job_price_hdr` row 0, field `end_date`: "), "{error}");
}

#[test]
fn what_says_nothing_is_found_before_it_is_sent() {
    use p21_services::job_contract_pricing::{Transaction, TransactionSet};
    let codes =
        |set: TransactionSet| -> Vec<String> { set.check().iter().map(|finding| finding.code.to_string()).collect() };
    assert_eq!(codes(TransactionSet::new()), ["P21-091"]);
    assert!(codes(Transaction::new().into()).contains(&"P21-091".to_owned()));
    let row = Transaction::new().push(header::Row::edit().job_no("1")).push(line::Row::edit());
    assert!(codes(row.into()).contains(&"P21-017".to_owned()));
    let clears = Transaction::new()
        .push(header::Row::edit().job_no("1"))
        .push(line::Row::edit().item_id("A").clear(line::PRICE));
    assert!(!codes(clears.into()).contains(&"P21-017".to_owned()));
}
