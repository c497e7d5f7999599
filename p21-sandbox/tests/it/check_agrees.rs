//! What the check passes, the sandbox stores exactly as it was built: random payloads over the real definitions.
//!
//! This ties rules, checks and sandbox together: a rule that only one of them keeps shows up here.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use crate::support;

use std::path::Path;

use p21_model::check::check_payload;
use p21_model::definition::ServiceDefinition;
use p21_model::payload::TransactionSet;
use p21_model::schema::{ElementKind, ElementSchema, FieldSchema, RuleKind, ServiceSchema, ValueType, When};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use support::definitions::schema;
use support::*;

/// How many payloads a service gets on each P21 version. Most of them pass the check; the others are built wrong on purpose.
const PAYLOADS: u32 = 750;

/// Field and value.
type Edits = Vec<(String, String)>;

/// One element of a plan: the rows of an element, each with its children.
#[derive(Debug, Clone)]
struct Planned {
    element: &'static str,
    rows: Vec<(Edits, Vec<Planned>)>,
}

/// What a service's payload is made of.
struct Shape {
    service: &'static str,
    header: &'static str,
    /// What every new record has; `{n}` is a number of its own.
    fixed: &'static [(&'static str, &'static str)],
    lines: &'static str,
    /// What tells the lines apart.
    line_key: &'static str,
    line_fixed: &'static [(&'static str, &'static str)],
    /// A form below each line, if there is one, and the fields it is filled with.
    child: Option<&'static str>,
}

const CONTRACTS: Shape = Shape {
    service: "JobContractPricing",
    header: CONTRACT,
    fixed: &[("company_id", "ACME"), ("contract_no", "C-{n}"), ("end_date", "2027-12-31"), ("customer_id", "100198")],
    lines: LINES,
    line_key: "item_id",
    line_fixed: &[("uom", "EA")],
    child: Some(BREAKS),
};

/// On 26.1 the breaks of a contract are disabled.
const CONTRACTS_26_1: Shape = Shape { child: None, ..CONTRACTS };

const ORDERS: Shape = Shape {
    service: "Order",
    header: "TABPAGE_1.order",
    fixed: &[
        ("customer_id", "100198"),
        ("sales_loc_id", "100"),
        ("source_loc_id", "100"),
        ("ship_to_id", "100198"),
        ("contact_id", "1001"),
        ("po_no", "P-{n}"),
        ("order_date", "2026-03-02"),
        ("requested_date", "2026-03-09"),
    ],
    lines: ITEMS,
    line_key: "oe_order_item_id",
    line_fixed: &[("unit_quantity", "3")],
    child: Some(EXTENDED),
};

const PURCHASES: Shape = Shape {
    service: "PurchaseOrder",
    header: "TABPAGE_1.tp_1_dw_1",
    fixed: &[
        ("location_id", "100"),
        ("vendor_id", "5010"),
        ("buyer_id", "1001"),
        ("order_date", "2026-03-02"),
        ("required_date", "2026-03-09"),
        ("external_po_no", "{n}"),
    ],
    lines: "TABPAGE_17.tp_17_dw_17",
    line_key: "item_id",
    line_fixed: &[
        ("unit_quantity", "3"),
        ("unit_of_measure", "EA"),
        ("pricing_unit", "EA"),
        ("unit_price_display", "1.25"),
    ],
    child: Some("TABPAGE_18.extended_info"),
};

const ITEM_IDS: [&str; 4] = ["WIDGET-001", "WIDGET-002", "COMPONENT-A", "COMPONENT-B"];

