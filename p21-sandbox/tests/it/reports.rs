//! PDF reports.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use p21_sandbox::SandboxBuilder;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::definitions::more_definitions;
use support::pdf::{ids, text_in};
use support::*;

const REPORT: &str = "/api/v2/process/pdfreport";
const PO_CRITERIA: &str = "TABPAGE_1.poreportcriteriadw";
const TICKET_CRITERIA: &str = "TABPAGE_1.tp_1_dw_1";

/// A set in the form of a report: numbers for status and type.
fn report(service: &str, element: &str, codes: bool, criteria: &[(&str, &str)]) -> Value {
    json!({"Name": service, "UseCodeValues": codes, "Transactions": [{"Status": 0, "DataElements": [
        {"Name": element, "Type": 0, "Keys": [], "Rows": [row(criteria)]}]}]})
}

fn reprint(criteria: &[(&str, &str)]) -> Value {
    report("m_reprintpurchaseorders", PO_CRITERIA, false, criteria)
}

fn range<'a>(from: &'a str, to: &'a str) -> [(&'a str, &'a str); 4] {
    [("company_id", "ACME"), ("beg_po_no", from), ("end_po_no", to), ("reprint_flag", "Y")]
}

fn tickets(order: &str) -> Value {
    let criteria = [
        ("create_pick_ticket_type", "P"),
        ("beg_prod_order", order),
        ("end_prod_order", order),
        ("location_id", "100"),
    ];
    report("m_picktickets", TICKET_CRITERIA, true, &criteria)
}

impl P21 {
    async fn report(&self, body: &Value) -> (StatusCode, String) {
        text_of(self.post(REPORT).json(body).send().await.unwrap()).await
    }

    /// The documents of a report that is answered with some.
    async fn documents(&self, body: &Value) -> Vec<Value> {
        let (status, text) = self.report(body).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        serde_json::from_str::<Vec<Value>>(&text).unwrap()
    }

    async fn purchase_order(&self, lines: &[&[(&str, &str)]]) -> String {
        let header = [
            ("location_id", "100"),
            ("vendor_id", "5010"),
            ("vendor_supplier_id", "10"),
            ("buyer_id", "1001"),
            ("order_date", "2026-03-02"),
            ("required_date", "2026-03-20"),
            ("external_po_no", "EXT-1"),
        ];
        let header = element("TABPAGE_1.tp_1_dw_1", &[], &[&header]);
        let echo =
            self.passes(&set("PurchaseOrder", [vec![header, element("TABPAGE_17.tp_17_dw_17", &[], lines)]])).await;
        value(&echo, "TABPAGE_1.tp_1_dw_1", "po_no")
    }

    async fn production_order(&self, printed: &str, components: &[&[(&str, &str)]]) -> String {
        let header = element("TABPAGE_1.tp_1_dw_1", &[], &[&[("source_loc_id", "200"), ("print_form", printed)]]);
        let line =
            element("TABPAGE_17.tp_17_dw_17", &[], &[&[("assembly_item_id", "WIDGET-002"), ("qty_to_make", "5")]]);
        let components = element("TABPAGE_18.components", &[], components);
        let echo = self.passes(&set("ProductionOrder", [vec![header, line, components]])).await;
        value(&echo, "TABPAGE_1.tp_1_dw_1", "prod_order_number")
    }
}

fn po_line<'a>(item: &'a str, quantity: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("item_id", item),
        ("unit_quantity", quantity),
        ("unit_of_measure", "EA"),
        ("pricing_unit", "EA"),
        ("unit_price_display", "12.50"),
    ]
}

