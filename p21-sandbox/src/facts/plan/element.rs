//! An element: where its fields are stored, which of them are disabled, and the order of its cascades.

use std::collections::HashMap;

use p21_model::definition::{ElementDefinition, FieldDefinition};
use p21_model::schema::{Effect, ElementSchema, IgnoreDisabled, Places, RuleKind, TextForm, When};

use super::storage::{Storage, split_column};
use crate::facts::implied::{Keyed, Tables};
use crate::facts::json;
use crate::facts::seed::Display;
use crate::facts::texts::COLUMN_DISABLED;

/// How the engine handles an element. Vectors by field are in the schema's order.
pub(crate) struct ElementPlan {
    /// The storage its rows are in.
    pub(crate) storage: u16,
    /// By field: the name of its value in a stored row.
    pub(crate) columns: Vec<String>,
    /// The fields in the order reads give them.
    pub(crate) wire: Vec<u16>,
    /// By field: the start of its edit in a read, up to the value's first character.
    pub(crate) prefixes: Vec<String>,
    /// By field: when it is disabled.
    pub(crate) shut: Vec<Vec<Shut>>,
    /// When the whole tab is disabled.
    pub(crate) shut_tab: Vec<Shut>,
    /// By field: the fields it empties when it is set after them.
    pub(crate) clears: Vec<Vec<u16>>,
    /// By field: what has to be set before it.
    pub(crate) wants_first: Vec<Vec<First>>,
    /// By field: the most characters it takes, where that is known.
    pub(crate) longest: Vec<Option<usize>>,
    /// By field: the form of its texts, where they have one.
    pub(crate) forms: Vec<Option<TextForm>>,
    /// By field: the tables of which one has to have the row that the value names.
    pub(crate) refers: Vec<Vec<Reference>>,
    /// Fields that are looked up in master data.
    pub(crate) lookups: Vec<Lookup>,
    by_name: HashMap<String, u16>,
}

/// A column or tab that is disabled.
#[derive(Debug, Clone)]
pub(crate) struct Shut {
    pub(crate) when: When,
    pub(crate) ignore_disabled: IgnoreDisabled,
    pub(crate) message: String,
}

/// Fields of which one has to be set before another.
pub(crate) struct First {
    pub(crate) fields: Vec<u16>,
    pub(crate) effect: Effect,
    pub(crate) message: String,
    /// The message is ours.
    pub(crate) is_own: bool,
}

/// Database tables of which one has to have a row of a key.
pub(crate) struct Reference {
    pub(crate) tables: Vec<Keyed>,
    /// The element and field that say at which location.
    pub(crate) at: Option<(u16, u16)>,
    /// A column that the row has, and its value.
    pub(crate) with: Option<(String, String)>,
    /// P21's text, or ours.
    pub(crate) message: String,
    /// It is ours.
    pub(crate) is_own: bool,
}

/// A field that shows a column of master data: the name of the customer whose number stands in `key`.
pub(crate) struct Lookup {
    pub(crate) field: u16,
    pub(crate) key: u16,
    pub(crate) table: String,
    pub(crate) column: String,
}

impl ElementPlan {
    pub(crate) fn new(
        schema: &ElementSchema,
        definition: &ElementDefinition,
        storage_index: u16,
        storage: &Storage,
        displays: &[Display],
        tables: &Tables,
    ) -> Self {
        let by_name: HashMap<String, u16> =
            schema.fields.iter().zip(0..).map(|(field, index)| (field.name.to_string(), index)).collect();
        let defined: Vec<&FieldDefinition> =
            schema.fields.iter().filter_map(|field| definition.field(&field.name)).collect();
        let count = schema.fields.len();
        let mut plan = Self {
            storage: storage_index,
            columns: columns(&defined, storage),
            wire: wire_order(definition, &by_name, storage),
            prefixes: schema.fields.iter().map(|field| edit_prefix(&field.name)).collect(),
            shut: vec![Vec::new(); count],
            shut_tab: Vec::new(),
            clears: vec![Vec::new(); count],
            wants_first: (0..count).map(|_| Vec::new()).collect(),
            longest: vec![None; count],
            forms: vec![None; count],
            refers: (0..count).map(|_| Vec::new()).collect(),
            lookups: lookups(displays, &by_name),
            by_name,
        };
        plan.add_rules(schema, tables);
        plan
    }

