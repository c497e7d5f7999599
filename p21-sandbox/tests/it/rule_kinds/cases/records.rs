//! Rows beside each other, records, and where a service's payloads go.

use super::*;

/// Rows of a list beside each other, and below their parents.
pub(super) fn of_lists() -> Vec<Case> {
    let release = |first: &'static str, second: &'static str| {
        let rows: [&[(&str, &str)]; 2] = [
            &[("release_date", first), ("unit_release_qty", "1")],
            &[("release_date", second), ("unit_release_qty", "1")],
        ];
        order(vec![order_line(), list("TABPAGE_RELEASE.tabpage_release", &[], &rows)])
    };
    let salesreps = |flag: &'static str| {
        let reps = list(
            "CUSTOMERSALESREP.customersalesrep",
            &["salesrep_id"],
            &[&[("salesrep_id", "1"), ("primary_salesrep_flag", flag)]],
        );
        set("Customer", [vec![customer(), branch(), reps]])
    };
    let add = |item: &'static str| {
        let edits = [("item_id", item), ("uom", "EA"), ("pricing_method", "Price"), ("price", "5")];
        let key = contract_key("C-1", &[("job_no", "{job_no}"), ("end_date", "2027-12-31")]);
        vec![key, list(LINES, &[], &[&edits])]
    };
    let keyed = |key: &str| {
        let line = list(ITEMS, &[key], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "20")]]);
        set("Order", [vec![order_key("{order_no}"), line]])
    };
    let lines = |item: &'static str, first: bool| {
        let [one, other] = ["WIDGET-001", "WIDGET-002"]
            .map(|item| list(ITEMS, &[], &[&[("oe_order_item_id", item), ("unit_quantity", "2")]]));
        let info = form(EXTENDED, &[("oe_order_item_id", item), ("extended_desc", "as drawn")]);
        order(if first { vec![one, info, other] } else { vec![one, other, info] })
    };
    vec![
        case(
            Kind::Ascending,
            release("2026-03-09", "2026-03-10"),
            by(
                release("2026-03-10", "2026-03-09"),
                Check::Finds(Code::NotAscending),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("The release date must be after the previous release date"),
            ),
        ),
        case(
            Kind::Primary,
            salesreps("ON"),
            by(
                salesreps("OFF"),
                Check::Finds(Code::PrimaryMissing),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("Primary salesrep is required."),
            ),
        ),
        Case {
            before: vec![contract(&[&FIXED], vec![])],
            exists: true,
            ..case(
                Kind::OneInsert,
                set("JobContractPricing", [add("WIDGET-002")]),
                by(
                    set("JobContractPricing", [add("WIDGET-002"), add("COMPONENT-A")]),
                    Check::Finds(Code::InsertsCollide),
                    Derive::CannotSee("it sees one transaction at a time"),
                    Sandbox::Refuses("changes to this information have been made outside of"),
                ),
            )
        },
        Case {
            before: vec![order(vec![order_line()])],
            exists: true,
            ..case(
                Kind::NoKey,
                keyed("oe_order_item_id"),
                by(
                    keyed("unit_quantity"),
                    Check::Finds(Code::ChangingKey),
                    Derive::Refuses("rows can't be keyed by `unit_quantity`, which changes"),
                    Sandbox::Mangles { element: ITEMS, field: "unit_quantity", broken: "2", kept: "20" },
                ),
            )
        },
        case(
            Kind::Repeats,
            lines("WIDGET-001", true),
            by(
                lines("WIDGET-001", false),
                Check::Finds(Code::OtherThanParent),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Mangles { element: EXTENDED, field: "extended_desc", broken: "", kept: "as drawn" },
            ),
        ),
    ]
}

