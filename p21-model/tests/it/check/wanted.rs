//! What a record wants, and what it may not say again.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

#[test]
fn a_new_customer_needs_its_salesrep_and_branch_on_whichever_form() {
    let customer = |header: &[(&str, &str)], branch: &str| {
        let header = [&[("company_id", "ACME"), ("customer_name", "X")], header].concat();
        found(
            "Customer",
            json!([
                element("TABPAGE_1.tp_1_dw_1", &[], &[row(&header)]),
                element("SHIP_TO_GENERAL.ship_to_general", &[], &[row(&[("default_branch", branch)])])
            ]),
        )
    };
    let missing = |place: usize| (Code::RequiredMissing, at(&format!("DataElements[{place}].Rows[0]")));
    assert_eq!(customer(&[("salesrep_id", "1"), ("terms_id", "1")], "100"), []);
    // The company alone finds no customer.
    assert!(customer(&[("terms_id", "1")], "100").contains(&missing(0)));
    assert_eq!(customer(&[("salesrep_id", "1"), ("terms_id", "1")], " "), [missing(1)]);
    assert_eq!(customer(&[("customer_id", "7")], " "), []);
}

#[test]
fn a_record_that_is_not_numbered_needs_its_key() {
    let item = |edits: &[(&str, &str)]| found("Item", json!([element("TABPAGE_1.tp_1_dw_1", &[], &[row(edits)])]));
    assert_eq!(item(&[("item_desc", "x")]), [(Code::RequiredMissing, at("DataElements[0].Rows[0]"))]);
    assert_eq!(item(&[("item_id", "A"), ("item_desc", "x")]), []);
}

#[test]
fn an_update_repeats_what_p21_wants_again() {
    let header = |edits: &[(&str, &str)]| element("FORM.d_dw_job_price_hdr", &[], &[row(edits)]);
    let lines = element("JOBPRICELINE.jobpriceline", &["item_id"], &[line("A")]);
    let found = |header: Value| found("JobContractPricing", json!([header, lines]));
    let saved = [("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7")];
    assert_eq!(found(header(&saved)), [(Code::RequiredMissing, at("DataElements[0].Rows[0]"))]);
    // Bins are edited with the ship-to and need no date.
    assert_eq!(found(header(&[("job_no", "7"), ("ship_to_id", "100198")])), []);
}

#[test]
fn past_dates_are_found_when_the_day_is_known() {
    let schema = support::schema("JobContractPricing", "25.2");
    let edits = [("company_id", "ACME"), ("contract_no", "J1"), ("job_no", "7"), ("end_date", "2026-03-01")];
    let set = json!({"Name": "JobContractPricing", "Transactions": [{"Status": "New",
        "DataElements": [element("FORM.d_dw_job_price_hdr", &[], &[row(&edits)])]}]});
    let set = serde_json::from_value(set).unwrap();
    let found = |options| -> Vec<Code> {
        check_payload_with(&schema, &set, options).into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(found(CheckOptions::new()), []);
    assert_eq!(found(CheckOptions::new().today(Date::constant(2026, 3, 1))), []);
    assert_eq!(found(CheckOptions::new().today(Date::constant(2026, 3, 2))), [Code::PastDate]);
}

#[test]
fn a_new_order_needs_what_the_definition_does_not_say() {
    let header = element(
        "TABPAGE_1.order",
        &[],
        &[row(&[
            ("sales_loc_id", "100"),
            ("po_no", "P1"),
            ("contact_id", "1"),
            ("order_date", "2026-01-01"),
            ("requested_date", "2026-01-01"),
        ])],
    );
    let found = found("Order", json!([header]));
    let codes: Vec<Code> = found.iter().map(|(code, _)| *code).collect();
    assert!(codes.contains(&Code::RequiredMissing) && codes.contains(&Code::DateOrder), "{codes:?}");
}

#[test]
fn resent_columns_of_a_saved_order_are_found() {
    let header = element("TABPAGE_1.order", &["order_no"], &[row(&[("order_no", "1"), ("customer_id", "100198")])]);
    assert_eq!(found("Order", json!([header])), [(Code::DisabledColumn, at("DataElements[0].Rows[0].Edits[1]"))]);
}

#[test]
fn breaks_are_refused_from_26_1_and_their_flag_is_a_false_success() {
    let breaks = row(&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "10")]);
    let elements = json!([
        existing_contract(),
        element("JOBPRICELINE.jobpriceline", &["item_id"], &[row(&[("item_id", "A")])]),
        element("VALUES.values", &[], &[breaks])
    ]);
    let set = |flag: bool| json!({"Name": "JobContractPricing", "IgnoreDisabled": flag, "Transactions": [{"Status": "New", "DataElements": elements}]});
    assert_eq!(found_in("JobContractPricing", "25.2", set(false)), []);
    assert_eq!(
        found_in("JobContractPricing", "26.1", set(false)),
        [(Code::DisabledTab, at("DataElements[2].Rows[0]"))]
    );
    assert_eq!(
        found_in("JobContractPricing", "26.1", set(true)),
        [(Code::FalseSuccess, at("DataElements[2].Rows[0]"))]
    );
}
