//! Items and stock, vouchers and purchases, reports, labor.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let contracts = "JobContractPricing";
    vec![
        Case {
            service: "Item",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "location_detail"),
            code: Code::ChildWithoutParent,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("item_id", "A")]),
                form("TABPAGE_18.inv_loc_detail", &[("bin", "1")])
            ]),
            ..plain()
        },
        Case {
            service: "Item",
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.element == "location_accounts"),
            code: Code::DisabledColumn,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("item_id", "A")]),
                form("TABPAGE_17.invloclist", &[("location_id", "10")]),
                form("TABPAGE_24.inv_loc_accounts", &[("gl_account_no", "1")])
            ]),
            ..plain()
        },
        Case {
            service: "InventoryAdjustment",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "lots"),
            code: Code::ChildOfLastRow,
            elements: json!([
                adjustment(),
                {"Name": "TABPAGE_17.tp_17_dw_17", "Rows": [
                    row(&[("item_id", "A"), ("unit_quantity", "1")]),
                    row(&[("item_id", "B"), ("unit_quantity", "2")]),
                ]},
                form("TABPAGE_LOT.lot", &[("lot_cd", "L1"), ("item_id", "A"), ("unit_quantity", "1")])
            ]),
            ..plain()
        },
        Case {
            service: "InventoryAdjustment",
            version: "25.2",
            remove: |rules| without!(rules.sequence, rule => rule.elements.contains(&"items".to_owned())),
            code: Code::ElementOrder,
            elements: json!([
                form("TABPAGE_17.tp_17_dw_17", &[("item_id", "A"), ("unit_quantity", "1")]),
                adjustment()
            ]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.fields.contains(&"company_id".to_owned())),
            code: Code::DisabledColumn,
            elements: json!([voucher(&[("company_id", "ACME")])]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.fields.contains(&"period".to_owned())),
            code: Code::DisabledColumn,
            elements: json!([voucher(&[("branch_id", "1"), ("period", "3"), ("year_for_period", "2026")])]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.required, rule => rule.fields == ["po_no"]),
            code: Code::RequiredMissing,
            elements: json!([form(
                "TABPAGE_1.tp_1_dw_1",
                &[("invoice_no", "I"), ("invoice_date", "2026-03-02"), ("invoice_amount", "1"), ("vendor_id", "1")]
            )]),
            ..plain()
        },
        Case {
            service: "ConvertPOToVoucher",
            version: "26.1",
            remove: |rules| without!(rules.order, rule => rule.element == "header"),
            code: Code::FieldOrder,
            elements: json!([form(
                "TABPAGE_1.tp_1_dw_1",
                &[
                    ("invoice_no", "I"),
                    ("po_no", "1"),
                    ("invoice_date", "2026-03-02"),
                    ("invoice_amount", "1"),
                    ("vendor_id", "1")
                ]
            )]),
            ..plain()
        },
        Case {
            service: "Shipping",
            version: "26.1",
            remove: |rules| without!(rules.follows, rule => rule.child == "lots"),
            code: Code::ChildWithoutParent,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("pick_ticket_no", "1")]),
                form("TABPAGE_LOT.tabpage_lot", &[("lot_cd", "L"), ("item_id", "A")])
            ]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.ascending, rule => rule.element == "releases"),
            code: Code::NotAscending,
            elements: json!([
                order(),
                form("TP_ITEMS.items", &[("oe_order_item_id", "A")]),
                {"Name": "TABPAGE_RELEASE.tabpage_release", "Rows": [
                    row(&[("release_date", "2026-03-02"), ("unit_release_qty", "5")]),
                    row(&[("release_date", "2026-03-02"), ("unit_release_qty", "6")]),
                ]}
            ]),
            ..plain()
        },
        Case {
            service: "Customer",
            version: "25.2",
            remove: |rules| without!(rules.primary, rule => rule.element == "salesreps"),
            code: Code::PrimaryMissing,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("customer_id", "1")]),
                form("CUSTOMERSALESREP.customersalesrep", &[("salesrep_id", "7"), ("primary_salesrep_flag", "OFF")])
            ]),
            ..plain()
        },
        Case {
            service: "TimeEntry",
            version: "25.2",
            remove: |rules| without!(rules.either, rule => rule.element == "labor"),
            code: Code::EitherOr,
            elements: json!([form(
                "TP_LABORRECORDING.prod_order_line_comp_labor",
                &[("prod_order_number", "1"), ("item_id", "A"), ("service_labor_id", "L"), ("labor_type_cd", "Rate")]
            )]),
            ..plain()
        },
        Case {
            service: "PurchaseOrder",
            version: "25.2",
            remove: |rules| without!(rules.prompt, rule => rule.field == "acknowledged"),
            code: Code::OpensWindow,
            elements: json!([
                form("TABPAGE_1.tp_1_dw_1", &[("po_no", "1")]),
                form("TABPAGE_17.tp_17_dw_17", &[("line_no", "1")]),
                form("TABPAGE_18.extended_info", &[("acknowledged", "ON")])
            ]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.repeats, rule => rule.children.iter().any(|child| child == "extended_info")),
            code: Code::OtherThanParent,
            elements: json!([
                form("TABPAGE_1.order", &[("order_no", "1")]),
                form("TP_ITEMS.items", &[("oe_order_item_id", "A"), ("unit_quantity", "5")]),
                form("TP_EXTDINFO.extd_info", &[("oe_order_item_id", "B"), ("extended_desc", "x")])
            ]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.no_key, _rule => true),
            code: Code::ChangingKey,
            elements: json!([
                form("TABPAGE_1.order", &[("order_no", "1")]),
                {"Name": "TP_ITEMS.items", "Keys": ["unit_quantity"],
                    "Rows": [row(&[("oe_order_item_id", "A"), ("unit_quantity", "5")])]}
            ]),
            any: true,
            instead: &[Code::OverKeyed],
            ..plain()
        },
        Case {
            service: "m_reprintpurchaseorders",
            version: "25.2",
            remove: |rules| without!(rules.bounded, _rule => true),
            code: Code::Unbounded,
            elements: json!([form("TABPAGE_1.poreportcriteriadw", &[("company_id", "ACME")])]),
            before: |rules| {
                rules.1.endpoint.clear();
                rules.1.bounded.clear();
            },
            ..plain()
        },
        Case {
            service: "m_picktickets",
            version: "25.2",
            remove: |rules| without!(rules.use_code_values, _rule => true),
            code: Code::CodesWanted,
            elements: json!([]),
            before: |rules| rules.1.endpoint.clear(),
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.key, _rule => true),
            code: Code::ReadByNoKey,
            // Without the rule the declared keys count: all three of them.
            more: |set| {
                *set = json!({"ServiceName": "JobContractPricing", "TransactionStates": [
                    {"DataElementName": "FORM.d_dw_job_price_hdr", "Keys": [{"Name": "job_no", "Value": "7"}]}
                ]});
            },
            allows: true,
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.today, rule => rule.field == "end_date"),
            code: Code::PastDate,
            elements: json!([contract()]),
            options: CheckOptions::new().today(Date::constant(2100, 1, 1)),
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.one_insert, rule => rule.element == "line"),
            code: Code::InsertsCollide,
            elements: json!([
                contract(),
                line(&[("item_id", "A"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1")])
            ]),
            more: |set| {
                let other = json!({"Status": "New", "DataElements": [contract(), line(&[("item_id", "B"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "1")])]});
                set["Transactions"].as_array_mut().unwrap().push(other);
            },
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.assigned, rule => rule.element == "header"),
            code: Code::ElementMissing,
            elements: json!([form("FORM.d_dw_job_price_hdr", &[("company_id", "ACME"), ("end_date", "2099-12-31")])]),
            instead: &[Code::RequiredMissing],
            ..plain()
        },
        Case {
            service: "PurchaseOrder",
            remove: |rules| without!(rules.optional, rule => rule.element == "header"),
            code: Code::RequiredMissing,
            elements: json!([
                form(
                    "TABPAGE_1.tp_1_dw_1",
                    &[
                        ("location_id", "100"),
                        ("vendor_id", "5010"),
                        ("buyer_id", "1001"),
                        ("order_date", "2026-03-02"),
                        ("required_date", "2026-03-09"),
                    ]
                ),
                form(
                    "TABPAGE_17.tp_17_dw_17",
                    &[
                        ("item_id", "A"),
                        ("unit_quantity", "1"),
                        ("unit_of_measure", "EA"),
                        ("pricing_unit", "EA"),
                        ("unit_price_display", "1"),
                    ]
                )
            ]),
            allows: true,
            ..plain()
        },
        Case {
            service: "TimeEntry",
            remove: |rules| without!(rules.format, rule => rule.fields == ["time_worked"]),
            code: Code::WrongValue,
            elements: json!([form(
                "TP_LABORRECORDING.prod_order_line_comp_labor",
                &[
                    ("prod_order_number", "1"),
                    ("service_labor_id", "L"),
                    ("time_worked", "4.5"),
                    ("labor_type_cd", "Rate")
                ]
            )]),
            ..plain()
        },
        Case {
            service: "Assembly",
            remove: |rules| without!(rules.created_once, rule => rule.element == "header"),
            code: Code::RequiredMissing,
            elements: json!([
                form("TABPAGE_1.assemblyhdr", &[("inv_mast_item_id", "A")]),
                form("ROUTING_TABPAGE.process", &[("process_code", "CUT")]),
                form("ROUTING_TABPAGE.stage_x_process", &[("process_uid", "7"), ("comment", "x")])
            ]),
            options: CheckOptions::new().created_once(true),
            ..plain()
        },
        Case {
            service: "PurchaseOrder",
            remove: |any| without!(any.length, rule => rule.columns == ["po_hdr.external_po_no"]),
            code: Code::TooLong,
            elements: json!([form(
                "TABPAGE_1.tp_1_dw_1",
                &[("po_no", "1"), ("external_po_no", "123456789012345678901234567890123456789012345")]
            )]),
            any: true,
            ..plain()
        },
        Case {
            service: "m_reprintpurchaseorders",
            remove: |any| without!(any.endpoint, rule => rule.services == ["m_*"]),
            code: Code::WrongEndpoint,
            elements: json!([]),
            any: true,
            ..plain()
        },
    ]
}