/// A field that a payload may set freely: stored in a column of its own, not computed, assigned, looked up or disabled.
fn is_free(element: &ElementSchema, index: usize, own_columns: &[String]) -> bool {
    let field = &element.fields[index];
    let special = element.rules.iter().any(|rule| match &rule.kind {
        RuleKind::Assigned { field, .. } => *field as usize == index,
        RuleKind::Disabled { fields, when, .. } => fields.contains(&(index as u16)) && *when != When::Saved,
        RuleKind::Choice { field, wants, forbids, .. } => {
            *field as usize == index || wants.contains(&(index as u16)) || forbids.contains(&(index as u16))
        }
        RuleKind::Dates { earlier, later, .. } => [*earlier, *later].contains(&(index as u16)),
        RuleKind::Today { field, .. }
        | RuleKind::Ascending { field, .. }
        | RuleKind::Primary { field, .. }
        | RuleKind::Prompt { field, .. } => *field as usize == index,
        RuleKind::Either { one, other } => one.contains(&(index as u16)) || other.contains(&(index as u16)),
        RuleKind::Format { fields, .. } => fields.contains(&(index as u16)),
        RuleKind::Tiers { .. } | RuleKind::Order { .. } | RuleKind::Default { .. } => false,
        RuleKind::CreatedOnce { .. } => false,
        RuleKind::Required { .. } | RuleKind::Optional { .. } | RuleKind::RequiredElement { .. } => false,
        RuleKind::Repeats { fields, .. } => fields.contains(&(index as u16)),
        RuleKind::NoKey { .. } | RuleKind::Bounded { .. } => false,
        RuleKind::Length { .. } | RuleKind::OneInsert { .. } | RuleKind::Note { .. } => false,
        _ => true,
    });
    !field.is_computed()
        && !special
        && !element.keys.contains(&(index as u16))
        && own_columns.contains(&field.name.to_string())
}

/// The fields of an element that are columns of its own table.
///
/// Of several fields of one column the first: what is typed into one of them shows in all.
fn own_columns(service: &str, element: &str, table: &str) -> Vec<String> {
    let mut columns: Vec<(String, String)> = column_fields(service, element, table);
    let mut seen: Vec<String> = Vec::new();
    columns.retain(|(column, _)| {
        !seen.contains(column) && {
            seen.push(column.clone());
            true
        }
    });
    columns.into_iter().map(|(_, field)| field).collect()
}

/// Column and field.
fn column_fields(service: &str, element: &str, table: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let definition = std::fs::read(root.join(format!("25.2/{service}.json"))).unwrap();
    let definition = ServiceDefinition::load(service, &definition).unwrap();
    let fields = &definition.element(element).unwrap().fields;
    let own = |column: &str| column.trim().strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
    // Ids of other records must exist; a random one would be refused for a reason that no payload shows.
    let is_reference =
        |name: &str| ["_id", "_uid", "_no", "_cd", "contract", "taker"].iter().any(|end| name.ends_with(end));
    // These open a dialog that stands in the way of whoever gets the session next.
    let opens_dialog = |name: &str| ["acknowledged", "c_shipped_flag"].contains(&name);
    fields
        .iter()
        .filter(|field| !opens_dialog(&field.name))
        .filter(|field| field.db_column.as_deref().is_some_and(own) && !is_reference(&field.name))
        .map(|field| (field.db_column.clone().unwrap().trim().to_lowercase(), field.name.clone()))
        .collect()
}

fn value(field: &FieldSchema) -> BoxedStrategy<String> {
    match field.value_type {
        ValueType::Text => "[A-Za-z0-9 .,\"'äß€-]{1,20}".prop_map(|text| format!("x{text}x")).boxed(),
        ValueType::Decimal => (1_u32..1_000_000, 0_u32..3)
            .prop_map(|(digits, scale)| p21_model::value::Decimal::new(digits.into(), scale).normalize().to_string())
            .boxed(),
        ValueType::Integer => (1_i64..10_000).prop_map(|number| number.to_string()).boxed(),
        ValueType::Switch => prop::sample::select(vec!["ON", "OFF"]).prop_map(str::to_owned).boxed(),
        ValueType::DateTime => {
            (2026_i32..2030, 1_u32..13, 1_u32..29).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")).boxed()
        }
        ValueType::Time => Just("08:30:00".to_owned()).boxed(),
        ValueType::Label => {
            let labels: Vec<String> =
                field.values.iter().filter(|label| !label.trim().is_empty()).map(str::to_owned).collect();
            prop::sample::select(labels).boxed()
        }
    }
}

