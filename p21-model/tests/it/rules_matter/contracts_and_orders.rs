//! Contracts, orders, price pages and tasks.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let contracts = "JobContractPricing";
    vec![
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.order, rule => rule.fields.iter().any(|f| f.names() == ["price"])),
            code: Code::FieldOrder,
            elements: json!([contract(), line(&[("item_id", "A"), ("price", "1"), ("pricing_method", "Price")])]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "breaks"),
            code: Code::ChildWithoutParent,
            elements: json!([contract(), form("VALUES.values", &[("calculation_value1", "1")])]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.choice, rule => rule.value == "Price"),
            code: Code::ChoiceForbids,
            elements: json!([contract(), line(&[("item_id", "A"), ("pricing_method", "Price"), ("multiplier", "2")])]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "26.1",
            remove: |rules| without!(rules.disabled, rule => rule.element == "breaks" && rule.fields.is_empty()),
            code: Code::DisabledTab,
            elements: json!([
                contract(),
                line(&[("item_id", "A")]),
                form("VALUES.values", &[("calculation_value1", "1")])
            ]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.fields.iter().any(|f| f == "corp_address_id")),
            code: Code::DisabledColumn,
            elements: json!([form(
                "FORM.d_dw_job_price_hdr",
                &[("job_no", "7"), ("end_date", "2099-12-31"), ("corp_address_id", "2")]
            )]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.tiers, rule => rule.element == "breaks"),
            code: Code::BrokenTiers,
            elements: json!([
                contract(),
                line(&[("item_id", "A")]),
                form("VALUES.values", &[("calculation_value1", "1"), ("break1", "10")])
            ]),
            ..plain()
        },
        Case {
            service: contracts,
            version: "25.2",
            remove: |rules| without!(rules.required_element, rule => rule.element == "line"),
            code: Code::ElementMissing,
            elements: json!([form("FORM.d_dw_job_price_hdr", &[("company_id", "ACME"), ("end_date", "2099-12-31")])]),
            instead: &[Code::RequiredMissing],
            ..plain()
        },
        Case {
            service: contracts,
            remove: |rules| without!(rules.codes, rule => rule.field.as_deref() == Some("pricing_method")),
            code: Code::CodeForLabel,
            elements: json!([contract(), line(&[("item_id", "A"), ("pricing_method", "221")])]),
            instead: &[Code::UnknownLabel],
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.follows, rule => rule.child == "extended_info"),
            code: Code::ChildOfLastRow,
            elements: json!([order(), two_items(), form("TP_EXTDINFO.extd_info", &[("extended_desc", "x")])]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.dates, rule => rule.later == "requested_date"),
            code: Code::DateOrder,
            elements: json!([form(
                "TABPAGE_1.order",
                &[("order_no", "1"), ("order_date", "2026-01-02"), ("requested_date", "2026-01-02")]
            )]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.disabled, rule => rule.fields.iter().any(|f| f == "customer_id")),
            code: Code::DisabledColumn,
            elements: json!([form("TABPAGE_1.order", &[("order_no", "1"), ("customer_id", "5")])]),
            ..plain()
        },
        Case {
            service: "Order",
            version: "25.2",
            remove: |rules| without!(rules.sequence, rule => rule.elements.iter().any(|e| e == "remittances")),
            code: Code::ElementOrder,
            elements: json!([
                order(),
                form("TP_REMITTANCES.remittances", &[("payment_amount", "5")]),
                form("TP_ITEMS.items", &[("oe_order_item_id", "A")])
            ]),
            ..plain()
        },
        Case {
            service: "SalesPricePage",
            version: "25.2",
            remove: |rules| without!(rules.order, rule => rule.fields.iter().any(|f| f.names().iter().any(|n| n == "product_group_id"))),
            code: Code::FieldOrder,
            elements: json!([form(
                "FORM.form",
                &[("price_page_uid", "1"), ("product_group_id", "A"), ("company_id", "ACME")]
            )]),
            ..plain()
        },
        Case {
            service: "Task",
            version: "25.2",
            remove: |rules| without!(rules.order, rule => rule.element == "Form.form"),
            code: Code::FieldOrder,
            elements: json!([form(
                "Form.form",
                &[("task_uid", "1"), ("start_date", "2026-01-02"), ("target_date", "2026-01-03")]
            )]),
            ..plain()
        },
    ]
}
