//! Where check and sandbox may differ, why, and of which services. One that no payload of a service needs any more fails the
//! test.

use p21_model::check::Code;
use p21_model::schema::{ElementKind, ElementSchema, Numbering, RuleKind};
use serde_json::Value;

use super::{Became, Case};

pub(super) struct Exception {
    pub(super) why: &'static str,
    /// Where it occurs: it has to, in each of them.
    pub(super) services: &'static [&'static str],
    pub(super) is_it: fn(&Case) -> bool,
}

/// The text with which a payload was refused that the check passes.
fn refused(case: &Case) -> Option<&str> {
    match &case.became {
        Became::Refused(text) if case.errors.is_empty() => Some(text),
        _ => None,
    }
}

/// Whether every error is one of these, and the payload is stored as it was sent.
fn stored_in_spite_of(case: &Case, codes: &[Code]) -> bool {
    matches!(case.became, Became::Stored)
        && !case.errors.is_empty()
        && case.errors.iter().all(|code| codes.contains(code))
}

/// Whether the payload says that its records are new: their number is P21's to give, and nothing else finds one.
fn says_new(case: &Case) -> bool {
    let Some(header) = case.schema.elements.iter().next() else { return false };
    let number = header.rules.iter().find_map(|rule| match rule.kind {
        RuleKind::Assigned { field, how: Numbering::Number { .. } } => Some(&*header.fields[usize::from(field)].name),
        _ => None,
    });
    let Some(number) = number.filter(|_| !case.warnings.contains(&Code::NewOrStored)) else { return false };
    let names = |element: &Value| {
        let rows = element["Rows"].as_array().unwrap().iter();
        rows.flat_map(|row| row["Edits"].as_array().unwrap()).any(|edit| edit["Name"] == number)
    };
    let elements = case.set["Transactions"][0]["DataElements"].as_array().unwrap();
    elements.iter().all(|element| element["Name"] != *header.name || !names(element))
}

/// Whether the text is about a form beside the header: `(for Label)`.
fn is_about_other_form(case: &Case, text: &str) -> bool {
    let label = text.split_once("(for ").and_then(|(_, rest)| rest.split_once(") on row")).map(|(label, _)| label);
    let is_it = |element: &&ElementSchema| label == Some(&*element.label) || label == Some(element.datawindow());
    // Several may share a tab.
    let mut about = case.schema.elements.iter().filter(is_it);
    about.any(|element| element.kind == ElementKind::Form && element.index > 0)
}

