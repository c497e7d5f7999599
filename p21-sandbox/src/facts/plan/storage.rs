//! Which elements have rows of their own, and in which database table those rows are.

use p21_model::definition::{ElementDefinition, ElementKind, FieldDefinition, ServiceDefinition};
use p21_model::name::snake_case;
use p21_model::schema::ServiceSchema;

/// A set of rows: one below each row of the parent for a form, any number for a list.
pub(crate) struct Storage {
    /// The element's name, as rows carry it; the service's for a record without a header.
    pub(crate) element: String,
    /// The database table.
    pub(crate) table: String,
    /// The storage that the rows hang below; `None` for the record's own row.
    pub(crate) parent: Option<u16>,
    /// One row or a grid.
    pub(crate) kind: ElementKind,
    /// Columns of the table that nobody types: numbers of rows, keys of what a row lies below.
    pub(crate) implied: Vec<String>,
}

/// The element that holds the record's keys: a form, the one that `KeyDefinitions` names if it does.
pub(crate) fn header(definition: &ServiceDefinition, schema: &ServiceSchema) -> Option<u16> {
    let form = |accept: &dyn Fn(usize) -> bool| {
        (0..definition.elements.len()).find(|index| {
            let is_child = schema.elements.get(*index).is_some_and(|element| element.parent.is_some());
            definition.elements[*index].kind == ElementKind::Form && !is_child && accept(*index)
        })
    };
    let named = |index: usize| {
        let element = schema.elements.get(index);
        element.is_some_and(|element| {
            definition.keys.iter().any(|key| key.location == element.datawindow() && element.field(&key.name).is_some())
        })
    };
    let keyed = |index: usize| !definition.elements[index].key_fields.is_empty();
    form(&named).or_else(|| form(&keyed)).or_else(|| form(&|_| true)).map(|index| index as u16)
}

/// The storages of a service, and the storage of each element.
///
/// A form of the same table as the row it belongs to is a view of that row: what is written through one is seen
/// through the other.
pub(crate) fn plan(
    definition: &ServiceDefinition,
    schema: &ServiceSchema,
    header: Option<u16>,
) -> (Vec<Storage>, Vec<u16>) {
    let own = snake_case(&definition.name, "record");
    let mut works_on_others = false;
    let root = match header {
        Some(header) => {
            let element = &definition.elements[header as usize];
            works_on_others = !has_table(definition, element);
            (element.name.clone(), if works_on_others { own.clone() } else { base_table(element) })
        }
        None => (definition.name.clone(), own.clone()),
    };
    let root = Storage { element: root.0, table: root.1, parent: None, kind: ElementKind::Form, implied: Vec::new() };
    let mut planner = Planner {
        definition,
        schema,
        storages: vec![root],
        of_element: vec![None; definition.elements.len()],
        own_table: works_on_others.then_some(own),
    };
    if let Some(header) = header {
        planner.of_element[header as usize] = Some(0);
    }
    let of_element = (0..definition.elements.len()).map(|index| planner.place(index)).collect();
    (planner.storages, of_element)
}

/// Whether the database table of a record is known: that of its key.
///
/// A window whose key is a column of no table works on what others have stored (a voucher on receipts). Most of its
/// header's columns may still be of one table, but its records are no rows of it, nor are those of its lists.
fn has_table(definition: &ServiceDefinition, header: &ElementDefinition) -> bool {
    let is_key = |field: &&FieldDefinition| definition.keys.iter().any(|key| key.name == field.name);
    let mut keys = header.fields.iter().filter(is_key).peekable();
    keys.peek().is_none() || keys.any(|key| key.db_column.as_deref().and_then(split_column).is_some())
}

struct Planner<'a> {
    definition: &'a ServiceDefinition,
    schema: &'a ServiceSchema,
    storages: Vec<Storage>,
    of_element: Vec<Option<u16>>,
    /// The table of a record whose own is not known.
    own_table: Option<String>,
}

impl Planner<'_> {
    fn place(&mut self, index: usize) -> u16 {
        if let Some(storage) = self.of_element[index] {
            return storage;
        }
        // Compiling the rules has refused cycles of parents, so this ends.
        let parent = self.schema.elements.get(index).and_then(|element| element.parent.as_ref());
        let parent = match parent.map(|parent| parent.element as usize) {
            Some(parent) => self.place(parent),
            None => 0,
        };
        let element = &self.definition.elements[index];
        let table = match &self.own_table {
            Some(own) => format!("{own}_{}", base_table(element)),
            None => base_table(element),
        };
        let is_view = element.kind == ElementKind::Form && table == self.storages[parent as usize].table;
        let storage = if is_view {
            parent
        } else {
            let storage = Storage {
                element: element.name.clone(),
                table,
                parent: Some(parent),
                kind: element.kind,
                implied: Vec::new(),
            };
            self.storages.push(storage);
            (self.storages.len() - 1) as u16
        };
        self.of_element[index] = Some(storage);
        storage
    }
}

