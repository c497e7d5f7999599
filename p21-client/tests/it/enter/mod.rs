//! Records into windows: what is planned before anything is sent.

mod calls;
mod gaps;
mod properties;
mod rules_matter;

use std::path::{Path, PathBuf};

use p21_client::windows::enter::{NewOrStored, NotTyped, Plan, Wanted};
use p21_model::Version;
use p21_model::definition::ServiceDefinition;
use p21_model::row::RawRow;
use p21_model::rules::Rules;
use p21_model::schema::{RuleSet, ServiceSchema};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rules of a service.
fn rules(service: &str) -> Rules {
    let path = repository().join(format!("definitions/rules/{service}.toml"));
    Rules::load(&format!("{service}.toml"), &std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A service with its rules. Rows borrow a schema for good, so it is leaked: tests are over soon.
fn schema_with(service: &str, rules: &Rules) -> &'static ServiceSchema {
    let path = repository().join(format!("definitions/25.2/{service}.json"));
    let definition = ServiceDefinition::load(service, &std::fs::read(path).unwrap()).unwrap();
    let set = RuleSet::new(Version::new(25, 2)).with_service(rules);
    Box::leak(Box::new(ServiceSchema::compile(&definition, set).unwrap()))
}

fn schema(service: &str) -> &'static ServiceSchema {
    schema_with(service, &rules(service))
}

/// A row of an element, by the name of its module.
fn row(schema: &'static ServiceSchema, module: &str, values: &[(&str, &str)]) -> RawRow {
    let element = schema.elements.iter().find(|element| element.module == module).unwrap();
    values.iter().fold(RawRow::new(element), |row, (field, value)| {
        row.text(element.field(field).unwrap_or_else(|| panic!("{module} has no {field}")).0, *value)
    })
}

fn with(mut row: RawRow, child: RawRow) -> RawRow {
    row.push_child(child);
    row
}

/// What is wanted, without anything beside the record.
fn wanted<'a>(schema: &'a ServiceSchema, rows: &'a [RawRow], record: NewOrStored) -> Wanted<'a> {
    Wanted {
        facts: schema.window("26.1.5940".parse().unwrap()),
        rows,
        keyed_by: &[],
        record,
        answers: &[],
        beside: &[],
        batched: false,
    }
}

fn plan<'a>(schema: &'a ServiceSchema, rows: &'a [RawRow], record: NewOrStored) -> Result<Plan<'a>, NotTyped> {
    Plan::of(wanted(schema, rows, record))
}

/// A new price page, as it is documented.
fn page(schema: &'static ServiceSchema) -> Vec<RawRow> {
    vec![
        row(
            schema,
            "header",
            &[
                ("description", "Demo page"),
                ("expiration_date", "2026-12-31"),
                ("effective_date", "2026-01-01"),
                ("company_id", "DEMO"),
                ("product_group_id", "PG1"),
                ("price_page_type_cd", "Supplier / Product Group"),
                ("supplier_id", "10050"),
                ("source_price_cd", "Supplier List Price"),
                ("pricing_method_cd", "Source"),
            ],
        ),
        row(schema, "breaks", &[("calculation_value1", "0.5"), ("calculation_method_cd", "Multiplier")]),
    ]
}

/// A new contract with breaks, with all that its window wants.
fn contract(schema: &'static ServiceSchema) -> Vec<RawRow> {
    vec![
        row(
            schema,
            "header",
            &[("company_id", "DEMO"), ("contract_no", "C-1"), ("customer_id", "100"), ("ship_to_id", "200")],
        ),
        row(schema, "ship_to", &[("customer_id", "100"), ("ship_to_id", "200")]),
        with(
            row(schema, "line", &[("item_id", "WIDGET-001"), ("pricing_method", "Source")]),
            row(schema, "breaks", &[("calculation_method_cd", "Multiplier"), ("calculation_value1", "0.5")]),
        ),
        row(schema, "ship_to_item", &[("item_id", "WIDGET-001")]),
    ]
}

/// A stored order's line 2 with a note.
fn order_note(schema: &'static ServiceSchema) -> Vec<RawRow> {
    vec![
        row(schema, "header", &[("order_no", "1000001")]),
        with(
            row(schema, "items", &[("oe_order_item_id", "WIDGET-002")]),
            row(schema, "line_note", &[("topic", "T"), ("note", "N")]),
        ),
    ]
}

/// A location of a stored item.
fn location(schema: &'static ServiceSchema, detail: &[(&str, &str)]) -> Vec<RawRow> {
    vec![
        row(schema, "header", &[("item_id", "WIDGET-001")]),
        with(
            row(schema, "locations", &[("company_id", "DEMO"), ("location_id", "100")]),
            row(schema, "location_detail", detail),
        ),
    ]
}

/// The bins of a line of a stored contract.
fn bins(schema: &'static ServiceSchema, values: &[(&str, &str)]) -> Vec<RawRow> {
    vec![
        row(schema, "header", &[("job_no", "7"), ("customer_id", "100"), ("ship_to_id", "200")]),
        row(schema, "ship_to", &[("customer_id", "100"), ("ship_to_id", "200")]),
        with(row(schema, "line", &[("item_id", "WIDGET-001"), ("line_no", "1")]), row(schema, "bins", values)),
    ]
}
