//! Random changes of a payload: some leave it right, some make it wrong. Nobody says which; that is for the check and the
//! sandbox to agree on.

use p21_model::schema::{ElementKind, ElementSchema, FieldSchema, RuleKind, ServiceSchema, ValueType};
use serde_json::{Value, json};

/// Numbers that were drawn, one after the other.
pub(super) struct Dice {
    drawn: Vec<u32>,
    at: usize,
}

impl Dice {
    pub(super) fn new(drawn: Vec<u32>) -> Self {
        Self { drawn, at: 0 }
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        let number = self.drawn[self.at % self.drawn.len()] as usize;
        self.at += 1;
        number % end.max(1)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { Some(&of[self.below(of.len())]) }
    }
}

/// What a change does to a payload.
type Change = fn(&ServiceSchema, &mut Value, &mut Dice);

/// Every change, by name.
pub(super) const CHANGES: &[(&str, Change)] = &[
    ("nothing", |_, _, _| {}),
    ("a field more", field_more),
    ("a field more", field_more),
    ("a field more", field_more),
    ("an element more", element_more),
    ("an element more", element_more),
    ("a field less", field_less),
    ("two fields swapped", swap),
    ("two elements swapped", swap_elements),
    ("a wrong value", wrong_value),
    ("a field twice", twice),
    ("a name that is not there", unknown_name),
    ("other keys", other_keys),
    ("a row twice", row_twice),
    ("another status", status),
    ("the other kind of values", |_, set, _| set["UseCodeValues"] = json!(set["UseCodeValues"] != json!(true))),
    ("IgnoreDisabled", |_, set, _| set["IgnoreDisabled"] = json!(true)),
    ("a second transaction", |_, set, _| {
        let first = set["Transactions"][0].clone();
        set["Transactions"].as_array_mut().unwrap().push(first);
    }),
    ("other breaks", breaks),
];

fn elements(set: &mut Value) -> &mut Vec<Value> {
    set["Transactions"][0]["DataElements"].as_array_mut().unwrap()
}

/// An element of the payload with its schema, and one of its rows' edits.
fn edits<'s, 'v>(
    schema: &'s ServiceSchema,
    set: &'v mut Value,
    dice: &mut Dice,
) -> Option<(&'s ElementSchema, &'v mut Vec<Value>)> {
    let all = elements(set);
    let at = dice.below(all.len());
    let element = schema.element(all[at]["Name"].as_str()?)?;
    let rows = all[at]["Rows"].as_array_mut()?;
    let row = dice.below(rows.len());
    Some((element, rows.get_mut(row)?["Edits"].as_array_mut()?))
}

fn edit(field: &FieldSchema, value: &str) -> Value {
    json!({"Name": field.name, "Value": value})
}

/// Puts an edit where P21 wants it, by the order of the fields.
fn put(element: &ElementSchema, edits: &mut Vec<Value>, field: &FieldSchema, value: &str) {
    let place = |name: &Value| element.field(name.as_str().unwrap_or_default()).map_or(u16::MAX, |(at, _)| at);
    let own = place(&json!(field.name));
    if let Some(edit) = edits.iter_mut().find(|edit| edit["Name"] == *field.name) {
        edit["Value"] = json!(value);
        return;
    }
    let at = edits.iter().position(|edit| place(&edit["Name"]) > own).unwrap_or(edits.len());
    edits.insert(at, edit(field, value));
}

/// A value of the field's type.
fn right(field: &FieldSchema, dice: &mut Dice) -> String {
    match field.value_type {
        ValueType::Text => format!("x{}", dice.below(10_000)),
        ValueType::Decimal => format!("{}.{}", dice.below(1000) + 1, dice.below(9) + 1),
        ValueType::Integer => (dice.below(1000) + 1).to_string(),
        ValueType::Switch => ["ON", "OFF"][dice.below(2)].to_owned(),
        ValueType::DateTime => format!("{}-{:02}-{:02}", 2026 + dice.below(3), dice.below(12) + 1, dice.below(28) + 1),
        ValueType::Time => format!("{:02}:{:02}:00", dice.below(24), dice.below(60)),
        ValueType::Label => {
            let labels: Vec<&str> = field.values.iter().filter(|label| !label.trim().is_empty()).collect();
            dice.pick(&labels).map_or_else(|| "x".to_owned(), |label| (*label).to_owned())
        }
    }
}

fn field_more(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let Some((element, edits)) = edits(schema, set, dice) else { return };
    if let Some(field) = dice.pick(&element.fields) {
        let value = right(field, dice);
        put(element, edits, field, &value);
    }
}

