//! A payload that shows a change: what the service wants of a new record, filled from what the sandbox has, and rows of
//! the element in question.

use anyhow::Result;
use p21_model::payload::{DataElement, Edit, Row, Transaction, TransactionSet};
use p21_model::schema::{ElementKind, ElementSchema, FieldSchema, RuleKind, ValueType};

use super::run::Server;

/// How many drafts there are: the barest, and with one or the other of two groups of fields that exclude each other.
pub(super) const VARIANTS: usize = 3;

/// What is to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Two rows that differ in the field alone, as far as keys go.
    Rows,
    /// Two rows that differ in all that tells rows apart.
    OtherRows,
    /// Two records that differ in the field, and the key that they are read by.
    Records { key: Vec<String> },
    /// A row with a value in the field.
    Value,
    /// A row without the field.
    Without,
    /// A row with the field before another one, which has to come first.
    Order { first: String },
}

/// A payload in the making.
pub(super) struct Draft<'a> {
    server: &'a Server,
    element: &'a str,
    field: &'a str,
    wanted: &'a Wanted,
    variant: usize,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        server: &'a Server,
        element: &'a str,
        field: &'a str,
        wanted: &'a Wanted,
        variant: usize,
    ) -> Self {
        Self { server, element, field, wanted, variant }
    }

    /// The payload, if the service has the element.
    pub(super) async fn set(&self) -> Result<Option<TransactionSet>> {
        let schema = &self.server.schema;
        let Some(target) = schema.element(self.element) else { return Ok(None) };
        let records = if matches!(self.wanted, Wanted::Records { .. }) { 0..2 } else { 0..1 };
        let mut transactions = Vec::new();
        for number in records {
            transactions.push(Transaction::new(self.elements(target, number).await?));
        }
        Ok(Some(TransactionSet::new(&*schema.name, transactions)))
    }

    /// The elements of a record.
    async fn elements(&self, target: &ElementSchema, number: usize) -> Result<Vec<DataElement>> {
        let mut elements = Vec::new();
        for element in self.server.schema.elements.iter() {
            let is_target = element.index == target.index;
            if !is_target && !self.is_needed(element, target) {
                continue;
            }
            let mut rows = vec![self.row(element, target, number).await?];
            if is_target && matches!(self.wanted, Wanted::Rows | Wanted::OtherRows) {
                rows.push(self.row(element, target, 1).await?);
            }
            elements.push(DataElement::new(&*element.name, element.kind, rows));
        }
        Ok(elements)
    }

    /// The header, what a record can't be without, and the parents of the element.
    fn is_needed(&self, element: &ElementSchema, target: &ElementSchema) -> bool {
        let is_header = element.index == 0 && element.kind == ElementKind::Form;
        let is_wanted = element.rules.iter().any(|rule| matches!(rule.kind, RuleKind::RequiredElement { .. }));
        let elements = &self.server.schema.elements;
        let parents = std::iter::successors(target.parent.as_ref(), |parent| {
            elements.get(parent.element.into())?.parent.as_ref()
        });
        is_header || is_wanted || parents.take(elements.len()).any(|parent| parent.element == element.index)
    }

    /// The row of a number, in the order of emission.
    async fn row(&self, element: &ElementSchema, target: &ElementSchema, number: usize) -> Result<Row> {
        let is_target = element.index == target.index;
        // A row that says nothing else is none.
        let are_two = matches!(self.wanted, Wanted::Rows | Wanted::OtherRows | Wanted::Records { .. });
        let says_more = is_target && (are_two || *self.wanted == Wanted::Without);
        let apart = if says_more { told_apart(element, self.field) } else { None };
        let chosen = self.chosen(element);
        let mut edits = Vec::new();
        for (index, field) in element.fields.iter().enumerate() {
            let index = index as u16;
            let is_key = element.keys.contains(&index);
            let is_field = is_target && *field.name == *self.field;
            let is_apart = apart == Some(index);
            let is_first = is_target && matches!(self.wanted, Wanted::Order { first } if *field.name == **first);
            let is_read = is_target
                && matches!(self.wanted, Wanted::Records { key } if key.iter().any(|key| *key == *field.name));
            let is_sent =
                field.is_required() || is_key || is_field || is_read || is_apart || is_first || chosen.contains(&index);
            if field.is_computed() || !is_sent || (is_field && *self.wanted == Wanted::Without) {
                continue;
            }
            // Two rows are of one key, but for the field in question.
            let is_other = is_target && is_key && *self.wanted == Wanted::OtherRows;
            let which = if is_field || is_apart || is_other { number } else { 0 };
            if let Some(value) = self.value(element, index, field, which).await? {
                edits.push(Edit::new(&*field.name, value));
            }
        }
        if let Wanted::Order { first } = self.wanted
            && let Some(at) = edits.iter().position(|edit: &Edit| *edit.name == **first).filter(|_| is_target)
        {
            let first = edits.remove(at);
            edits.push(first);
        }
        Ok(Row::new(edits))
    }

    /// Of groups that exclude each other the one that this variant has.
    fn chosen(&self, element: &ElementSchema) -> Vec<u16> {
        let groups = element.rules.iter().filter_map(|rule| match (&rule.kind, self.variant) {
            (RuleKind::Either { one, .. }, 1) => Some(one.to_vec()),
            (RuleKind::Either { other, .. }, 2) => Some(other.to_vec()),
            _ => None,
        });
        groups.flatten().collect()
    }

    /// A value: one that is there, where the field names something; else one of its type.
    async fn value(
        &self,
        element: &ElementSchema,
        index: u16,
        field: &FieldSchema,
        which: usize,
    ) -> Result<Option<String>> {
        let labels: Vec<&str> = field.values.iter().filter(|label| !label.trim().is_empty()).collect();
        if !labels.is_empty() && field.value_type != ValueType::Switch {
            return Ok(Some(labels[which.min(labels.len() - 1)].to_owned()));
        }
        let named = element.rules.iter().filter_map(|rule| match &rule.kind {
            RuleKind::Reference { fields, tables, .. } if fields.contains(&index) => Some(tables),
            _ => None,
        });
        let tables: Vec<String> = named.flat_map(|tables| tables.iter().map(str::to_owned)).collect();
        for table in tables {
            if let Some(row) = self.server.first(&table).await? {
                // The key of a table is called as the field is, as the table is, or just `id`.
                let columns = [field.name.to_string(), "id".to_owned(), format!("{table}_id")];
                let found = columns.iter().find_map(|column| row.get(column)?.as_str());
                if let Some(found) = found {
                    return Ok(Some(found.to_owned()));
                }
            }
        }
        // The key of the record itself is a new one.
        let is_own_key = element.kind == ElementKind::Form && element.keys.contains(&index);
        if !is_own_key && let Some(found) = self.seeded(field).await? {
            return Ok(Some(found));
        }
        let day = jiff::Zoned::now().date();
        Ok(Some(match field.value_type {
            ValueType::Text | ValueType::Label => format!("W{}", which + 1),
            ValueType::Decimal | ValueType::Integer => (which + 1).to_string(),
            ValueType::Switch => "ON".to_owned(),
            ValueType::DateTime => day.to_string(),
            ValueType::Time => "08:00:00".to_owned(),
        }))
    }

    /// Of the company and the like: the one that there is.
    async fn seeded(&self, field: &FieldSchema) -> Result<Option<String>> {
        let Some(table) = field.name.strip_suffix("_id") else { return Ok(None) };
        let row = self.server.first(table).await?;
        Ok(row.and_then(|row| row.get(&*field.name)?.as_str().map(str::to_owned)))
    }
}

/// A field that is no key and tells two rows apart for whoever looks at them: one with labels.
fn told_apart(element: &ElementSchema, field: &str) -> Option<u16> {
    let candidates = || {
        element.fields.iter().zip(0_u16..).filter(|(candidate, index)| {
            !element.keys.contains(index) && !candidate.is_computed() && *candidate.name != *field
        })
    };
    let labels = candidates()
        .find(|(candidate, _)| candidate.values.iter().count() > 1 && candidate.value_type != ValueType::Switch);
    let number =
        || candidates().find(|(candidate, _)| matches!(candidate.value_type, ValueType::Decimal | ValueType::Integer));
    labels.or_else(number).map(|(_, index)| index)
}