/// A subset of the free fields of an element, with values.
fn free_edits(element: &ElementSchema, own_columns: &[String]) -> BoxedStrategy<Edits> {
    let free: Vec<usize> = (0..element.fields.len()).filter(|index| is_free(element, *index, own_columns)).collect();
    let fields: Vec<_> =
        free.iter().map(|index| (element.fields[*index].name.to_string(), value(&element.fields[*index]))).collect();
    let most = free.len().min(6);
    prop::sample::subsequence(fields, 0..=most)
        .prop_flat_map(|chosen| {
            chosen
                .into_iter()
                .map(|(name, value)| value.prop_map(move |value| (name.clone(), value)))
                .collect::<Vec<_>>()
        })
        .boxed()
}

/// Breaks that make sense, of one to four tiers.
fn tiers() -> impl Strategy<Value = Edits> {
    prop::collection::vec(1_u32..10_000, 1..5).prop_map(|values| {
        let mut edits = vec![("calculation_method_cd".to_owned(), "Fixed Price".to_owned())];
        let count = values.len();
        for (tier, value) in values.into_iter().enumerate() {
            edits.push((format!("calculation_value{}", tier + 1), value.to_string()));
            // 0 ends the list; a list of one tier has no break at all.
            let next = if tier + 1 == count { 0 } else { (tier as u32 + 1) * 10 };
            if count > 1 {
                edits.push((format!("break{}", tier + 1), next.to_string()));
            }
        }
        edits
    })
}

fn plan(shape: &'static Shape, schema: &ServiceSchema) -> BoxedStrategy<Vec<Planned>> {
    let table = |element: &str| match element {
        CONTRACT => "job_price_hdr",
        LINES => "job_price_line",
        ITEMS | EXTENDED => "oe_line",
        "TABPAGE_1.order" => "oe_hdr",
        "TABPAGE_1.tp_1_dw_1" => "po_hdr",
        "TABPAGE_17.tp_17_dw_17" | "TABPAGE_18.extended_info" => "po_line",
        _ => "",
    };
    let free = |name: &'static str| {
        let mut columns = own_columns(shape.service, name, table(name));
        if Some(name) == shape.child {
            // The extended info is another view of the line: what both show belongs to the line here.
            let line = column_fields(shape.service, shape.lines, table(shape.lines));
            let own = column_fields(shape.service, name, table(name));
            let shared = |(column, _): &&(String, String)| line.iter().any(|(of_line, _)| of_line == column);
            let shared: Vec<&String> = own.iter().filter(shared).map(|(_, field)| field).collect();
            columns.retain(|field| !shared.contains(&field));
        }
        free_edits(schema.element(name).unwrap(), &columns)
    };
    let child = match shape.child {
        Some(BREAKS) => prop::option::of(tiers()).boxed(),
        Some(name) => {
            prop::option::of(free(name).prop_filter("a row needs an edit", |edits| !edits.is_empty())).boxed()
        }
        None => Just(None).boxed(),
    };
    let choice = prop::sample::select(match shape.service {
        "JobContractPricing" => vec![
            &[("pricing_method", "Price"), ("price", "12.5")][..],
            &[("pricing_method", "Source"), ("source_price", "Supplier List Price"), ("multiplier", "2")],
            &[("pricing_method", "None")],
        ],
        _ => vec![&[][..]],
    });
    let line = (free(shape.lines), choice, child).prop_map(|(free, choice, child)| {
        let mut edits: Edits = shape.line_fixed.iter().chain(choice).map(owned).collect();
        edits.extend(
            free.into_iter().filter(|(name, _)| !edits.iter().any(|(other, _)| other == name)).collect::<Vec<_>>(),
        );
        let children = child.map(|child| Planned { element: shape.child.unwrap(), rows: vec![(child, Vec::new())] });
        (edits, children.into_iter().collect::<Vec<_>>())
    });
    let items = prop::sample::subsequence(ITEM_IDS.to_vec(), 1..=4);
    (free(shape.header), items, prop::collection::vec(line, 4))
        .prop_map(move |(header, items, lines)| {
            let mut edits: Edits = shape.fixed.iter().map(owned).collect();
            edits.extend(
                header
                    .into_iter()
                    .filter(|(name, _)| !edits.iter().any(|(other, _)| other == name))
                    .collect::<Vec<_>>(),
            );
            let mut planned = vec![Planned { element: shape.header, rows: vec![(edits, Vec::new())] }];
            let rows = items.into_iter().zip(lines).map(|(item, (edits, children))| {
                let mut all = vec![(shape.line_key.to_owned(), item.to_owned())];
                all.extend(edits);
                (all, children)
            });
            planned.push(Planned { element: shape.lines, rows: rows.collect() });
            planned
        })
        .boxed()
}

