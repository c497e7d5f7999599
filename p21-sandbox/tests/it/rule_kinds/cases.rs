//! A case a kind.

use p21_model::check::{CheckOptions, Code};
use p21_model::rules::Kind;
use p21_model::value::Date;
use p21_sandbox::CreatedAgain;
use serde_json::{Value, json};

use super::{Broken, Case, Check, Derive, Door, Sandbox, Shows};
use crate::support::*;

const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const SHEET: &str = "TABPAGE_17.tp_17_dw_17";
const VALUES_DECIDE: &str = "a value decides, and values are known when the program runs";

fn form(name: &str, edits: &[(&str, &str)]) -> Value {
    element(name, &[], &[edits])
}

/// What most cases are like: a new record, on 25.2.
fn case(kind: Kind, kept: Value, broken: Broken) -> Case {
    Case {
        kind,
        version: "25.2",
        door: Door::Transaction,
        before: Vec::new(),
        broken,
        kept,
        kept_answer: None,
        exists: false,
        options: CheckOptions::new().today(Date::constant(2026, 3, 2)),
        configure: None,
    }
}

fn by(body: Value, check: Check, derive: Derive, sandbox: Sandbox) -> Broken {
    Broken::By { body, check, derive, sandbox }
}

fn contract(lines: &[&[(&str, &str)]], more: Vec<Value>) -> Value {
    let mut elements = vec![contract_header("C-1"), list(LINES, &[], lines)];
    elements.extend(more);
    set("JobContractPricing", [elements])
}

/// An order, its elements behind the header.
fn order(more: Vec<Value>) -> Value {
    let mut elements = vec![order_header()];
    elements.extend(more);
    set("Order", [elements])
}

