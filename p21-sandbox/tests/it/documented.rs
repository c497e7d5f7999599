//! Payloads that the facts sheets show to work: they pass the check, and a sandbox with the definitions of the repository
//! stores them as they were sent.
//!
//! Production orders themselves are not here: no definition of them is in the repository. What the sheets say of them is
//! tried with a definition for tests, in `services::production_orders`.

use std::path::Path;
use std::sync::LazyLock;

use p21_definitions::Definitions;
use p21_model::check::{CheckOptions, check_json, check_payload};
use p21_model::payload::TransactionSet;
use p21_sandbox::ServerVersion;
use serde_json::Value;

use crate::support::*;

const BOTH: &[&str] = &["25.2", "26.1"];
const HEADER: &str = "TABPAGE_1.tp_1_dw_1";
const ROWS: &str = "TABPAGE_17.tp_17_dw_17";

/// A site's reasons for adjustments: the list that was emptied for publication.
const SITE: &str = r#"
[[field]]
service = "InventoryAdjustment"
element = "TABPAGE_1.tp_1_dw_1"
field = "reason_id"
values = ["Cycle Count"]
"#;

/// A payload of a sheet, and how it is read back. `{job_no}` is the number of the contract before it.
struct Documented {
    /// Sheet and section.
    sheet: &'static str,
    /// The versions that the sheet says it of, or all where it says none.
    versions: &'static [&'static str],
    payload: Value,
    /// What has to be there before.
    before: Vec<Value>,
    /// The form that is read and its keys; the echo has their values. A window without keys can't be read: there the echo
    /// says what was stored, and its table has as many rows as were sent.
    form: &'static str,
    keys: &'static [&'static str],
    /// Fields that say what is to be done, and are not kept.
    acts: &'static [&'static str],
}

fn documented(sheet: &'static str, payload: Value, form: &'static str, keys: &'static [&'static str]) -> Documented {
    Documented { sheet, versions: BOTH, payload, before: Vec::new(), form, keys, acts: &[] }
}

fn form(name: &str, edits: &[(&str, &str)]) -> Value {
    element(name, &[], &[edits])
}

const TECHNICIAN: &str = "TP_TECHNICIAN.tp_technician";
const LABOR: &str = "TP_LABORRECORDING.prod_order_line_comp_labor";

fn technician() -> Value {
    form(TECHNICIAN, &[("company_id", "ACME"), ("technician_id", "1001"), ("entry_date", "2026-03-02")])
}

fn labor(keys: &[&str], more: &[(&str, &str)]) -> Value {
    let edits = [&[("prod_order_number", "2001")], more, &[("labor_type_cd", "Rate")]].concat();
    set("TimeEntry", [vec![technician(), list(LABOR, keys, &[&edits])]])
}

const HOURS: [(&str, &str); 2] = [("start_time", "2026-03-02T08:00:00"), ("end_time", "2026-03-02T12:00:00")];
const WORK: [(&str, &str); 2] = [("item_id", "WIDGET-001"), ("component_labor_id", "LAB-ASSEMBLE")];

fn time_entries() -> Vec<Documented> {
    let of = |sheet, versions, payload| Documented { versions, ..documented(sheet, payload, TECHNICIAN, &[]) };
    let by_line = [&[("line_number", "1")], &WORK[..], &HOURS].concat();
    let first = [&[("prod_order_number", "2001")], &by_line[..], &[("labor_type_cd", "Rate")]].concat();
    let second =
        [&[("prod_order_number", "2001"), ("line_number", "2")], &WORK[..], &[("labor_type_cd", "OT Rate")]].concat();
    let rows = list(LABOR, &["prod_order_number", "line_number"], &[&first, &second]);
    let two_lines = set("TimeEntry", [vec![technician(), rows]]);
    vec![
        of(
            "production-labor 2, labor of a line by the key of earlier builds",
            &["25.2"],
            labor(&["prod_order_number"], &[&WORK[..], &HOURS].concat()),
        ),
        of(
            "production-labor 2, labor of a line by its number",
            &["26.1"],
            labor(&["prod_order_number", "line_number"], &by_line),
        ),
        of("production-labor 2, rows of two lines", &["26.1"], two_lines),
        of(
            "production-labor 2, service labor",
            BOTH,
            labor(&[], &[&[("service_labor_id", "LAB-TEST")], &HOURS[..]].concat()),
        ),
        of(
            "production-labor 2, time as a text",
            BOTH,
            labor(&[], &[("service_labor_id", "LAB-TEST"), ("time_worked", "4:00")]),
        ),
    ]
}

/// An order that prints its ticket.
fn printing_order() -> Value {
    let line = list(ITEMS, &[], &[&[("oe_order_item_id", "WIDGET-001"), ("unit_quantity", "2")]]);
    set("Order", [vec![order_header(), line, form("TP_FRONTCOUNTER.tp_frontcounter", &[("print_tix", "ON")])]])
}

