//! Of every record that is typed each value is used once, and nothing else; every other record is refused with a reason.

use std::collections::BTreeMap;

use p21_client::windows::enter::{NewOrStored, Plan, Wanted};
use p21_model::row::RawRow;
use p21_model::schema::ServiceSchema;
use proptest::prelude::*;

use super::{schema, wanted};

/// Which element, which fields (by number), and the same of children.
type Picked = Vec<(usize, Vec<usize>, Vec<(usize, Vec<usize>)>)>;

fn picked() -> impl Strategy<Value = Picked> {
    let fields = || prop::collection::vec(0usize..64, 0..5);
    let children = prop::collection::vec((0usize..64, fields()), 0..3);
    prop::collection::vec((0usize..64, fields(), children), 0..5)
}

/// The elements that the rules of a service speak of, so that many records are typed.
fn spoken_of(schema: &'static ServiceSchema) -> Vec<u16> {
    let facts = schema.window(schema.version);
    let mut elements: Vec<u16> = facts.stages().flat_map(|(stages, _)| stages.elements().to_vec()).collect();
    elements.extend(facts.popup_entries().map(|(entry, _)| entry.element));
    elements.sort_unstable();
    elements.dedup();
    elements
}

fn row(schema: &'static ServiceSchema, element: u16, fields: &[usize]) -> RawRow {
    let element = schema.elements.get(element.into()).unwrap();
    fields.iter().fold(RawRow::new(element), |row, field| {
        let field = field % element.fields.len();
        row.text(field as u16, format!("v{field}"))
    })
}

fn record(schema: &'static ServiceSchema, picked: &Picked) -> Vec<RawRow> {
    let elements = spoken_of(schema);
    let children = |of: u16| -> Vec<u16> {
        let is_child = |element: &&u16| {
            let parent = schema.elements.get(usize::from(**element)).and_then(|element| element.parent.as_ref());
            parent.is_some_and(|parent| parent.element == of)
        };
        elements.iter().filter(is_child).copied().collect()
    };
    let top: Vec<u16> = elements
        .iter()
        .copied()
        .filter(|element| schema.elements.get(usize::from(*element)).unwrap().parent.is_none())
        .collect();
    let entry = schema.window(schema.version).key_entry().unwrap().0;
    let mut rows =
        vec![row(schema, entry.element, &entry.fields.iter().map(|field| usize::from(*field)).collect::<Vec<_>>())];
    for (element, fields, below) in picked {
        let element = top[element % top.len()];
        if element == entry.element {
            continue;
        }
        let mut parent = row(schema, element, fields);
        let children = children(element);
        for (child, fields) in below.iter().filter(|_| !children.is_empty()) {
            parent.push_child(row(schema, children[child % children.len()], fields));
        }
        rows.push(parent);
    }
    rows
}

/// Row, field, value: how often each is there.
fn count(rows: &[RawRow]) -> BTreeMap<(usize, u16, String), usize> {
    fn add(rows: &[RawRow], number: &mut usize, into: &mut BTreeMap<(usize, u16, String), usize>) {
        for row in rows {
            for edit in row.edits() {
                *into.entry((*number, edit.index(), edit.value().to_owned())).or_default() += 1;
            }
            *number += 1;
            add(row.children(), number, into);
        }
    }
    let mut counted = BTreeMap::new();
    add(rows, &mut 0, &mut counted);
    counted
}

fn used(plan: &Plan<'_>) -> BTreeMap<(usize, u16, String), usize> {
    let mut counted = BTreeMap::new();
    for step in plan.steps() {
        let Some((row, _, values)) = step.uses() else { continue };
        for value in values {
            *counted.entry((row, value.field, value.value.clone())).or_default() += 1;
        }
    }
    counted
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn every_value_is_used_once(picked in picked(), service in 0usize..6, stored: bool, batched: bool) {
        let schema = known(service);
        let rows = record(schema, &picked);
        let record = if stored { NewOrStored::Stored } else { NewOrStored::New };
        // Of a new record whose key is assigned there is none.
        let rows = if stored || schema.window(schema.version).key_entry().unwrap().0.new == p21_model::schema::NewKey::Given {
            rows
        } else {
            rows[1..].to_vec()
        };
        let answers: Vec<(&str, &str)> = schema
            .window(schema.version)
            .dialogs()
            .map(|(dialog, _)| (&*dialog.name, dialog.answers.iter().next().unwrap().0))
            .collect();
        match Plan::of(Wanted { batched, answers: &answers, ..wanted(schema, &rows, record) }) {
            Ok(plan) => {
                prop_assert_eq!(used(&plan), count(&rows), "{}", plan);
                well_formed(&plan)?;
            }
            Err(refused) => prop_assert!(!refused.gaps().is_empty()),
        }
    }
}

/// Services are compiled once: a compiled one is leaked.
fn known(service: usize) -> &'static ServiceSchema {
    use std::sync::OnceLock;
    static ALL: OnceLock<Vec<&'static ServiceSchema>> = OnceLock::new();
    ALL.get_or_init(|| {
        ["SalesPricePage", "SalesPriceBook", "JobContractPricing", "Order", "PurchaseOrder", "Item"]
            .map(schema)
            .to_vec()
    })[service]
}

/// A plan opens before it types, closes last, saves behind what it typed, and types in a list only into a current row.
fn well_formed(plan: &Plan<'_>) -> Result<(), TestCaseError> {
    use p21_client::windows::enter::PlanStep;
    let steps = plan.steps();
    let at = |wanted: fn(&PlanStep) -> bool| steps.iter().position(wanted);
    let open = at(|step| matches!(step, PlanStep::Open)).unwrap();
    prop_assert!(steps[..open].iter().all(|step| matches!(step, PlanStep::ProveAbsent { .. })), "{}", plan);
    prop_assert_eq!(steps.last(), Some(&PlanStep::Close));
    let last_change = steps.iter().rposition(PlanStep::changes);
    let last_save = steps.iter().rposition(|step| matches!(step, PlanStep::Save)).unwrap();
    prop_assert!(last_change.is_none_or(|change| change < last_save), "{}", plan);
    let mut current: Vec<(u16, usize)> = Vec::new();
    for step in steps {
        match step {
            PlanStep::Add { row, element, .. }
            | PlanStep::Pick { row, element, .. }
            | PlanStep::Select { row, element } => {
                current.retain(|(of, _)| of != element);
                current.push((*element, *row));
            }
            PlanStep::Type { row, element, .. } => {
                let is_list = plan.facts().schema().elements.get((*element).into()).unwrap().kind
                    == p21_model::schema::ElementKind::List;
                prop_assert!(!is_list || current.contains(&(*element, *row)), "{}", plan);
            }
            _ => {}
        }
    }
    Ok(())
}
