//! Payloads at random: what rules and checks leave free.

use std::path::Path;

use p21_model::definition::ServiceDefinition;
use p21_model::schema::{ElementSchema, FieldSchema, RuleKind, ServiceSchema, ValueType, When};
use proptest::prelude::*;

use super::{Edits, Planned, Shape, owned};
use crate::support::*;

const ITEM_IDS: [&str; 4] = ["WIDGET-001", "WIDGET-002", "COMPONENT-A", "COMPONENT-B"];

/// A field that a payload may set freely: stored in a column of its own, not computed, assigned, looked up or shut.
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
        RuleKind::Repeats { fields, .. } | RuleKind::Reference { fields, .. } => fields.contains(&(index as u16)),
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
    let is_reference = |name: &str| {
        ["_id", "_uid", "_no", "_cd", "contract", "taker", "unit_of_measure", "pricing_unit", "uom"]
            .iter()
            .any(|end| name.ends_with(end))
    };
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

pub(super) fn plan(shape: &'static Shape, schema: &ServiceSchema) -> BoxedStrategy<Vec<Planned>> {
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