pub(super) const EXCEPTIONS: &[Exception] = &[
    // What only the server knows.
    Exception {
        why: "the value names something that the server does not have: a payload alone can't show that",
        services: &[
            "Assembly",
            "ConvertPOToVoucher",
            "InventoryAdjustment",
            "JobContractPricing",
            "Order",
            "PurchaseOrder",
            "Shipping",
            "TimeEntry",
        ],
        is_it: |case| {
            let texts: &[&str] = match &*case.schema.name {
                "Assembly" => &["This item ID is not valid"],
                "ConvertPOToVoucher" => &["Record specified was not found."],
                "InventoryAdjustment" | "Order" => &["item ID does not exist at your source location."],
                "JobContractPricing" => &["Invalid item_id value", "Invalid uom value"],
                "PurchaseOrder" => {
                    &["Invalid item_id value", "Invalid unit_of_measure value", "Invalid pricing_unit value"]
                }
                "Shipping" => &["Enter a valid ID or leave ID blank. DataElement: tp_1_dw_1, Column: pick_ticket_no"],
                "TimeEntry" => &["Production order not found", "Invalid labor code", "Invalid technician"],
                _ => &[],
            };
            refused(case).is_some_and(|text| texts.iter().any(|known| text.contains(known)))
        },
    },
    Exception {
        why: "the record exists",
        services: &["Assembly"],
        is_it: |case| refused(case).is_some_and(|text| text.contains("The record already exists.")),
    },
    Exception {
        why: "a record that is named by a key may be stored, and the flags of forms beside the header are wrong in both \
              directions: what a new row of them needs is no mistake for certain",
        services: &[
            "Assembly",
            "Item",
            "JobContractPricing",
            "Labor",
            "LaborProcess",
            "Order",
            "SalesPriceBook",
            "SalesPricePage",
            "Shipping",
        ],
        is_it: |case| {
            let is_it = |text: &str| {
                text.contains("Required value missing for") && (!says_new(case) || is_about_other_form(case, text))
            };
            refused(case).is_some_and(is_it)
        },
    },
    Exception {
        why: "a list that sites fill differently is open in the check; a sandbox has the labels that are known",
        services: &["Assembly", "InventoryAdjustment", "JobContractPricing"],
        is_it: |case| {
            let list = match &*case.schema.name {
                "Assembly" => "Invalid component_type value",
                "InventoryAdjustment" => "Invalid reason_id value",
                _ => "Invalid source_price value",
            };
            refused(case).is_some_and(|text| text.contains(list))
        },
    },
    Exception {
        why: "a field of labor whose predecessors are left out altogether stays shut: which of them a row has to have \
              depends on whose labor it is, so the check says only what comes too late",
        services: &["TimeEntry"],
        is_it: |case| {
            let has_labor =
                case.set["Transactions"][0]["DataElements"].to_string().contains("prod_order_line_comp_labor");
            has_labor && refused(case).is_some_and(|text| text.contains("Column is disabled: end_time"))
        },
    },
    Exception {
        why: "the sandbox takes the numbers of tickets as numbers, the definition as texts",
        services: &["m_reprintpicktickets"],
        is_it: |case| refused(case).is_some_and(|text| text.contains("pick_ticket_no value")),
    },
    Exception {
        why: "the sandbox fills in the name of an item that it has",
        services: &["Assembly"],
        is_it: |case| matches!(&case.became, Became::Otherwise(lost) if lost.iter().all(|lost| lost.fields == ["item_desc"])),
    },
    Exception {
        why: "what a sandbox has from its session or from the receipt is not missing there; P21 wants it by its definition",
        services: &["ConvertPOToVoucher", "JobContractPricing"],
        is_it: |case| stored_in_spite_of(case, &[Code::RequiredMissing]),
    },
    Exception {
        why: "the codes of a field are known in part, so that the check refuses no other",
        services: &["m_picktickets", "m_storedprocedureexecutor"],
        is_it: |case| {
            let fields = ["Invalid create_pick_ticket_type value", "Invalid row_status_flag value"];
            let is_it = |text: &str| fields.iter().any(|known| text.contains(known));
            case.set["UseCodeValues"] == true && refused(case).is_some_and(is_it)
        },
    },
    Exception {
        why: "the sandbox does not simulate every criterion of a report, and says so",
        services: &["m_picktickets", "m_reprintpicktickets", "m_reprintpurchaseorders"],
        is_it: |case| refused(case).is_some_and(|text| text.contains("This local P21 does not simulate")),
    },
    Exception {
        why: "a report about something that the server does not have is an empty 500",
        services: &["m_picktickets", "m_reprintpicktickets", "m_reprintpurchaseorders"],
        is_it: |case| refused(case).is_some_and(str::is_empty),
    },
    // What P21 does is not known, or only that it is not what was meant.
    Exception {
        why: "what P21 does with breaks that fall, repeat, are negative or have no value is not known: the sandbox keeps \
              them, and an order that is priced by them shows what came of it",
        services: &["JobContractPricing", "SalesPriceBook", "SalesPricePage"],
        is_it: |case| stored_in_spite_of(case, &[Code::BrokenTiers]),
    },
    Exception {
        why: "that a child names another row than its parent is inferred to be a mistake; the sandbox puts it on the row \
              that is current, and keeps what it names",
        services: &["Order"],
        is_it: |case| stored_in_spite_of(case, &[Code::OtherThanParent]),
    },
    Exception {
        why: "elements before the header they belong to: the order is documented, what P21 does otherwise is not; a \
              sandbox has one record in its window, whichever element comes first",
        services: &[
            "Assembly",
            "Item",
            "JobContractPricing",
            "LaborProcess",
            "PurchaseOrder",
            "SalesPriceBook",
            "TimeEntry",
        ],
        is_it: |case| stored_in_spite_of(case, &[Code::ElementOrder]),
    },
    Exception {
        why: "the order of these fields is documented, the effect of another order is not",
        services: &["ConvertPOToVoucher", "JobContractPricing", "SalesPricePage", "TimeEntry"],
        is_it: |case| stored_in_spite_of(case, &[Code::FieldOrder]),
    },
    Exception {
        why: "which fields a choice wants is documented or inferred; that P21 refuses a row without them is not",
        services: &["JobContractPricing", "SalesPricePage", "m_picktickets"],
        is_it: |case| stored_in_spite_of(case, &[Code::ChoiceWants, Code::ChoiceForbids]),
    },
    Exception {
        why: "a child behind several rows lands on the last of them, or without one on the first: it is there, and only \
              its sender knows on which it was meant to be",
        services: &["InventoryAdjustment", "Item", "PurchaseOrder", "Shipping"],
        is_it: |case| stored_in_spite_of(case, &[Code::ChildOfLastRow, Code::ChildWithoutParent]),
    },
    Exception {
        why: "a window without keys can't be read back: the echo has both of two rows that are one",
        services: &["TimeEntry"],
        is_it: |case| stored_in_spite_of(case, &[Code::SecondFormRow, Code::RowsFold]),
    },
    Exception {
        why: "that a report was printed does not say of what: a second row or value counts instead of the first, and \
              what nothing bounds is all there is",
        services: &["m_picktickets", "m_reprintpicktickets", "m_reprintpurchaseorders"],
        is_it: |case| {
            stored_in_spite_of(case, &[Code::SecondFormRow, Code::SetTwice, Code::Unbounded, Code::RequiredMissing])
        },
    },
];