    /// The index of a field.
    pub(crate) fn field(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).copied()
    }

    /// Where a field's value is in a stored row.
    pub(crate) fn column(&self, field: u16) -> &str {
        &self.columns[field as usize]
    }

    fn add_rules(&mut self, schema: &ElementSchema, tables: &Tables) {
        for rule in schema.rules.iter() {
            match &rule.kind {
                RuleKind::Disabled { fields, when, ignore_disabled, message } => {
                    let shut =
                        Shut { when: *when, ignore_disabled: *ignore_disabled, message: message.clone().into_owned() };
                    if fields.is_empty() {
                        self.shut_tab.push(shut.clone());
                    }
                    for field in fields.iter() {
                        self.shut[*field as usize].push(shut.clone());
                    }
                }
                RuleKind::Length { fields, max } => {
                    for field in fields.iter() {
                        let longest = &mut self.longest[*field as usize];
                        *longest = Some(longest.map_or(usize::from(*max), |known| known.min(usize::from(*max))));
                    }
                }
                RuleKind::Reference { fields, tables: named, at, with, message } => {
                    for field in fields.iter() {
                        self.refers[*field as usize].push(Reference {
                            tables: named.iter().map(|table| tables.keyed(table)).collect(),
                            at: *at,
                            with: with.as_ref().map(|(column, value)| (column.to_string(), value.to_string())),
                            message: message.to_string(),
                            is_own: rule.why.own_words,
                        });
                    }
                }
                RuleKind::Format { fields, form } => {
                    fields.iter().for_each(|field| self.forms[*field as usize] = Some(*form));
                }
                RuleKind::Order { first, then, effect, message } => {
                    self.add_order(first, then, *effect, (message, rule.why.own_words));
                }
                _ => {}
            }
        }
        self.shut_computed(schema);
    }

    fn add_order(&mut self, first: &Places, then: &[u16], effect: Effect, (message, is_own): (&str, bool)) {
        for (place, then) in first.iter().flat_map(|place| then.iter().map(move |then| (place, *then))) {
            match effect {
                Effect::Clears => place.iter().for_each(|first| self.clears[*first as usize].push(then)),
                Effect::Refused | Effect::Disabled => {
                    let (fields, message) = (place.to_vec(), message.to_owned());
                    self.wants_first[then as usize].push(First { fields, effect, message, is_own });
                }
                // What it does is not known.
                _ => {}
            }
        }
    }

    /// What P21 computes can't be typed, whether or not a rule says so.
    fn shut_computed(&mut self, schema: &ElementSchema) {
        for (field, shut) in schema.fields.iter().zip(&mut self.shut) {
            if field.is_computed() && shut.is_empty() {
                shut.push(Shut {
                    when: When::Always,
                    ignore_disabled: IgnoreDisabled::Nothing,
                    message: COLUMN_DISABLED.into(),
                });
            }
        }
    }
}

fn edit_prefix(field: &str) -> String {
    let mut prefix = "{\"Name\":".to_owned();
    json::string(&mut prefix, field);
    prefix.push_str(",\"Value\":\"");
    prefix
}

/// A column of the row's own table is named as in the database; one of another table in full. What has no column, or
/// shares another table's column with a second field (two looked-up names), is named after the field.
fn columns(fields: &[&FieldDefinition], storage: &Storage) -> Vec<String> {
    let raw: Vec<Option<String>> = fields
        .iter()
        .map(|field| {
            // Reports have empty names here.
            let column = field.db_column.as_deref().filter(|column| !column.trim().is_empty())?;
            match split_column(column) {
                Some((table, column)) if table == storage.table => Some(column),
                Some((table, column)) => Some(format!("{table}.{column}")),
                None => Some(column.trim().to_ascii_lowercase()),
            }
        })
        .collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for column in raw.iter().flatten() {
        *uses.entry(column).or_default() += 1;
    }
    raw.iter()
        .zip(fields)
        .map(|(column, field)| match column {
            Some(column) if !column.contains('.') || uses.get(column.as_str()) == Some(&1) => column.clone(),
            _ => format!(".{}", field.name),
        })
        .collect()
}

/// Looked-up columns first, then the definition's order. P21's own order in reads is not documented, but a read that is
/// sent back as it is stumbles over `customer_name` before it reaches `company_id`.
fn wire_order(definition: &ElementDefinition, by_name: &HashMap<String, u16>, storage: &Storage) -> Vec<u16> {
    let looked_up = |field: &FieldDefinition| {
        let table = field.db_column.as_deref().and_then(split_column).map(|(table, _)| table);
        table.is_some_and(|table| table != storage.table) && !definition.key_fields.contains(&field.name)
    };
    let (first, then): (Vec<&FieldDefinition>, Vec<_>) = definition.fields.iter().partition(|field| looked_up(field));
    let mut seen = vec![false; by_name.len()];
    let mut order: Vec<u16> = Vec::with_capacity(by_name.len());
    for field in first.into_iter().chain(then) {
        if let Some(index) = by_name.get(&field.name)
            && !std::mem::replace(&mut seen[*index as usize], true)
        {
            order.push(*index);
        }
    }
    order
}

fn lookups(displays: &[Display], by_name: &HashMap<String, u16>) -> Vec<Lookup> {
    let mut found: Vec<Lookup> = Vec::new();
    for display in displays {
        let Some(field) = by_name.get(&display.field) else { continue };
        if found.iter().any(|lookup| lookup.field == *field) {
            continue;
        }
        if let Some(key) = display.keys.iter().find_map(|key| by_name.get(key)) {
            found.push(Lookup {
                field: *field,
                key: *key,
                table: display.table.clone(),
                column: display.column.clone(),
            });
        }
    }
    found
}