fn life_of_a_production_order() -> Vec<Documented> {
    let assembly = set(
        "Assembly",
        [vec![
            form(
                "TABPAGE_1.assemblyhdr",
                &[
                    ("inv_mast_item_id", "WIDGET-001"),
                    ("production_order_processing", "ON"),
                    ("auto_create_prod_order", "ON"),
                ],
            ),
            list(ROWS, &[], &[&[("item_id_service_labor_id", "COMPONENT-A"), ("quantity", "2")]]),
        ]],
    );
    let written_off = set(
        "InventoryAdjustment",
        [vec![
            form(HEADER, &[("location_id", "100"), ("reason_id", "Cycle Count")]),
            list(ROWS, &[], &[&[("item_id", "WIDGET-001"), ("unit_quantity", "-2")]]),
        ]],
    );
    let shipped = set("Shipping", [vec![element(HEADER, &["pick_ticket_no"], &[&[("pick_ticket_no", "5000001")]])]]);
    vec![
        documented("production-labor 4, an assembly", assembly, "TABPAGE_1.assemblyhdr", &["inv_mast_item_id"]),
        Documented {
            acts: &["print_tix"],
            ..documented("production-labor 5, an order prints", printing_order(), "TABPAGE_1.order", &["order_no"])
        },
        Documented {
            before: vec![printing_order()],
            ..documented("production-labor 5, a ticket is shipped", shipped, HEADER, &["pick_ticket_no"])
        },
        documented("production-labor 5, a write-off", written_off, HEADER, &["adjustment_number"]),
    ]
}

fn purchasing() -> Vec<Documented> {
    let order = set(
        "PurchaseOrder",
        [vec![
            form(
                HEADER,
                &[
                    ("location_id", "100"),
                    ("vendor_id", "5010"),
                    ("buyer_id", "1001"),
                    ("order_date", "2026-03-02"),
                    ("required_date", "2026-03-09"),
                    ("external_po_no", "Q-1"),
                ],
            ),
            list(
                ROWS,
                &[],
                &[&[
                    ("item_id", "WIDGET-001"),
                    ("unit_quantity", "10"),
                    ("unit_of_measure", "EA"),
                    ("pricing_unit", "EA"),
                    ("unit_price_display", "12.50"),
                ]],
            ),
        ]],
    );
    let voucher = set(
        "ConvertPOToVoucher",
        [vec![
            form(
                HEADER,
                &[
                    ("po_no", "3999001"),
                    ("invoice_no", "INV-77"),
                    ("invoice_date", "2026-03-02"),
                    ("invoice_amount", "625"),
                    ("vendor_id", "5010"),
                ],
            ),
            list(
                ROWS,
                &[],
                &[&[
                    ("receipt_number", "8000001"),
                    ("line_number", "1"),
                    ("po_no", "3999001"),
                    ("unit_qty_invoiced", "50"),
                    ("unit_cost_display", "12.50"),
                ]],
            ),
        ]],
    );
    vec![
        documented("transaction-api 15.5, a purchase order", order, HEADER, &["po_no"]),
        documented("transaction-api 15.5, a voucher", voucher, HEADER, &["voucher_no"]),
    ]
}

fn under_ignore_disabled() -> Vec<Documented> {
    const CONTRACT_KEYS: &[&str] = &["company_id", "contract_no"];
    let contract = || {
        let line = list(
            LINES,
            &[],
            &[&[("item_id", "WIDGET-001"), ("uom", "EA"), ("pricing_method", "Price"), ("price", "12.50")]],
        );
        set("JobContractPricing", [vec![contract_header("C-1"), line]])
    };
    let bins = vec![
        contract_key("C-1", &[("job_no", "{job_no}"), ("end_date", "2027-12-31")]),
        list(LINES, &["item_id"], &[&[("item_id", "WIDGET-001")]]),
        list("BINS.bins", &[], &[&[("contract_bin_id", "B-1"), ("max_qty", "5")]]),
        form("JOBPRICECOST.jobpricecost", &[("commission_cost_value", "3")]),
    ];
    let supplier = vec![
        form("TABPAGE_1.tp_1_dw_1", &[("item_id", "WIDGET-001")]),
        list("TABPAGE_17.invloclist", &["location_id"], &[&[("location_id", "100")]]),
        list(
            "SUPPLIER_X_LOCATION.supplier_x_location",
            &["location_id", "supplier_id"],
            &[&[("location_id", "100"), ("supplier_id", "10")]],
        ),
    ];
    vec![
        documented("version-differences 3.8, a contract without its breaks", contract(), CONTRACT, CONTRACT_KEYS),
        Documented {
            before: vec![contract()],
            ..documented(
                "version-differences 3.8, bins and commission of a contract",
                ignoring(set("JobContractPricing", [bins])),
                CONTRACT,
                CONTRACT_KEYS,
            )
        },
        documented(
            "version-differences 3.8, a supplier of an item's location",
            ignoring(set("Item", [supplier])),
            HEADER,
            &["item_id"],
        ),
    ]
}