fn owned((name, value): &(&str, &str)) -> (String, String) {
    ((*name).to_owned(), (*value).to_owned())
}

/// The payload of a plan. With `interleaved`, each line leaves by itself, followed by its children; without, all lines
/// leave first, which the check must refuse as soon as there are children.
fn payload(shape: &Shape, schema: &ServiceSchema, plan: &[Planned], number: u32, interleaved: bool) -> Value {
    let mut elements = Vec::new();
    let mut late = Vec::new();
    for planned in plan {
        let rows = planned.rows.iter().map(|(edits, _)| row(schema, planned.element, edits, number));
        if planned.element == shape.header || !interleaved {
            elements.push(json!({"Name": planned.element, "Keys": [], "Rows": rows.collect::<Vec<_>>()}));
            late.extend(planned.rows.iter().flat_map(|(_, children)| children));
            continue;
        }
        for ((_, children), row) in planned.rows.iter().zip(rows) {
            elements.push(json!({"Name": planned.element, "Keys": [], "Rows": [row]}));
            for child in children {
                elements.push(json!({"Name": child.element, "Keys": [], "Rows": [self::row(schema, child.element, &child.rows[0].0, number)]}));
            }
        }
    }
    for child in late {
        elements.push(
            json!({"Name": child.element, "Keys": [], "Rows": [row(schema, child.element, &child.rows[0].0, number)]}),
        );
    }
    json!({"Name": shape.service, "Transactions": [{"Status": "New", "DataElements": elements}]})
}

/// A row, its edits in emission order: what the builders send.
fn row(schema: &ServiceSchema, element: &str, edits: &[(String, String)], number: u32) -> Value {
    let element = schema.element(element).unwrap();
    let mut edits: Vec<_> = edits.iter().map(|(name, value)| (element.field(name).unwrap().0, name, value)).collect();
    edits.sort_by_key(|(index, ..)| *index);
    let edits: Vec<Value> = edits
        .into_iter()
        .map(|(_, name, value)| json!({"Name": name, "Value": value.replace("{n}", &number.to_string())}))
        .collect();
    json!({"Edits": edits})
}

/// What was sent and is not what was read back, row by row and field by field.
fn differences(shape: &Shape, plan: &[Planned], record: &Value, number: u32) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut compare = |element: &str, row: usize, edits: &[(String, String)]| {
        let stored = rows(record, element);
        for (name, sent) in edits {
            let sent = sent.replace("{n}", &number.to_string());
            let read = stored.get(row).and_then(|row| row.get(name)).cloned().unwrap_or_default();
            let same = read == sent || (read.parse::<f64>().is_ok() && read.parse::<f64>() == sent.parse::<f64>());
            if !same {
                wrong.push(format!("{element} row {row}: {name} sent {sent:?}, stored {read:?}"));
            }
        }
    };
    for planned in plan {
        for (index, (edits, children)) in planned.rows.iter().enumerate() {
            compare(planned.element, index, edits);
            for child in children {
                compare(child.element, index, &child.rows[0].0);
            }
        }
    }
    let lines = rows(record, shape.lines).len();
    if lines != plan[1].rows.len() {
        wrong.push(format!("{} lines sent, {lines} stored", plan[1].rows.len()));
    }
    wrong
}

