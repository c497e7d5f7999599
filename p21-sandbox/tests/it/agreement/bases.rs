//! A payload of every service that works, from which the others are made. `{n}` is a number of its own, `{ticket}`
//! a pick ticket.

use serde_json::{Value, json};

use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const ROWS: &str = "TABPAGE_17.tp_17_dw_17";
const LABOR: &str = "TP_LABORRECORDING.prod_order_line_comp_labor";

/// A payload that works on a version.
pub(super) fn of(service: &str, profile: &str) -> Value {
    let mut elements = elements(service, profile);
    for element in &mut elements {
        // What was written down as a form may be a list.
        element.as_object_mut().unwrap().remove("Type");
    }
    let codes = service == "m_picktickets";
    json!({"Name": service, "UseCodeValues": codes, "IgnoreDisabled": false,
        "Transactions": [{"Status": "New", "DataElements": elements}]})
}

fn form(name: &str, edits: &[(&str, &str)]) -> Value {
    element(name, &[], &[edits])
}

fn elements(service: &str, profile: &str) -> Vec<Value> {
    match service {
        "Assembly" => vec![
            form("TABPAGE_1.assemblyhdr", &[("inv_mast_item_id", "WIDGET-001"), ("assembly_for_stock", "ON")]),
            items(
                ROWS,
                &[
                    &[("item_id_service_labor_id", "COMPONENT-A"), ("quantity", "2")],
                    &[("item_id_service_labor_id", "COMPONENT-B"), ("quantity", "3")],
                ],
            ),
        ],
        "ConvertPOToVoucher" => vec![
            form(
                HEADER,
                &[
                    ("po_no", "3999001"),
                    ("invoice_no", "INV-{n}"),
                    ("invoice_date", "2026-03-02"),
                    ("invoice_amount", "625"),
                    ("vendor_id", "5010"),
                ],
            ),
            items(
                ROWS,
                &[&[
                    ("receipt_number", "8000001"),
                    ("line_number", "1"),
                    ("po_no", "3999001"),
                    ("unit_qty_invoiced", "50"),
                    ("unit_cost_display", "12.50"),
                ]],
            ),
        ],
        "Customer" => vec![
            form(HEADER, &[("company_id", "ACME"), ("customer_name", "Customer {n}"), ("salesrep_id", "1")]),
            form("SHIP_TO_GENERAL.ship_to_general", &[("default_branch", "100")]),
            items(
                "CUSTOMERSALESREP.customersalesrep",
                &[
                    &[("salesrep_id", "1"), ("primary_salesrep_flag", "ON")],
                    &[("salesrep_id", "2"), ("primary_salesrep_flag", "OFF")],
                ],
            ),
        ],
        "InventoryAdjustment" => vec![
            form(HEADER, &[("location_id", "100"), ("reason_id", "Cycle Count")]),
            items(
                ROWS,
                &[
                    &[("item_id", "WIDGET-001"), ("unit_quantity", "2")],
                    &[("item_id", "WIDGET-002"), ("unit_quantity", "-1")],
                ],
            ),
        ],
        "Item" => vec![
            form(
                HEADER,
                &[
                    ("item_id", "ITEM-{n}"),
                    ("item_desc", "Item {n}"),
                    ("sales_discount_group_id", "A"),
                    ("purchase_discount_group_id", "A"),
                ],
            ),
            items("TABPAGE_17.invloclist", &[&[("location_id", "100"), ("company_id", "ACME")]]),
            form(
                "TABPAGE_18.inv_loc_detail",
                &[
                    ("product_group_id", "FASTENERS"),
                    ("sales_discount_group_id", "A"),
                    ("purchase_discount_group_id", "A"),
                    ("bin", "B-1"),
                ],
            ),
        ],
        "JobContractPricing" => contract(profile),
        "Labor" => vec![
            form(
                "FORM.labor",
                &[
                    ("service_labor_id", "LAB-{n}"),
                    ("service_labor_desc", "Labor {n}"),
                    ("labor_type_cd", "Direct"),
                    ("estimate_rate_level", "1"),
                ],
            ),
            items("TP_RATES.hourly_rate", &[&[("rate_amount", "25")]]),
        ],
        "LaborProcess" => vec![
            form(
                "FORM.form",
                &[("service_labor_process_id", "PROCESS-{n}"), ("service_labor_process_desc", "Process {n}")],
            ),
            items(
                "LABOR PROCESS LIST.labor process list",
                &[
                    &[("service_labor_id", "LAB-PAINT"), ("estimated_hours", "1")],
                    &[("service_labor_id", "LAB-TEST"), ("estimated_hours", "2")],
                ],
            ),
        ],
        "Order" => vec![
            order_header_with(&["po_no"], &[("po_no", "PO-{n}")]),
            items(ITEMS, &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "3")]]),
            form(EXTENDED, &[("extended_desc", "as agreed")]),
            items(ITEMS, &[&[("oe_order_item_id", "WIDGET-002"), ("unit_quantity", "4")]]),
            form(EXTENDED, &[("extended_desc", "as ever")]),
        ],
        "PurchaseOrder" => {
            let line = |item: &'static str| -> Vec<(&str, &str)> {
                vec![
                    ("item_id", item),
                    ("unit_quantity", "10"),
                    ("unit_of_measure", "EA"),
                    ("pricing_unit", "EA"),
                    ("unit_price_display", "12.50"),
                ]
            };
            vec![
                form(
                    HEADER,
                    &[
                        ("location_id", "100"),
                        ("vendor_id", "5010"),
                        ("buyer_id", "1001"),
                        ("order_date", "2026-03-02"),
                        ("required_date", "2026-03-09"),
                        ("external_po_no", "Q-{n}"),
                    ],
                ),
                items(ROWS, &[&line("WIDGET-001"), &line("WIDGET-002")]),
            ]
        }
        "SalesPriceBook" => vec![
            form(
                "FORM.form",
                &[("price_book_id", "BOOK-{n}"), ("price_book_description", "Book {n}"), ("row_status_flag", "Active")],
            ),
            items("LIST.list_detail", &[&[("price_page_uid", "700001")]]),
        ],
        "SalesPricePage" => vec![
            form(
                "FORM.form",
                &[
                    ("price_page_type_cd", "Supplier / Product Group"),
                    ("company_id", "ACME"),
                    ("product_group_id", "FASTENERS"),
                    ("supplier_id", "10"),
                    ("description", "Page {n}"),
                    ("pricing_method_cd", "Source"),
                    ("source_price_cd", "Supplier List Price"),
                    ("effective_date", "2026-01-01"),
                    ("expiration_date", "2027-12-31"),
                ],
            ),
            form(
                BREAKS,
                &[
                    ("calculation_method_cd", "Multiplier"),
                    ("calculation_value1", "0.9"),
                    ("break1", "10"),
                    ("calculation_value2", "0.8"),
                    ("break2", "0"),
                ],
            ),
        ],
        "Shipping" => {
            vec![form(HEADER, &[("pick_ticket_no", "{ticket}"), ("tracking_no", "T-{n}"), ("create_invoice", "OFF")])]
        }
        "Supplier" => vec![
            form(HEADER, &[("name", "Supplier {n}")]),
            items("TABPAGE_4.tp_4_dw_4", &[&[("division_id", "1"), ("item_id", "WIDGET-001"), ("list_price", "9")]]),
        ],
        "TimeEntry" => vec![
            form(
                "TP_TECHNICIAN.tp_technician",
                &[("company_id", "ACME"), ("technician_id", "1001"), ("entry_date", "2026-03-02")],
            ),
            items(
                LABOR,
                &[&[
                    ("prod_order_number", "2001"),
                    ("service_labor_id", "LAB-TEST"),
                    ("time_worked", "4:00"),
                    ("labor_type_cd", "Rate"),
                ]],
            ),
        ],
        "m_storedprocedureexecutor" => vec![form(
            "DEFINITION.stored_procedure_def",
            &[
                ("stored_procedure", "usp_{n}"),
                ("stored_procedure_description", "Procedure {n}"),
                ("row_status_flag", "Active"),
            ],
        )],
        "m_reprintpurchaseorders" => vec![form(
            "TABPAGE_1.poreportcriteriadw",
            &[("company_id", "ACME"), ("beg_po_no", "3999001"), ("end_po_no", "3999001")],
        )],
        "m_picktickets" => vec![form(
            HEADER,
            &[
                ("create_pick_ticket_type", "P"),
                ("beg_prod_order", "2001"),
                ("end_prod_order", "2001"),
                ("location_id", "100"),
            ],
        )],
        "m_reprintpicktickets" => vec![form(
            HEADER,
            &[
                ("company_id", "ACME"),
                ("location_id", "100"),
                ("print_qty", "1"),
                ("beg_pick_ticket_no", "5000001"),
                ("end_pick_ticket_no", "5000001"),
            ],
        )],
        other => panic!("a definition that was added wants a payload: {other}"),
    }
}

fn contract(profile: &str) -> Vec<Value> {
    let mut header = contract_header("C-{n}");
    header["Keys"] = json!([]);
    let breaks = form(
        BREAKS,
        &[
            ("calculation_method_cd", "Fixed Price"),
            ("calculation_value1", "10"),
            ("break1", "10"),
            ("calculation_value2", "8"),
            ("break2", "0"),
        ],
    );
    let mut elements = vec![header, line(&FIXED)];
    elements.push(line(&SOURCE));
    if profile == "25.2" {
        elements.push(breaks);
    }
    elements
}

fn items(name: &str, rows: &[&[(&str, &str)]]) -> Value {
    element(name, &[], rows)
}
