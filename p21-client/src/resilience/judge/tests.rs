use p21_model::bindings::v1;
use p21_model::payload::Edit;
use p21_model::schema::Endpoint;

use super::*;

const fn element(name: &'static str, kind: ElementKind, index: u16, parent: Option<u16>) -> ElementSchema {
    let element = match kind {
        ElementKind::Form => v1::form(name, "", "", index, &READ),
        ElementKind::List => v1::list(name, "", "", index, &READ),
    };
    match parent {
        Some(parent) => element.child_of(parent, v1::why("lands on another row", "")).build(),
        None => element.build(),
    }
}

/// No element has fields here.
static READ: v1::FieldsRead = v1::FieldsRead::new();

const fn service(elements: &'static [&'static ElementSchema]) -> ServiceSchema {
    v1::service("Job", p21_model::Version::new(26, 1), Endpoint::Transaction, elements).build()
}

static HEADER: ElementSchema = element("FORM.header", ElementKind::Form, 0, None);
static LINE: ElementSchema = element("LINES.line", ElementKind::List, 1, None);
static NOTES: ElementSchema = element("NOTES.note", ElementKind::List, 2, None);
static DETAIL: ElementSchema = element("DETAIL.detail", ElementKind::Form, 2, Some(1));
static BIN: ElementSchema = element("BINS.bin", ElementKind::List, 3, Some(2));
/// No rule says what follows what.
static UNRULED: ServiceSchema = service(&[&HEADER, &LINE, &NOTES]);
/// A bin follows a line's detail, so a read shows the bins of one line.
static RULED: ServiceSchema = service(&[&HEADER, &LINE, &DETAIL, &BIN]);

/// A record with one row of one field.
fn record(element: &str, value: &str) -> Transaction {
    let kind = if element.starts_with('F') { ElementKind::Form } else { ElementKind::List };
    Transaction::new(vec![DataElement::new(element, kind, vec![Row::new([Edit::new("x", value)])])])
}

/// What an unchanged record says of a row that it doesn't show.
fn unchanged(schema: Option<&'static ServiceSchema>, element: &str) -> Verdict {
    let sent = record(element, "new");
    let judge =
        Judge { sent: &sent, schema, how: &ReadBack::default(), keyed_on: "FORM.header", ignores_disabled: false };
    let shown = record(element, "old");
    judge.verdict(&Before::Present(shown.clone()), Some(&shown))
}

#[test]
fn only_rows_that_a_read_is_known_to_show_prove_that_nothing_was_stored() {
    assert_eq!(unchanged(Some(&RULED), "LINES.line"), Verdict::NotStored);
    assert_eq!(unchanged(Some(&RULED), "FORM.header"), Verdict::NotStored, "the key's own");
    assert_eq!(unchanged(None, "FORM.header"), Verdict::NotStored, "the key's own, without a schema");
    for (schema, element) in [
        (None, "LINES.line"),
        (Some(&UNRULED), "NOTES.note"),
        (Some(&UNRULED), "LINES.line"),
        (Some(&RULED), "OTHER.unknown"),
        (Some(&RULED), "DETAIL.detail"),
        (Some(&RULED), "BINS.bin"),
    ] {
        let verdict = unchanged(schema, element);
        assert!(matches!(verdict, Verdict::Unknown(_)), "{element}: {verdict:?}");
    }
}