fn element_more(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let all: Vec<&ElementSchema> = schema.elements.iter().collect();
    let Some(element) = dice.pick(&all).copied() else { return };
    let mut row = Vec::new();
    for key in element.keys.iter() {
        let field = &element.fields[usize::from(*key)];
        let value = right(field, dice);
        put(element, &mut row, field, &value);
    }
    for _ in 0..=dice.below(2) {
        if let Some(field) = dice.pick(&element.fields) {
            let value = right(field, dice);
            put(element, &mut row, field, &value);
        }
    }
    elements(set)
        .push(json!({"Name": element.name, "Type": element.kind.as_str(), "Keys": [], "Rows": [{"Edits": row}]}));
}

fn field_less(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    if let Some((_, edits)) = edits(schema, set, dice)
        && edits.len() > 1
    {
        let at = dice.below(edits.len());
        edits.remove(at);
    }
}

fn swap(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    if let Some((_, edits)) = edits(schema, set, dice) {
        let (one, other) = (dice.below(edits.len()), dice.below(edits.len()));
        edits.swap(one, other);
    }
}

fn swap_elements(_: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let all = elements(set);
    let (one, other) = (dice.below(all.len()), dice.below(all.len()));
    all.swap(one, other);
}

const WRONG: [&str; 12] =
    ["", " ", "abc", "-1", "0", "99999999999999999999999999999", "2026-13-45", "Y", "221", "on", "12:60", "1,5"];

fn wrong_value(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let Some((_, edits)) = edits(schema, set, dice) else { return };
    let (at, value) = (dice.below(edits.len()), dice.below(WRONG.len() + 1));
    let value = WRONG.get(value).map_or_else(|| "x".repeat(300), |value| (*value).to_owned());
    edits[at]["Value"] = json!(value);
}

fn twice(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let Some((element, edits)) = edits(schema, set, dice) else { return };
    let at = dice.below(edits.len());
    let mut again = edits[at].clone();
    let Some((_, field)) = element.field(again["Name"].as_str().unwrap()) else { return };
    again["Value"] = json!(right(field, dice));
    edits.push(again);
}

fn unknown_name(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    match dice.below(3) {
        0 => {
            let all = elements(set);
            let at = dice.below(all.len());
            all[at]["Name"] = json!("TABPAGE_99.nowhere");
        }
        1 => {
            let all = elements(set);
            let at = dice.below(all.len());
            all[at]["Keys"] = json!(["nowhere"]);
        }
        _ => {
            if let Some((_, edits)) = edits(schema, set, dice) {
                edits.push(json!({"Name": "nowhere", "Value": "1"}));
            }
        }
    }
}

fn other_keys(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let all = elements(set);
    let at = dice.below(all.len());
    let Some(element) = schema.element(all[at]["Name"].as_str().unwrap()) else { return };
    let mut keys = Vec::new();
    for _ in 0..=dice.below(2) {
        let sent: Vec<Value> =
            all[at]["Rows"][0]["Edits"].as_array().unwrap().iter().map(|edit| edit["Name"].clone()).collect();
        if dice.below(8) == 0 {
            keys.extend(dice.pick(&element.fields).map(|field| json!(field.name)));
        } else {
            keys.extend(dice.pick(&sent).cloned());
        }
    }
    all[at]["Keys"] = json!(keys);
}

fn row_twice(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let all = elements(set);
    let at = dice.below(all.len());
    let Some(element) = schema.element(all[at]["Name"].as_str().unwrap()) else { return };
    let rows = all[at]["Rows"].as_array_mut().unwrap();
    let mut row = rows[0].clone();
    let edits = row["Edits"].as_array_mut().unwrap();
    let change = dice.below(edits.len());
    if let Some((_, field)) = element.field(edits[change]["Name"].as_str().unwrap()) {
        edits[change]["Value"] = json!(right(field, dice));
    }
    rows.push(row);
}

fn status(_: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    let statuses = [json!("Existing"), json!("Passed"), json!("new"), json!(0), json!(1), json!(null), json!("0")];
    set["Transactions"][0]["Status"] = dice.pick(&statuses).unwrap().clone();
}

/// Breaks of any kind, on the first element that has some.
fn breaks(schema: &ServiceSchema, set: &mut Value, dice: &mut Dice) {
    for sent in elements(set) {
        let Some(element) = schema.element(sent["Name"].as_str().unwrap()) else { continue };
        let tiers = element.rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::Tiers { values, breaks, .. } => Some((values, breaks)),
            _ => None,
        });
        let Some((values, breaks)) = tiers else { continue };
        let edits = sent["Rows"][0]["Edits"].as_array_mut().unwrap();
        for tier in 0..4 {
            for (fields, amounts) in [(values, &["1", "2.5", "9"][..]), (breaks, &["5", "10", "20", "0", "-5"])] {
                // Some have two tiers.
                let Some(field) = fields.get(tier).map(|at| &element.fields[usize::from(*at)]) else { continue };
                edits.retain(|edit| edit["Name"] != *field.name);
                if dice.below(4) > 0 {
                    put(element, edits, field, dice.pick(amounts).copied().unwrap());
                }
            }
        }
        assert!(element.kind == ElementKind::Form || !edits.is_empty());
        return;
    }
}