fn order_line() -> Value {
    list(ITEMS, &[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")]])
}

fn purchase(header: &[(&str, &str)], more: Vec<Value>) -> Value {
    let known = [
        ("location_id", "100"),
        ("vendor_id", "5010"),
        ("buyer_id", "1001"),
        ("order_date", "2026-03-02"),
        ("required_date", "2026-03-09"),
    ];
    let line = [
        ("item_id", "WIDGET-001"),
        ("unit_quantity", "10"),
        ("unit_of_measure", "EA"),
        ("pricing_unit", "EA"),
        ("unit_price_display", "12.50"),
    ];
    let mut elements = vec![form(HEADER, &[&known, header].concat()), list(SHEET, &[], &[&line])];
    elements.extend(more);
    set("PurchaseOrder", [elements])
}

fn voucher(more: &[(&str, &str)], without: &str) -> Value {
    let known = [
        ("po_no", "3999001"),
        ("invoice_no", "INV-77"),
        ("invoice_date", "2026-03-02"),
        ("invoice_amount", "625"),
        ("vendor_id", "5010"),
    ];
    let edits: Vec<(&str, &str)> =
        known.into_iter().filter(|(name, _)| *name != without).chain(more.iter().copied()).collect();
    let receipt = [
        ("receipt_number", "8000001"),
        ("line_number", "1"),
        ("po_no", "3999001"),
        ("unit_qty_invoiced", "50"),
        ("unit_cost_display", "12.50"),
    ];
    set("ConvertPOToVoucher", [vec![form(HEADER, &edits), list(SHEET, &[], &[&receipt])]])
}

fn labor(more: &[(&str, &str)]) -> Value {
    let technician = form(
        "TP_TECHNICIAN.tp_technician",
        &[("company_id", "ACME"), ("technician_id", "1001"), ("entry_date", "2026-03-02")],
    );
    let row = [&[("prod_order_number", "2001")], more, &[("labor_type_cd", "Rate")]].concat();
    set("TimeEntry", [vec![technician, list("TP_LABORRECORDING.prod_order_line_comp_labor", &[], &[&row])]])
}

fn customer() -> Value {
    form(HEADER, &[("company_id", "ACME"), ("customer_name", "New Customer"), ("salesrep_id", "1")])
}

fn branch() -> Value {
    form("SHIP_TO_GENERAL.ship_to_general", &[("default_branch", "100")])
}

const SERVICE_LABOR: (&str, &str) = ("service_labor_id", "LAB-TEST");

fn report(service: &str, criteria: &str, codes: bool, edits: &[(&str, &str)]) -> Value {
    json!({"Name": service, "UseCodeValues": codes, "Transactions": [{"Status": 0, "DataElements": [
        {"Name": criteria, "Type": 0, "Keys": [], "Rows": [row(edits)]}]}]})
}

pub(super) fn all() -> Vec<Case> {
    [of_order(), of_presence(), of_what_p21_gives(), of_values(), of_lists(), of_records(), of_services()]
        .into_iter()
        .flatten()
        .collect()
}

/// Which comes before which.
fn of_order() -> Vec<Case> {
    let extended = || form(EXTENDED, &[("extended_desc", "as drawn")]);
    let remittance = || form("TP_REMITTANCES.remittances", &[("payment_amount", "5")]);
    let early = [("item_id", "WIDGET-001"), ("uom", "EA"), ("price", "25.00"), ("pricing_method", "Price")];
    vec![
        case(
            Kind::Order,
            contract(&[&FIXED], vec![]),
            by(
                contract(&[&early], vec![]),
                Check::Finds(Code::FieldOrder),
                Derive::Refuses("`price` stands before `pricing_method`, which clears it"),
                Sandbox::Mangles { element: LINES, field: "price", broken: "0", kept: "25.00" },
            ),
        ),
        case(
            Kind::Follows,
            order(vec![order_line(), extended()]),
            by(
                order(vec![extended(), order_line()]),
                Check::Finds(Code::ChildWithoutParent),
                Derive::Types("transaction/values_without_their_line.rs"),
                Sandbox::Refuses("Object reference not set to an instance of an object."),
            ),
        ),
        case(
            Kind::Sequence,
            order(vec![order_line(), remittance()]),
            by(
                order(vec![remittance(), order_line()]),
                Check::Finds(Code::ElementOrder),
                Derive::Refuses("`TP_ITEMS.items` comes after `TP_REMITTANCES.remittances`"),
                Sandbox::Refuses("Tab page is disabled and cannot be selected"),
            ),
        ),
    ]
}

/// What has to be there, and what must not.
fn of_presence() -> Vec<Case> {
    let with_multiplier = [&FIXED[..], &[("multiplier", "2")]].concat();
    vec![
        case(
            Kind::Choice,
            contract(&[&FIXED], vec![]),
            by(
                contract(&[&with_multiplier], vec![]),
                Check::Finds(Code::ChoiceForbids),
                Derive::CannotSee(VALUES_DECIDE),
                Sandbox::Takes("P21 keeps a multiplier beside a fixed price, dormant: what is stored is what was sent"),
            ),
        ),
        Case {
            version: "26.1",
            ..case(
                Kind::Required,
                voucher(&[], ""),
                by(
                    voucher(&[], "po_no"),
                    Check::Finds(Code::RequiredMissing),
                    Derive::Refuses("needs `po_no`"),
                    Sandbox::Refuses("No receipts have been selected"),
                ),
            )
        },
        Case {
            version: "26.1",
            ..case(
                Kind::Optional,
                voucher(&[], ""),
                Broken::Never(
                    "it allows what the definition's flag forbids: the kept payload lacks `company_id`",
                    Shows::Schema(|schema| {
                        !schema.element(HEADER).unwrap().field("company_id").unwrap().1.is_required()
                    }),
                ),
            )
        },
        case(
            Kind::RequiredElement,
            set("Customer", [vec![customer(), branch()]]),
            by(
                set("Customer", [vec![customer()]]),
                Check::Finds(Code::ElementMissing),
                Derive::Refuses("a new record needs a row of `SHIP_TO_GENERAL.ship_to_general`"),
                Sandbox::Refuses("'Default Branch' is a required column."),
            ),
        ),
        Case {
            version: "26.1",
            ..case(
                Kind::Disabled,
                voucher(&[], ""),
                by(
                    voucher(&[("company_id", "ACME")], ""),
                    Check::Finds(Code::DisabledColumn),
                    Derive::Refuses("`company_id` is always disabled"),
                    Sandbox::Refuses("Column is disabled: company_id"),
                ),
            )
        },
        case(
            Kind::Either,
            labor(&[SERVICE_LABOR, ("time_worked", "4:00")]),
            by(
                labor(&[("item_id", "WIDGET-001"), SERVICE_LABOR, ("time_worked", "4:00")]),
                Check::Finds(Code::EitherOr),
                Derive::CannotSee("fields that are `None` are not sent: which group a row has is a value"),
                Sandbox::Takes("what P21 makes of both is not known, and the finding is a warning"),
            ),
        ),
    ]
}

/// What P21 fills in and numbers, and what labels are.
fn of_what_p21_gives() -> Vec<Case> {
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
        case(
            Kind::Note,
            contract(&[&FIXED], vec![]),
            Broken::Never("it says what no check can see", Shows::Schema(|_| true)),
        ),
    ]
}

/// What a value may say.
fn of_values() -> Vec<Case> {
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

/// Rows of a list beside each other, and below their parents.
fn of_lists() -> Vec<Case> {
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
fn of_records() -> Vec<Case> {
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
fn of_services() -> Vec<Case> {
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
