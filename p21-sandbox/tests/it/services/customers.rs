//! Customers, suppliers, labor codes: what a new one wants, and what their lists keep in order.

use serde_json::Value;

use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const SALESREPS: &str = "CUSTOMERSALESREP.customersalesrep";

fn customer(edits: &[(&str, &str)]) -> Value {
    let mut all = vec![("company_id", "ACME"), ("customer_name", "New Customer")];
    all.extend(edits);
    element(HEADER, &[], &[&all])
}

fn branch() -> Value {
    element("SHIP_TO_GENERAL.ship_to_general", &[], &[&[("default_branch", "100")]])
}

fn salesreps(rows: &[&[(&str, &str)]]) -> Value {
    element(SALESREPS, &["salesrep_id"], rows)
}

fn update(number: &str, salesreps: Value) -> Value {
    let header = element(HEADER, &["company_id", "customer_id"], &[&[("company_id", "ACME"), ("customer_id", number)]]);
    set("Customer", [vec![header, salesreps]])
}

#[tokio::test]
async fn transaction_api_section_15_7_a_customer_wants_a_salesrep_and_a_branch() {
    let p21 = p21().await;
    let without_salesrep = p21.fails(&set("Customer", [vec![customer(&[]), branch()]])).await;
    assert_eq!(without_salesrep, ["Transaction 1:: Salesrep ID is required for a new ship to."]);
    let without_branch = p21.fails(&set("Customer", [vec![customer(&[("salesrep_id", "1")])]])).await;
    assert_eq!(without_branch, ["Transaction 1:: 'Default Branch' is a required column."]);
    let empty = element("SHIP_TO_GENERAL.ship_to_general", &[], &[&[("fob", "X")]]);
    let empty_branch = p21.fails(&set("Customer", [vec![customer(&[("salesrep_id", "1")]), empty]])).await;
    assert_eq!(empty_branch, ["Transaction 1:: 'Default Branch' is a required column."]);
    let echo = p21.passes(&set("Customer", [vec![customer(&[("salesrep_id", "1")]), branch()]])).await;
    let number = value(&echo, HEADER, "customer_id");
    let read = p21.read("Customer", HEADER, &[("company_id", "ACME"), ("customer_id", &number)]).await;
    assert_eq!(value(&read, HEADER, "terms_id"), "To Be Determined");
    assert_eq!(value(&read, "SHIP_TO_GENERAL.ship_to_general", "default_branch"), "100");
}

#[tokio::test]
async fn transaction_api_section_7_a_customer_keeps_a_primary_salesrep() {
    let p21 = p21().await;
    let both = salesreps(&[
        &[("salesrep_id", "1"), ("primary_salesrep_flag", "ON")],
        &[("salesrep_id", "2"), ("primary_salesrep_flag", "OFF")],
    ]);
    let echo = p21.passes(&set("Customer", [vec![customer(&[("salesrep_id", "1")]), branch(), both]])).await;
    let number = value(&echo, HEADER, "customer_id");
    let demote: &[(&str, &str)] = &[("salesrep_id", "1"), ("primary_salesrep_flag", "OFF")];
    let promote: &[(&str, &str)] = &[("salesrep_id", "2"), ("primary_salesrep_flag", "ON")];
    let required = ["Transaction 1:: Primary salesrep is required."];
    assert_eq!(p21.fails(&update(&number, salesreps(&[demote]))).await, required);
    let delete: &[(&str, &str)] = &[("salesrep_id", "1"), ("row_status_flag", "Delete")];
    assert_eq!(p21.fails(&update(&number, salesreps(&[delete]))).await, required);
    p21.passes(&update(&number, salesreps(&[demote, promote]))).await;
    let read = p21.read("Customer", HEADER, &[("company_id", "ACME"), ("customer_id", &number)]).await;
    assert_eq!(column(&read, SALESREPS, "primary_salesrep_flag"), ["OFF", "ON"]);
    // The other way round, a transaction each: first the new one.
    let back: &[(&str, &str)] = &[("salesrep_id", "1"), ("primary_salesrep_flag", "ON")];
    p21.passes(&update(&number, salesreps(&[back]))).await;
    p21.passes(&update(&number, salesreps(&[&[("salesrep_id", "2"), ("primary_salesrep_flag", "OFF")]]))).await;
    // Y and N are taken for the flags, too.
    p21.passes(&update(&number, salesreps(&[&[("salesrep_id", "1"), ("primary_salesrep_flag", "Y")]]))).await;
    let no_column = p21.fails(&update(&number, salesreps(&[&[("salesrep_id", "2"), ("delete_flag", "Y")]]))).await;
    assert_eq!(no_column, ["Transaction 1:: General Exception: Invalid column name: delete_flag"]);
}

#[tokio::test]
async fn suppliers_are_numbered_and_updated_by_their_number() {
    let p21 = p21().await;
    let echo = p21.passes(&set("Supplier", [vec![element(HEADER, &[], &[&[("name", "New Supply")]])]])).await;
    let number = value(&echo, HEADER, "supplier_id");
    let change = element(HEADER, &[], &[&[("supplier_id", &number), ("mail_city", "Springfield")]]);
    p21.passes(&set("Supplier", [vec![change]])).await;
    let read = p21.read("Supplier", HEADER, &[("supplier_id", &number)]).await;
    let fields = (value(&read, HEADER, "name"), value(&read, HEADER, "mail_city"));
    assert_eq!(fields, ("New Supply".to_owned(), "Springfield".to_owned()));
}

#[tokio::test]
async fn production_labor_section_4_labor_codes_and_processes() {
    let p21 = p21().await;
    let labor = |kind| {
        let edits = [
            ("service_labor_id", "LAB-PAINT"),
            ("service_labor_desc", "Painting"),
            ("estimate_rate_level", "1"),
            ("labor_type_cd", kind),
        ];
        set("Labor", [vec![element("FORM.labor", &[], &[&edits])]])
    };
    assert_eq!(p21.fails(&labor("Rate")).await, ["Transaction 1:: Invalid labor_type_cd value: Rate"]);
    p21.passes(&labor("Direct")).await;
    let read = p21.read("Labor", "FORM.labor", &[("service_labor_id", "LAB-PAINT")]).await;
    assert_eq!(value(&read, "FORM.labor", "labor_type_cd"), "Direct");
    assert_eq!(value(&read, "FORM.labor", "row_status_flag"), "Active");

    let process = [("service_labor_process_id", "FINISH"), ("service_labor_process_desc", "Finishing")];
    let lines = "LABOR PROCESS LIST.labor process list";
    let line = |id| element(lines, &["service_labor_id"], &[&[("service_labor_id", id), ("estimated_hours", "1.5")]]);
    let header = element("FORM.form", &[], &[&process]);
    p21.passes(&set("LaborProcess", [vec![header, line("LAB-PAINT"), line("LAB-TEST")]])).await;
    let read = p21.read("LaborProcess", "FORM.form", &[("service_labor_process_id", "FINISH")]).await;
    assert_eq!(column(&read, lines, "service_labor_id"), ["LAB-PAINT", "LAB-TEST"]);
}