fn all() -> Vec<Documented> {
    [time_entries(), life_of_a_production_order(), purchasing(), under_ignore_disabled()]
        .into_iter()
        .flatten()
        .collect()
}

/// What the check says of a payload by the repository's own definitions.
fn findings(payload: &Value, profile: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let definitions = Definitions::open(folder, Some(profile.parse().unwrap())).unwrap();
    let schema = definitions.source(payload["Name"].as_str().unwrap()).unwrap();
    let schema = schema.compile(definitions.any()).unwrap().schema;
    let options = CheckOptions::new().today(p21_model::value::Date::constant(2026, 3, 2));
    let set: TransactionSet = serde_json::from_value(payload.clone()).unwrap();
    let (as_json, as_set) = (check_json(Some(&schema), payload, options), check_payload(&schema, &set));
    if as_json.is_empty() { as_set.to_string() } else { as_json.to_string() }
}

async fn site(profile: &str) -> P21 {
    // One file: what is made of it is compiled once.
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("site.toml"), SITE).unwrap();
        folder
    });
    let file = FOLDER.path().join("site.toml");
    let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let profile = ServerVersion::parse(profile).unwrap();
    p21_with(|builder| builder.definitions(definitions).p21_version(profile).overlay(&file)).await
}

/// What was sent and is not there, row by row.
fn lost(payload: &Value, record: &Value, acts: &[&str]) -> Vec<String> {
    let mut lost = Vec::new();
    for element in payload["Transactions"][0]["DataElements"].as_array().unwrap() {
        let name = element["Name"].as_str().unwrap();
        let stored = rows(record, name);
        for row in element["Rows"].as_array().unwrap() {
            let edits: Vec<(&str, &str)> = row["Edits"].as_array().unwrap().iter().map(edit).collect();
            let kept = edits.iter().filter(|(field, _)| !acts.contains(field));
            let kept: Vec<_> = kept.collect();
            let holds =
                |row: &Row| kept.iter().all(|(field, sent)| row.get(*field).is_some_and(|read| same(read, sent)));
            if !kept.is_empty() && !stored.iter().any(holds) {
                lost.push(format!("{name}: {kept:?} among {stored:?}"));
            }
        }
    }
    lost
}

fn edit(edit: &Value) -> (&str, &str) {
    (edit["Name"].as_str().unwrap(), edit["Value"].as_str().unwrap())
}

/// A number may be spelt otherwise, and a date may have its time.
fn same(read: &str, sent: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    read == sent
        || (number(read).is_some() && number(read) == number(sent))
        || read.strip_prefix(sent).is_some_and(|rest| rest.starts_with('T') || rest.starts_with(' '))
}

/// The record as P21 reads it.
async fn read(p21: &P21, payload: &Value, documented: &Documented, echo: &Value) -> Value {
    let keys: Vec<(&str, String)> =
        documented.keys.iter().map(|key| (*key, value(echo, documented.form, key))).collect();
    let keys: Vec<(&str, &str)> = keys.iter().map(|(key, value)| (*key, value.as_str())).collect();
    p21.read(payload["Name"].as_str().unwrap(), documented.form, &keys).await
}

#[tokio::test]
async fn what_the_sheets_show_to_work_passes_the_check_and_is_stored() {
    let mut problems = Vec::new();
    for documented in all() {
        for profile in documented.versions {
            let sheet = format!("{} on {profile}", documented.sheet);
            let p21 = site(profile).await;
            let mut payload = documented.payload.clone();
            for before in &documented.before {
                let echo = p21.passes(before).await;
                if before["Name"] == "JobContractPricing" {
                    let text = payload.to_string().replace("{job_no}", &value(&echo, CONTRACT, "job_no"));
                    payload = serde_json::from_str(&text).unwrap();
                }
            }
            let found = findings(&payload, profile);
            if !found.is_empty() {
                problems.push(format!("{sheet}: the check says\n{found}"));
            }
            let answer = p21.transact(&payload).await;
            if summary(&answer) != (1, 0) {
                problems.push(format!("{sheet}: the sandbox refuses: {:?}", messages(&answer)));
                continue;
            }
            let echo = &answer["Results"]["Transactions"][0];
            let record = if documented.keys.is_empty() {
                let sent = payload["Transactions"][0]["DataElements"][1]["Rows"].as_array().unwrap().len();
                let stored = p21.odata_rows("prod_order_line_comp_labor", "labor_type_cd ne null").await.len();
                if stored != sent {
                    problems.push(format!("{sheet}: {sent} rows sent, {stored} stored"));
                }
                echo.clone()
            } else {
                read(&p21, &payload, &documented, echo).await
            };
            for lost in lost(&payload, &record, documented.acts) {
                problems.push(format!("{sheet}: not stored: {lost}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
