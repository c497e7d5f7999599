//! What values may say, and what P21 makes of those that nobody sends.

use super::*;

/// What P21 fills in and numbers, and what labels are.
pub(super) fn of_what_p21_gives() -> Vec<Case> {
    let coded = [("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "221"), ("price", "25.00")];
    vec![
        case(
            Kind::Assigned,
            contract(&[&FIXED], vec![]),
            Broken::Never(
                "a payload that names the number means the record that has it",
                Shows::Stored { element: LINES, field: "line_no", value: "1" },
            ),
        ),
        case(
            Kind::Default,
            contract(&[&FIXED], vec![]),
            Broken::Never(
                "it says what P21 fills in where a payload is silent",
                Shows::Stored { element: LINES, field: "row_status_flag", value: "Active" },
            ),
        ),
        case(
            Kind::Codes,
            contract(&[&FIXED], vec![]),
            by(
                contract(&[&coded], vec![]),
                Check::Finds(Code::CodeForLabel),
                Derive::Types("labels/code_instead_of_label.rs"),
                Sandbox::Refuses("Invalid pricing_method value: 221"),
            ),
        ),
        case(
            Kind::Values,
            contract(&[&SOURCE], vec![]),
            Broken::Never(
                "sites fill the list differently, so no label is refused for not being on it",
                Shows::Schema(|schema| {
                    let line = schema.element(LINES).unwrap();
                    line.field("source_price").unwrap().1.values.contains("Supplier List Price")
                }),
            ),
        ),
        Case {
            before: vec![covering()],
            ..case(
                Kind::Note,
                set("Order", [vec![order_header(), order_line()]]),
                Broken::Never(
                    "it says what no check can see: a line without a price has that of a contract",
                    Shows::Stored { element: ITEMS, field: "unit_price", value: "25.00" },
                ),
            )
        },
    ]
}

/// A contract that covers the ship-to of orders.
fn covering() -> Value {
    let mut contract = contract(&[&FIXED], vec![]);
    let header = contract["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"].as_array_mut().unwrap();
    header.push(json!({"Name": "ship_to_id", "Value": "100198"}));
    contract
}

/// What a value may say.
pub(super) fn of_values() -> Vec<Case> {
    let breaks = |edits: &[(&str, &str)]| {
        form(BREAKS, &[&[("calculation_method_cd", "Fixed Price"), ("calculation_value1", "10")], edits].concat())
    };
    let days = |requested: &'static str| {
        let header = order_header_with(&["requested_date"], &[("requested_date", requested)]);
        set("Order", [vec![header, order_line()]])
    };
    let ending = |end: &'static str| {
        let header = [("company_id", "ACME"), ("contract_no", "C-1"), ("customer_id", "100198"), ("end_date", end)];
        set("JobContractPricing", [vec![form(CONTRACT, &header), list(LINES, &[], &[&FIXED])]])
    };
    let acknowledged = |on| vec![form("TABPAGE_18.extended_info", &[("acknowledged", on)])];
    vec![
        case(
            Kind::Tiers,
            contract(&[&SOURCE], vec![breaks(&[("break1", "10"), ("calculation_value2", "9")])]),
            by(
                contract(&[&SOURCE], vec![breaks(&[("break1", "10")])]),
                Check::Finds(Code::BrokenTiers),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Takes("P21 stores what was sent, and prices later orders by other tiers than were meant"),
            ),
        ),
        case(
            Kind::Dates,
            days("2026-03-09"),
            by(
                days("2026-03-01"),
                Check::Finds(Code::DateOrder),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("Required value missing for Required Date"),
            ),
        ),
        case(
            Kind::Today,
            ending("2026-03-02"),
            by(
                ending("2026-03-01"),
                Check::Finds(Code::PastDate),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("end date must be equal to or greater than today"),
            ),
        ),
        case(
            Kind::Length,
            purchase(&[("external_po_no", "1234567890123456789012345678901234567890")], vec![]),
            by(
                purchase(&[("external_po_no", "12345678901234567890123456789012345678901")], vec![]),
                Check::Finds(Code::TooLong),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("Invalid external_po_no value"),
            ),
        ),
        case(
            Kind::Format,
            labor(&[SERVICE_LABOR, ("time_worked", "4:30")]),
            by(
                labor(&[SERVICE_LABOR, ("time_worked", "4.5")]),
                Check::Finds(Code::WrongValue),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("Invalid time_worked value: 4.5"),
            ),
        ),
        case(
            Kind::Prompt,
            purchase(&[], acknowledged("OFF")),
            by(
                purchase(&[], acknowledged("ON")),
                Check::Finds(Code::OpensWindow),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Takes(
                    "the window opens behind the save and spoils the session of whoever comes next (session_pool.rs)",
                ),
            ),
        ),
    ]
}
