//! PDF reports.

use p21_sandbox::SandboxBuilder;
use p21_services::client::Client;
use p21_services::model::definition::ElementKind;
use p21_services::model::payload::{DataElement, Edit, Row, Transaction, TransactionSet};
use p21_services::prelude::*;
use p21_services::purchase_order::{self, header, items};
use p21_services::{m_picktickets, m_reprintpurchaseorders::criteria};

use super::{both_versions, client, more_definitions, sandbox};

/// Stores a purchase order; its number.
async fn purchase_order(client: &Client) -> Decimal {
    let required = header::Required {
        location_id: 100,
        vendor_id: 5010,
        buyer_id: "1001",
        order_date: date(2026, 11, 21),
        required_date: date(2026, 12, 21),
    };
    let item = items::Required { item_id: "WIDGET-001", unit_of_measure: "EA", unit_quantity: 4, pricing_unit: "EA" };
    let order = purchase_order::Transaction::new()
        .push(header::Row::new(required).vendor_supplier_id(10))
        .push(items::Row::new(item).unit_price_display(dec!(12.50)));
    let stored = client.submit(order).await.unwrap();
    stored.value("TABPAGE_1.tp_1_dw_1", "po_no").unwrap().parse().unwrap()
}

fn range(company_id: &str, from: Decimal, to: Decimal) -> criteria::Row {
    criteria::Row::new(criteria::Required { company_id }).beg_po_no(from).end_po_no(to)
}

#[tokio::test]
async fn transaction_api_49_a_reprint_is_a_pdf_that_can_be_saved() {
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version)).await;
        let client = client(&sandbox);
        let po_no = purchase_order(&client).await;
        let mut documents = client.print(range("ACME", po_no, po_no)).await.unwrap();
        assert_eq!(documents.len(), 1);
        let document = documents.remove(0).unwrap();
        assert!(document.is_pdf());
        assert_eq!(document.id, format!("PO{po_no} PURCHASE_ORDER"));
        let folder = tempfile::tempdir().unwrap();
        let saved = document.save_in(folder.path()).unwrap();
        assert_eq!(saved.file_name().unwrap().to_str().unwrap(), format!("PO{po_no} PURCHASE_ORDER.pdf"));
        assert_eq!(std::fs::read(&saved).unwrap(), document.bytes);
        assert_ne!(document.save_in(folder.path()).unwrap(), saved, "nothing is overwritten");
    }
}

#[tokio::test]
async fn transaction_api_50_nothing_to_print_is_told_with_any_status() {
    for status in [500, 200] {
        let sandbox = sandbox(|builder| builder.configure(|config| config.reports.error_status = status)).await;
        let error = client(&sandbox).print(range("ACME", dec!(1), dec!(2))).await.unwrap_err();
        assert!(error.is_nothing_to_print() && !error.is_ambiguous(), "{status}: {error}");
    }
}

#[tokio::test]
async fn transaction_api_51_silence_has_its_causes_in_the_error_and_passes_where_it_is_a_fault() {
    let transient =
        |faults| move |builder: SandboxBuilder| builder.configure(|config| config.reports.transient_faults = faults);
    let sandbox = sandbox(transient(2)).await;
    let client = client(&sandbox);
    let po_no = purchase_order(&client).await;
    assert_eq!(client.print(range("ACME", po_no, po_no)).await.unwrap().len(), 1, "the third try prints");
    let error = client.print(range("NOBODY", po_no, po_no)).await.unwrap_err();
    assert!(error.is_silent() && error.to_string().contains("unknown company"), "{error}");
    let nowhere = super::sandbox(|builder| builder.configure(|config| config.reports.unavailable = true)).await;
    let error = super::client(&nowhere).print(range("ACME", po_no, po_no)).await.unwrap_err();
    assert!(error.is_silent(), "{error}");
}

#[tokio::test]
async fn transaction_api_53_documents_fail_by_themselves() {
    let failing = |builder: SandboxBuilder| {
        builder.configure(|config| {
            config.reports.failing.insert("PO4000002 PURCHASE_ORDER".to_owned());
        })
    };
    let sandbox = sandbox(failing).await;
    let client = client(&sandbox);
    for _ in 0..3 {
        purchase_order(&client).await;
    }
    let documents = client.print(range("ACME", dec!(4000001), dec!(4000003))).await.unwrap();
    let printed: Vec<bool> = documents.iter().map(Result::is_ok).collect();
    assert_eq!(printed, [true, false, true]);
    assert_eq!(documents[1].as_ref().unwrap_err().id, "PO4000002 PURCHASE_ORDER");
}

/// A production order that is printed, with two components.
async fn production_order(client: &Client) -> i64 {
    let row = |edits: &[(&str, &str)]| Row::new(edits.iter().map(|(name, value)| Edit::new(*name, *value)));
    let element = |name: &str, rows| DataElement::new(name, ElementKind::Form, rows);
    let component =
        |item, quantity| row(&[("item_id", item), ("qty_per_assembly", quantity), ("unit_of_measure", "EA")]);
    let data_elements = vec![
        element("TABPAGE_1.tp_1_dw_1", vec![row(&[("source_loc_id", "200"), ("print_form", "ON")])]),
        element("TABPAGE_17.tp_17_dw_17", vec![row(&[("assembly_item_id", "WIDGET-002"), ("qty_to_make", "5")])]),
        element("TABPAGE_18.components", vec![component("COMPONENT-A", "2"), component("COMPONENT-B", "0.5")]),
    ];
    let set = TransactionSet::new("ProductionOrder", vec![Transaction::new(data_elements)]);
    let stored = client.submit(&set).await.unwrap().all_stored().unwrap().remove(0);
    stored.value("TABPAGE_1.tp_1_dw_1", "prod_order_number").unwrap().parse().unwrap()
}

fn tickets(order: i64) -> m_picktickets::criteria::Row {
    use m_picktickets::criteria::{Required, Row};
    Row::new(Required { location_id: 100 })
        .create_pick_ticket_type("Production Order")
        .beg_prod_order(order)
        .end_prod_order(order)
}

#[tokio::test]
async fn transaction_api_52_pick_tickets_are_made_with_the_code_that_the_rules_know() {
    let definitions = more_definitions();
    for version in both_versions() {
        let sandbox = sandbox(|builder| builder.p21_version(version).definitions(definitions.path())).await;
        let client = client(&sandbox);
        let order = production_order(&client).await;
        let documents = client.print(tickets(order)).await.unwrap();
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0].as_ref().unwrap().file_name, "PPT6000001 PRODUCTION_PICK_TICKET.pdf");
        let again = client.print(tickets(order)).await.unwrap_err();
        assert!(again.is_nothing_to_print(), "everything is on a ticket: {again}");
    }
}

#[tokio::test]
async fn pick_tickets_are_made_once_though_the_answer_is_lost() {
    use p21_sandbox::{Fault, QueuedFault};
    let definitions = more_definitions();
    let sandbox = sandbox(|builder| builder.definitions(definitions.path())).await;
    let client = client(&sandbox);
    let order = production_order(&client).await;
    sandbox.queue_fault(QueuedFault::next(Fault::DropAfter).path("/pdfreport"));
    let error = client.print(tickets(order)).await.unwrap_err();
    assert!(error.is_ambiguous(), "the tickets may have been made: {error}");
    assert!(client.print(tickets(order)).await.unwrap_err().is_nothing_to_print(), "and they were");
}