/// The table most of an element's columns are in, else its business object, else a name made from its own.
///
/// The rows of a list are those of its business object if any column is: a grid of links mostly shows what is linked.
fn base_table(element: &ElementDefinition) -> String {
    let business_object = element.business_object.as_deref().map(str::trim).filter(|name| is_identifier(name));
    let mut tables: Vec<(String, usize)> = Vec::new();
    for field in &element.fields {
        let Some((table, _)) = field.db_column.as_deref().and_then(split_column) else { continue };
        match tables.iter_mut().find(|(known, _)| *known == table) {
            Some((_, count)) => *count += 1,
            None => tables.push((table, 1)),
        }
    }
    let is_list = element.kind == ElementKind::List;
    if let Some(object) = business_object.map(str::to_ascii_lowercase)
        && is_list
        && tables.iter().any(|(table, _)| *table == object)
    {
        return object;
    }
    let most = tables.iter().map(|(_, count)| *count).max();
    let mut candidates = tables.into_iter().filter(|(_, count)| Some(*count) == most).map(|(table, _)| table);
    match (candidates.next(), business_object) {
        (Some(first), Some(object)) if first != object => candidates.find(|table| table == object).unwrap_or(first),
        (Some(first), _) => first,
        (None, Some(object)) => object.to_ascii_lowercase(),
        (None, None) => snake_case(&element.name, "element"),
    }
}

/// `Table.column` as a table and a column, in lower case; `None` if no table is named.
pub(crate) fn split_column(column: &str) -> Option<(String, String)> {
    let (table, column) = column.trim().split_once('.')?;
    let (table, column) = (table.trim(), column.trim());
    (!table.is_empty() && !column.is_empty()).then(|| (table.to_ascii_lowercase(), column.to_ascii_lowercase()))
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use p21_model::definition::ServiceDefinition;
    use p21_model::schema::{RuleSet, ServiceSchema};

    use super::*;

    fn element(name: &str, kind: &str, columns: &[&str]) -> String {
        let fields: Vec<String> = columns
            .iter()
            .map(|column| {
                format!(r#"{{"Name":"f_{}","DataType":"Char","DbColumnName":"{column}"}}"#, column.replace('.', "_"))
            })
            .collect();
        format!(
            r#"{{"Name":"{name}","Type":"{kind}","BusinessObjectName":"thing","FieldDefinitions":[{}]}}"#,
            fields.join(",")
        )
    }

    #[test]
    fn a_record_without_a_table_keeps_out_of_those_it_shows() {
        let elements = [
            element("A.header", "Form", &["number", "company.name", "company.id"]),
            element("B.lines", "List", &["receipt.number"]),
        ];
        let text = format!(
            r#"{{"Name":"MakeInvoice","TransactionDefinition":{{"KeyDefinitions":[{{"Location":"header","Name":"f_number"}}],"DataElementDefinitions":[{}]}}}}"#,
            elements.join(",")
        );
        let definition = ServiceDefinition::load("MakeInvoice.json", text.as_bytes()).unwrap();
        let schema = ServiceSchema::compile(&definition, RuleSet::new(p21_model::Version::new(25, 2))).unwrap();
        let (storages, _) = plan(&definition, &schema, header(&definition, &schema));
        let tables: Vec<&str> = storages.iter().map(|storage| storage.table.as_str()).collect();
        assert_eq!(tables, ["make_invoice", "make_invoice_receipt"]);
    }

    #[test]
    fn forms_of_the_same_table_are_views_and_others_have_rows_of_their_own() {
        let elements = [
            element("A.list_first", "List", &["thing_line.x"]),
            element("B.header", "Form", &["thing.id", "thing.name", "other.name"]),
            element("C.more", "Form", &["thing.id", " Thing.colour"]),
            element("D.other", "Form", &["other.id"]),
            element("E.computed", "Form", &["total"]),
        ];
        let text = format!(
            r#"{{"Name":"Thing","TransactionDefinition":{{"KeyDefinitions":[{{"Location":"header","Name":"f_thing_id"}}],"DataElementDefinitions":[{}]}}}}"#,
            elements.join(",")
        );
        let definition = ServiceDefinition::load("Thing.json", text.as_bytes()).unwrap();
        let schema = ServiceSchema::compile(&definition, RuleSet::new(p21_model::Version::new(25, 2))).unwrap();
        let header = header(&definition, &schema);
        assert_eq!(header, Some(1));
        let (storages, of_element) = plan(&definition, &schema, header);
        // A form without columns of any table belongs to its business object, here the header's.
        assert_eq!(of_element, [1, 0, 0, 2, 0]);
        let tables: Vec<&str> = storages.iter().map(|storage| storage.table.as_str()).collect();
        assert_eq!(tables, ["thing", "thing_line", "other"]);
    }
}