/// Runs random payloads of a shape; how many passed the check, and how many it refused.
fn run(shape: &'static Shape, profile: &str) -> (u32, u32) {
    let schema = schema(shape.service, profile);
    assert_eq!(schema.element(shape.header).unwrap().kind, ElementKind::Form);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server =
        runtime.block_on(p21_with(|builder| builder.p21_version(p21_sandbox::ServerVersion::parse(profile).unwrap())));
    let (mut number, mut passed, mut refused, mut harmless) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let strategy = (plan(shape, &schema), prop::bool::weighted(0.8));
    for _ in 0..PAYLOADS {
        let (plan, interleaved) = strategy.new_tree(&mut runner).unwrap().current();
        number += 1;
        let body = payload(shape, &schema, &plan, number, interleaved);
        let set: TransactionSet = serde_json::from_value(body.clone()).unwrap();
        let findings = check_payload(&schema, &set);
        if findings.has_errors() {
            let loses_children = !interleaved && plan[1].rows.len() > 1;
            assert!(loses_children, "the check refuses a payload that is right:\n{findings}\n{body}");
            refused += 1;
        } else {
            passed += 1;
        }
        let answer = runtime.block_on(server.transact(&body));
        if findings.has_errors() && summary(&answer) != (1, 0) {
            continue;
        }
        assert_eq!(summary(&answer), (1, 0), "the check passes what the sandbox refuses: {answer}\n{body}");
        let record = runtime.block_on(async {
            match shape.service {
                "Order" => {
                    let echo = &answer["Results"]["Transactions"][0];
                    server.read_order(&support::value(echo, "TABPAGE_1.order", "order_no")).await
                }
                "PurchaseOrder" => {
                    let po_no = support::value(&answer["Results"]["Transactions"][0], PURCHASES.header, "po_no");
                    server.read("PurchaseOrder", PURCHASES.header, &[("po_no", &po_no)]).await
                }
                _ => server.read_contract(&format!("C-{number}")).await,
            }
        });
        let wrong = differences(shape, &plan, &record, number);
        if findings.has_errors() {
            // The one exception: the child of the last line lands there, wherever it is sent. The check can't know it.
            let of_the_last = plan[1].rows.iter().rev().skip(1).all(|(_, children)| children.is_empty());
            harmless += u32::from(of_the_last);
            assert_eq!(wrong.is_empty(), of_the_last, "the check refuses what is stored as sent:\n{findings}\n{body}");
            continue;
        }
        assert!(wrong.is_empty(), "stored otherwise than sent:\n{}\n{body}", wrong.join("\n"));
    }
    assert_eq!(harmless > 0, shape.child.is_some(), "the exception no longer occurs");
    (passed, refused)
}

#[test]
fn contracts_that_pass_the_check_are_stored_as_built() {
    let (passed, refused) = run(&CONTRACTS, "25.2");
    assert!(passed > PAYLOADS / 2 && refused > 0, "{passed} passed, {refused} refused");
    assert_eq!(run(&CONTRACTS_26_1, "26.1"), (PAYLOADS, 0));
}

#[test]
fn orders_that_pass_the_check_are_stored_as_built() {
    for profile in ["25.2", "26.1"] {
        let (passed, refused) = run(&ORDERS, profile);
        assert!(passed > PAYLOADS / 2 && refused > 0, "{profile}: {passed} passed, {refused} refused");
    }
}

#[test]
fn purchase_orders_that_pass_the_check_are_stored_as_built() {
    for profile in ["25.2", "26.1"] {
        let (passed, refused) = run(&PURCHASES, profile);
        assert!(passed > PAYLOADS / 2 && refused > 0, "{profile}: {passed} passed, {refused} refused");
    }
}