/// What tells records apart.
pub(super) fn of_records() -> Vec<Case> {
    let read = |key: &str, value: &str| json!({"ServiceName": "JobContractPricing", "TransactionStates": [state(CONTRACT, &[(key, value)])]});
    let assembly = |keys: &[&str]| {
        let header = element("TABPAGE_1.assemblyhdr", keys, &[&[("inv_mast_item_id", "WIDGET-001")]]);
        let components = list(SHEET, &[], &[&[("item_id_service_labor_id", "COMPONENT-A"), ("quantity", "2")]]);
        set("Assembly", [vec![header, components]])
    };
    vec![
        Case {
            door: Door::Get,
            before: vec![contract(&[&FIXED], vec![])],
            ..case(
                Kind::Key,
                read("job_no", "{job_no}"),
                by(
                    read("customer_id", "100198"),
                    Check::Finds(Code::ReadByNoKey),
                    Derive::Types("keys/read_by_what_is_no_key.rs"),
                    Sandbox::Blank,
                ),
            )
        },
        case(
            Kind::Reference,
            order(vec![order_line()]),
            by(
                order(vec![list(ITEMS, &[], &[&[("oe_order_item_id", "NO-SUCH-ITEM"), ("unit_quantity", "2")]])]),
                Check::CannotSee("what is in the database is known to the server alone"),
                Derive::CannotSee("what is in the database is known to the server alone"),
                Sandbox::Refuses("item ID does not exist at your source location."),
            ),
        ),
        Case {
            before: vec![assembly(&[])],
            options: CheckOptions::new().created_once(true),
            configure: Some(|builder| {
                builder.configure(|config| config.unknowns.created_again = CreatedAgain::Refused)
            }),
            ..case(
                Kind::CreatedOnce,
                assembly(&["inv_mast_item_id"]),
                by(
                    assembly(&[]),
                    Check::CannotSee(
                        "whether the record exists is known to the server alone; what else the rule tells is in rules_matter.rs",
                    ),
                    Derive::CannotSee("whether the record exists is known to the server"),
                    Sandbox::Refuses("The record already exists."),
                ),
            )
        },
    ]
}

/// What goes to another endpoint, and reports.
pub(super) fn of_services() -> Vec<Case> {
    let reprint =
        |edits: &[(&str, &str)]| report("m_reprintpurchaseorders", "TABPAGE_1.poreportcriteriadw", false, edits);
    let range = [("company_id", "ACME"), ("beg_po_no", "3999001"), ("end_po_no", "3999001")];
    let tickets = |codes| {
        let kind = if codes { "P" } else { "Production Order" };
        let edits = [
            ("create_pick_ticket_type", kind),
            ("beg_prod_order", "2001"),
            ("end_prod_order", "2001"),
            ("location_id", "100"),
        ];
        report("m_picktickets", HEADER, codes, &edits)
    };
    let with_status = |mut set: Value, status: &str| {
        set["Transactions"][0]["Status"] = json!(status);
        set
    };
    let on_transaction = |service: &str| set(service, [vec![form("TABPAGE_1.poreportcriteriadw", &range)]]);
    let unknown_item = list(ITEMS, &[], &[&[("oe_order_item_id", "NO-SUCH-ITEM"), ("unit_quantity", "2")]]);
    let mut existing = order(vec![order_line()]);
    existing["Transactions"][0]["Status"] = json!("Existing");
    vec![
        case(
            Kind::Reference,
            order(vec![order_line()]),
            by(
                order(vec![unknown_item]),
                Check::CannotSee("what is in the database only the server knows"),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Refuses("item ID does not exist at your source location."),
            ),
        ),
        case(
            Kind::Quirk,
            order(vec![order_line()]),
            by(
                existing,
                Check::Finds(Code::BadStatus),
                Derive::CannotSee("the status is the transaction's, not the struct's"),
                Sandbox::Refuses("NullReferenceException"),
            ),
        ),
        Case {
            door: Door::Report,
            ..case(
                Kind::Bounded,
                reprint(&range),
                by(
                    reprint(&range[..1]),
                    Check::Finds(Code::Unbounded),
                    Derive::CannotSee(VALUES_DECIDE),
                    Sandbox::Takes("P21 prints everything there is, and so does the sandbox, which has little"),
                ),
            )
        },
        Case {
            door: Door::Report,
            // The repository has no definition of production orders, so there is none to print; but it was understood.
            kept_answer: Some("No records to print for this range."),
            ..case(
                Kind::UseCodeValues,
                tickets(true),
                by(
                    tickets(false),
                    Check::Finds(Code::CodesWanted),
                    Derive::CannotSee("the flag is the set's, not the struct's"),
                    Sandbox::Refuses("HTTP 500"),
                ),
            )
        },
        case(
            Kind::Quirk,
            contract(&[&FIXED], vec![]),
            by(
                with_status(contract(&[&FIXED], vec![]), "Existing"),
                Check::Finds(Code::BadStatus),
                Derive::CannotSee("bindings write the status themselves"),
                Sandbox::Refuses("NullReference"),
            ),
        ),
        Case {
            door: Door::Transaction,
            ..case(
                Kind::Endpoint,
                contract(&[&FIXED], vec![]),
                by(
                    on_transaction("m_reprintpurchaseorders"),
                    Check::Finds(Code::WrongEndpoint),
                    Derive::Types("transaction/report.rs"),
                    Sandbox::Takes("P21 answers `Succeeded` and prints nothing"),
                ),
            )
        },
    ]
}
