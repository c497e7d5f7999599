//! What can be told from the struct or enum alone. The rest is rustc's and the constants'.

use crate::errors::Errors;
use crate::model::{Count, Field, Label, type_name};

/// Checks the fields of a row.
pub(crate) fn row(fields: &[Field], errors: &mut Errors) {
    for field in fields {
        combinations(field, errors);
        if field.skip.is_none() {
            name(field, errors);
            types(field, errors);
        }
    }
}

/// Words that contradict each other.
fn combinations(field: &Field, errors: &mut Errors) {
    let words = [
        ("skip", field.skip),
        ("child", field.child),
        ("read_only", field.read_only),
        ("key", field.key),
        ("ignore_if_empty", field.ignore_if_empty),
        ("field", field.name.as_ref().map(|name| name.span())),
    ];
    let contradictions = [
        ("skip", "key", "a key must be in every row, and `skip` leaves the field out"),
        ("read_only", "key", "a key must be in every row, and `read_only` leaves the field out"),
        ("ignore_if_empty", "key", "a key must have a value in every row, and `ignore_if_empty` may send none"),
        ("child", "key", "a key is a value, not a row"),
        ("skip", "child", "`skip` leaves out what `child` sends: take one of them off"),
        ("skip", "read_only", "`skip` is neither sent nor read: take one of them off"),
        ("skip", "ignore_if_empty", "`skip` sends nothing: take one of them off"),
        ("skip", "field", "`skip` is no field of the element: take one of them off"),
        ("child", "read_only", "only a value can be `read_only`: put it on the fields of the child"),
        ("child", "ignore_if_empty", "a child is a row, not a value: use `Option` to leave it out"),
        ("child", "field", "a child is named by its own struct: take `field` off"),
        ("read_only", "ignore_if_empty", "`read_only` sends nothing: take one of them off"),
    ];
    let span = |word| words.iter().find(|(other, _)| *other == word).and_then(|(_, span)| *span);
    for (one, other, message) in contradictions {
        if let (Some(_), Some(at)) = (span(one), span(other)) {
            errors.push(syn::Error::new(at, message));
            return;
        }
    }
}

/// The name must be one that a handle can have.
fn name(field: &Field, errors: &mut Errors) {
    let Some(literal) = &field.name else { return };
    let name = literal.value();
    let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|first: char| first.is_ascii_alphabetic());
    if fits {
        return;
    }
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let message = match words.is_empty() {
        true => "name the field as its setter is called".to_owned(),
        false => format!("`{name}` is no setter; did you mean `{}`?", words.join("_")),
    };
    errors.at(literal, message);
}

fn types(field: &Field, errors: &mut Errors) {
    let inner = type_name(&field.inner);
    let inner = inner.as_deref().unwrap_or_default();
    if inner == "Option" || inner == "Vec" {
        errors.at(&field.whole, "hold a value, an `Option` of one, or for a child a `Vec`; not one in the other");
        return;
    }
    if field.child.is_some() {
        return;
    }
    if field.count == Count::Many {
        errors.at(&field.whole, "a field has one value; if these are rows, say `#[p21(child)]`");
    } else if matches!(inner, "f32" | "f64") {
        let message = format!("`{inner}` has no exact 0.1, so P21 would store another number; use `Decimal`");
        errors.at(&field.inner, message);
    } else if field.count == Count::Optional
        && let Some(key) = field.key
    {
        let message = "this key may be absent: P21 refuses a transaction with a row that doesn't set its key \
                       (`Sequence contains no matching element`); take off the `Option`";
        errors.push(syn::Error::new(key, message));
    }
}

/// Checks the fields of a transaction.
pub(crate) fn transaction(fields: &[Field], errors: &mut Errors) {
    for field in fields.iter().filter(|field| field.skip.is_none()) {
        if matches!(type_name(&field.inner).as_deref(), Some("Option" | "Vec")) {
            errors.at(&field.whole, "hold a row, an `Option` of one, or a `Vec` of rows; not one in the other");
        }
    }
}

/// Checks the variants of an enum of labels.
pub(crate) fn labels(labels: &[Label], errors: &mut Errors) {
    let mut other = false;
    for (at, label) in labels.iter().enumerate() {
        let ident = &label.ident;
        if label.other {
            if let Some(text) = &label.label {
                errors.at(text, "`other` holds the labels that no variant names: take one of them off");
            } else if label.holds.is_none() {
                errors.at(ident, format_args!("let it hold the label: `{ident}(Text)`"));
            } else if other {
                errors.at(ident, "one variant for other labels is enough");
            }
            other = true;
        } else if label.holds.is_some() {
            errors.at(ident, "a variant is a label alone; if it holds all other labels, say `#[p21(other)]`");
        } else if ident == "Other" && label.label.is_none() {
            errors.at(
                ident,
                "`Other` is no label: write `#[p21(other)] Other(Text)`, or give it one with `label = \"..\"`",
            );
        }
        let text = |label: &Label| label.label.as_ref().map(|text| text.value());
        let twin = text(label).and_then(|own| labels[..at].iter().find(|one| text(one).as_ref() == Some(&own)));
        if let (Some(twin), Some(text)) = (twin, &label.label) {
            errors.at(text, format_args!("`{}` has this label already", twin.ident));
        }
    }
}
