//! A case a kind.

mod records;
mod values;

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
    [
        of_order(),
        of_presence(),
        values::of_what_p21_gives(),
        values::of_values(),
        records::of_lists(),
        records::of_records(),
        records::of_services(),
    ]
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