#[tokio::test]
async fn transaction_api_check_49_a_reprint_prints_where_reports_go_and_nothing_elsewhere() {
    let p21 = p21().await;
    let po = p21.purchase_order(&[&po_line("WIDGET-001", "4"), &po_line("WIDGET-002", "2")]).await;
    let body = reprint(&range(&po, &po));
    let answer = p21.transact(&body).await;
    assert_eq!(summary(&answer), (1, 0));
    assert!(answer["Results"]["Transactions"][0]["Documents"].is_null(), "nothing is printed");

    let documents = p21.documents(&body).await;
    assert_eq!(documents.len(), 1);
    let document = &documents[0];
    let name = format!("PO{po} PURCHASE_ORDER");
    for member in ["DocumentId", "DocumentName"] {
        assert_eq!(document[member], name);
    }
    assert_eq!(document["FileName"], format!("{name}.pdf"));
    assert_eq!((&document["DocumentType"], &document["DocumentFormat"]), (&json!(1), &json!(5)));
    assert_eq!(document["DocumentContentType"], "application/pdf");
    let message = format!("Form request '' for Form ID {name} has completed.");
    assert_eq!(document["ResponseStatus"], json!({"StatusCode": "Success", "Message": message, "StackTrace": null}));
    assert_eq!((&document["RequestId"], &document["Batch"]), (&Value::Null, &Value::Null));
    assert_eq!(document["DocumentAssociations"], json!([]));
    assert!(document["ClientId"].as_str().is_some_and(|id| id.len() == 36));
    let text = text_in(document);
    for part in
        [&*format!("PURCHASE ORDER {po}"), "WIDGET-001", "Widget, large", "Example Supply", "EXT-1", "Total: 75"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn each_order_in_the_range_is_a_document() {
    let p21 = p21().await;
    let mut orders = Vec::new();
    for quantity in ["1", "2", "3"] {
        orders.push(p21.purchase_order(&[&po_line("WIDGET-001", quantity)]).await);
    }
    let name = |po: &String| format!("PO{po} PURCHASE_ORDER");
    let documents = p21.documents(&reprint(&range(&orders[1], &orders[2]))).await;
    assert_eq!(ids(&documents), [name(&orders[1]), name(&orders[2])]);
    assert_eq!(
        p21.documents(&reprint(&[("company_id", "ACME")])).await.len(),
        4,
        "an open range has them all, that of the seed too"
    );
    let of_another_vendor = reprint(&[("company_id", "ACME"), ("vendor_id", "6000"), ("end_vendor_id", "6099")]);
    assert_eq!(p21.report(&of_another_vendor).await.0, 500);
    let rfq = reprint(&[("company_id", "ACME"), ("beg_rfq_control_number", "1")]);
    let (status, text) = p21.report(&rfq).await;
    assert!(status == 501 && text.contains("beg_rfq_control_number"), "{text}");
}

#[tokio::test]
async fn transaction_api_check_50_an_empty_range_is_an_envelope_with_any_status() {
    for status in [500, 200, 404] {
        let p21 = p21_with(|builder| builder.configure(|config| config.reports.error_status = status)).await;
        let (answered, text) = p21.report(&reprint(&range("1", "2"))).await;
        assert_eq!(answered.as_u16(), status);
        let envelope: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            envelope["ErrorMessage"],
            "Unexpected results generating document request from criteria. --> Messages returned during document \
             request processing: <No records to print for this range."
        );
        assert_eq!(envelope["ErrorType"], "P21.UI.BulkEditor.BulkEditException");
        let stamp = envelope["DateTimeStamp"].as_str().unwrap();
        let milliseconds = stamp.strip_prefix("/Date(").unwrap().strip_suffix(")/").unwrap();
        assert!(milliseconds.parse::<i64>().unwrap() > 1_700_000_000_000);
    }
}

#[tokio::test]
async fn transaction_api_check_51_an_unknown_company_is_an_empty_500_every_time() {
    let p21 = p21().await;
    let po = p21.purchase_order(&[&po_line("WIDGET-001", "1")]).await;
    let silent = (StatusCode::INTERNAL_SERVER_ERROR, String::new());
    for company in ["NOBODY", "acme", ""] {
        let body = reprint(&[("company_id", company), ("beg_po_no", &po), ("end_po_no", &po)]);
        assert_eq!(p21.report(&body).await, silent, "{company:?}");
        assert_eq!(p21.report(&body).await, silent, "{company:?}");
    }
    assert_eq!(p21.documents(&reprint(&range(&po, &po))).await.len(), 1);
    let nowhere = p21_with(|builder| builder.configure(|config| config.reports.unavailable = true)).await;
    assert_eq!(nowhere.report(&reprint(&range("1", "2"))).await, silent);
    assert_eq!(nowhere.get("/api/v2/definition/m_picktickets").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn transaction_api_check_51_a_transient_fault_is_gone_when_the_report_is_asked_for_again() {
    let p21 = p21_with(|builder| builder.configure(|config| config.reports.transient_faults = 1)).await;
    let po = p21.purchase_order(&[&po_line("WIDGET-001", "1")]).await;
    let body = reprint(&range(&po, &po));
    assert_eq!(p21.report(&body).await, (StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    assert_eq!(p21.documents(&body).await.len(), 1);
}

const COMPONENTS: [&[(&str, &str)]; 2] = [
    &[("item_id", "COMPONENT-A"), ("qty_per_assembly", "2"), ("unit_of_measure", "EA")],
    &[("item_id", "COMPONENT-B"), ("qty_per_assembly", "0.5"), ("unit_of_measure", "EA")],
];

#[tokio::test]
async fn transaction_api_check_52_pick_tickets_want_codes_and_make_the_ticket() {
    let definitions = more_definitions();
    let p21 = p21_with(|builder| builder.definitions(definitions.path())).await;
    let order = p21.production_order("ON", &COMPONENTS).await;

    let mut labels = tickets(&order);
    labels["UseCodeValues"] = json!(false);
    assert_eq!(p21.report(&labels).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    let mut label = tickets(&order);
    label["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"][0]["Value"] = json!("Production Order");
    let (status, text) = p21.report(&label).await;
    assert!(status == 500 && text.contains("Invalid create_pick_ticket_type value: Production Order"), "{text}");

    let documents = p21.documents(&tickets(&order)).await;
    assert_eq!(ids(&documents), ["PPT6000001 PRODUCTION_PICK_TICKET"]);
    assert_eq!(documents[0]["FileName"], "PPT6000001 PRODUCTION_PICK_TICKET.pdf");
    let text = text_in(&documents[0]);
    for part in ["COMPONENT-A", "10", "COMPONENT-B", "2.5", &*format!("Production order: {order}")] {
        assert!(text.contains(part), "{part}: {text}");
    }

    let ticket = p21
        .read(
            "ProductionOrderPicking",
            "TP_PRODPICKTICKETCONF.tp_prodpickticketconf",
            &[("prod_pick_ticket_number", "6000001")],
        )
        .await;
    let header = &rows(&ticket, "TP_PRODPICKTICKETCONF.tp_prodpickticketconf")[0];
    assert_eq!(
        (&*header["prod_order_number"], &*header["location_id"], &*header["row_status_flag"]),
        (&*order, "100", "702")
    );
    assert_eq!(column(&ticket, "TABPAGE_17.tp_17_dw_17", "item_id"), ["COMPONENT-A", "COMPONENT-B"]);
    assert_eq!(column(&ticket, "TABPAGE_17.tp_17_dw_17", "qty_to_pick"), ["10", "2.5"]);
    let components = p21.read("ProductionOrder", "TABPAGE_1.tp_1_dw_1", &[("prod_order_number", &order)]).await;
    assert_eq!(column(&components, "TABPAGE_18.components", "qty_on_pick_tickets"), ["10", "2.5"]);

    let (status, text) = p21.report(&tickets(&order)).await;
    assert!(status == 500 && text.contains("No records to print"), "everything is on a ticket: {text}");
}

#[tokio::test]
async fn tickets_are_made_of_printed_orders_where_components_stock() {
    let definitions = more_definitions();
    let p21 = p21_with(|builder| builder.definitions(definitions.path())).await;
    let unprinted = p21.production_order("OFF", &COMPONENTS).await;
    assert!(p21.report(&tickets(&unprinted)).await.1.contains("No records to print"));
    let printed = p21.production_order("ON", &COMPONENTS).await;
    let mut elsewhere = tickets(&printed);
    elsewhere["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"][3]["Value"] = json!("200");
    assert!(p21.report(&elsewhere).await.1.contains("No records to print"), "nothing is stocked at 200");
    assert_eq!(p21.documents(&tickets(&printed)).await.len(), 1);
    let sales = report("m_picktickets", TICKET_CRITERIA, true, &[("order_no", "1"), ("location_id", "100")]);
    assert_eq!(p21.report(&sales).await.0, StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test]
async fn tickets_are_printed_again() {
    let definitions = more_definitions();
    let p21 = p21_with(|builder| builder.definitions(definitions.path())).await;
    for _ in 0..2 {
        let order = p21.production_order("ON", &COMPONENTS).await;
        p21.documents(&tickets(&order)).await;
    }
    let line = items(&[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "1")]]);
    let print = element("TP_FRONTCOUNTER.tp_frontcounter", &[], &[&[("print_tix", "ON")]]);
    p21.order(vec![order_header(), line, print]).await;
    let ship = [("pick_ticket_no", "5000001"), ("tracking_no", "1Z9")];
    p21.passes(&set("Shipping", [vec![element("TABPAGE_1.tp_1_dw_1", &[], &[&ship])]])).await;
    let again = |criteria: &[(&str, &str)]| {
        let mut all = vec![("company_id", "ACME"), ("location_id", "100"), ("print_qty", "1")];
        all.extend(criteria);
        report("m_reprintpicktickets", TICKET_CRITERIA, false, &all)
    };
    let production =
        p21.documents(&again(&[("beg_prod_pick_ticket_no", "6000002"), ("end_prod_pick_ticket_no", "6000002")])).await;
    assert_eq!(ids(&production), ["PPT6000002 PRODUCTION_PICK_TICKET"]);
    assert!(text_in(&production[0]).contains("COMPONENT-B"));
    let sales = p21.documents(&again(&[("beg_pick_ticket_no", "5000001"), ("end_pick_ticket_no", "5000001")])).await;
    assert_eq!(ids(&sales), ["PT5000001 PICK_TICKET"]);
    assert!(text_in(&sales[0]).contains("1Z9"));
    assert_eq!(p21.documents(&again(&[])).await.len(), 3);
    let without = report("m_reprintpicktickets", TICKET_CRITERIA, false, &[("company_id", "ACME"), ("print_qty", "1")]);
    let (status, text) = p21.report(&without).await;
    assert!(
        status == 500 && text.contains("Required value missing for Location ID (for Criteria) on row 1."),
        "{text}"
    );
}

#[tokio::test]
async fn a_range_that_is_none_does_not_print_everything() {
    let p21 = p21().await;
    let criteria =
        [("company_id", "ACME"), ("location_id", "100"), ("print_qty", "1"), ("beg_pick_ticket_no", "first")];
    let body = report("m_reprintpicktickets", TICKET_CRITERIA, false, &criteria);
    let (status, text) = p21.report(&body).await;
    assert!(status == 500 && text.contains("Invalid beg_pick_ticket_no value: first"), "{text}");
}

#[tokio::test]
async fn too_many_documents_are_refused_before_anything_is_stored() {
    let definitions = more_definitions();
    let p21 = p21_with(|builder| builder.definitions(definitions.path())).await;
    let header = element("TABPAGE_1.tp_1_dw_1", &[], &[&[("source_loc_id", "200"), ("print_form", "ON")]]);
    let line = element("TABPAGE_17.tp_17_dw_17", &[], &[&[("assembly_item_id", "WIDGET-002"), ("qty_to_make", "5")]]);
    let order = vec![header, line, element("TABPAGE_18.components", &[], &COMPONENTS)];
    let orders: [Vec<Value>; 201] = std::array::from_fn(|_| order.clone());
    assert_eq!(summary(&p21.transact(&set("ProductionOrder", orders)).await), (201, 0));
    let all = [("create_pick_ticket_type", "P"), ("location_id", "100")];
    let (status, text) = p21.report(&report("m_picktickets", TICKET_CRITERIA, true, &all)).await;
    assert!(status == 500 && text.contains("at most 200 documents"), "{text}");
    let again = [("company_id", "ACME"), ("location_id", "100"), ("print_qty", "1")];
    let (_, text) = p21.report(&report("m_reprintpicktickets", TICKET_CRITERIA, false, &again)).await;
    assert!(text.contains("No records to print"), "{text}");
}

/// What the report wants is named, and nothing is made of one transaction where another one isn't simulated.
#[tokio::test]
async fn tickets_that_are_not_simulated_are_refused_before_any_is_made() {
    let definitions = more_definitions();
    let p21 = p21_with(|builder| builder.definitions(definitions.path())).await;
    let order = p21.production_order("ON", &COMPONENTS).await;
    let range = [("beg_prod_order", &*order), ("end_prod_order", &*order), ("location_id", "100")];
    let other = report("m_picktickets", TICKET_CRITERIA, true, &range);
    let mut body = tickets(&order);
    body["Transactions"].as_array_mut().unwrap().push(other["Transactions"][0].clone());
    let (status, text) = p21.report(&body).await;
    assert!(status == 501 && text.contains("`create_pick_ticket_type` `P` asks for; here it is missing"), "{text}");
    assert!(text.contains(p21_model::sentences::NOT_SIMULATED), "{text}");
    let documents = p21.documents(&tickets(&order)).await;
    assert_eq!(ids(&documents), ["PPT6000001 PRODUCTION_PICK_TICKET"], "it is the first one");
}

#[tokio::test]
async fn transaction_api_check_53_success_and_failure_in_one_answer() {
    let fails = |builder: SandboxBuilder| {
        builder.configure(|config| {
            config.reports.failing.insert("PO4000002 PURCHASE_ORDER".to_owned());
        })
    };
    let p21 = p21_with(fails).await;
    for _ in 0..3 {
        p21.purchase_order(&[&po_line("WIDGET-001", "1")]).await;
    }
    let documents = p21.documents(&reprint(&range("4000001", "4000003"))).await;
    let codes: Vec<&str> =
        documents.iter().map(|document| document["ResponseStatus"]["StatusCode"].as_str().unwrap()).collect();
    assert_eq!(codes, ["Success", "Failure", "Success"]);
    assert!(documents[1]["DocumentData"].is_null());
    assert_eq!(documents[1]["DocumentId"], "PO4000002 PURCHASE_ORDER");
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    let p21 = p21().await;
    let (status, text) = p21.report(&report("Order", "TABPAGE_1.order", false, &[])).await;
    assert!(status == 500 && text.contains("Order is not a report"), "{text}");
    let executor = report("m_storedprocedureexecutor", "DEFINITION.stored_procedure_def", false, &[]);
    let (status, text) = p21.report(&executor).await;
    assert!(status == 500 && text.contains("is not a report"), "{text}");
    let unknown = report("m_nosuchreport", "TABPAGE_1.x", false, &[]);
    let (status, text) = p21.report(&unknown).await;
    assert!(status == 501 && text.contains("m_nosuchreport"), "P21 has reports that nobody has named: {text}");
    let (status, text) = p21.report(&reprint(&[("company_id", "ACME"), ("no_such_field", "1")])).await;
    assert!(status == 500 && text.contains("Invalid column name: no_such_field"), "{text}");
}
