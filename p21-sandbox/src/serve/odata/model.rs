//! Which tables and views there are, and their columns: what definitions say in `DbColumnName`, and `known.toml`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use p21_model::InputError;
use p21_model::definition::{DataType, FieldDefinition};
use p21_model::schema::{FieldSchema, ValueType};

use super::refusal::Refusal;
use crate::facts::codes;
use crate::facts::column::ColumnType;
use crate::facts::known::Known;
use crate::facts::plan::{Catalogue, Service, split_column};

/// What a view's name starts with.
pub(super) const VIEW_PREFIX: &str = "p21_view_";

/// Names that a site's own extension table ends with.
const EXTENSION: &str = "_ud";

/// The half of the service that a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    Table,
    View,
}

impl Surface {
    /// Its name in paths.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
        }
    }
}

/// A table, or a view.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(super) name: String,
    /// The database table whose rows it shows.
    pub(crate) source: String,
    pub(super) columns: Vec<Column>,
    /// Columns that rows are looked up by.
    keys: Vec<String>,
    by_name: HashMap<String, usize>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnType,
    /// The name of its value in a stored row.
    pub(super) stored: String,
    /// What a row has that nobody gave a value: rows are active until somebody deletes them.
    pub(super) default: Option<&'static str>,
}

/// The tables of all definitions.
pub(crate) struct Exposed(BTreeMap<String, Arc<Table>>);

/// The tables that are exposed, and those that were created since the service started.
pub(super) struct Model {
    exposed: RwLock<BTreeMap<String, Arc<Table>>>,
    waiting: RwLock<BTreeMap<String, Arc<Table>>>,
    /// The names of all that were created, exposed or not.
    created: RwLock<BTreeSet<String>>,
}

impl Column {
    /// The value, in SQL. Names are identifiers, so neither quote nor backslash can be in them.
    pub(super) fn sql(&self) -> String {
        let value = format!("json_extract(data, '$.\"{}\"')", self.stored);
        match self.default {
            Some(default) => format!("coalesce({value}, '{default}')"),
            None => value,
        }
    }

    /// The value in SQL, in the order of its type.
    pub(super) fn ordered_sql(&self) -> String {
        format!("{} collate {}", self.sql(), self.kind.collation())
    }

    /// The value in a row.
    pub(super) fn of<'a>(&self, row: &'a crate::store::Data) -> Option<&'a str> {
        row.get(&self.stored).map(String::as_str).or(self.default)
    }
}

impl Table {
    fn new(name: &str, source: &str) -> Self {
        Self {
            name: name.to_owned(),
            source: source.to_owned(),
            columns: Vec::new(),
            keys: Vec::new(),
            by_name: HashMap::new(),
        }
    }

    /// A table with these columns, which are stored under their own names.
    pub(super) fn with_columns(name: &str, columns: impl IntoIterator<Item = (String, ColumnType)>) -> Self {
        let mut table = Self::new(name, name);
        for (name, kind) in columns {
            table.add(&name, &name, kind);
        }
        table
    }

    /// The column of that name, and its index.
    pub(super) fn column(&self, name: &str) -> Result<(usize, &Column), Refusal> {
        let index = self.by_name.get(name).copied();
        index
            .map(|index| (index, &self.columns[index]))
            .ok_or_else(|| Refusal::NoProperty { property: name.to_owned(), table: self.name.clone() })
    }

    /// The index that keeps looking rows up by a column fast, however many there are: its name, and what it is on.
    /// `None` for a column that is no key.
    pub(super) fn index(&self, column: usize) -> Option<(String, String)> {
        let column = &self.columns[column];
        self.keys.contains(&column.name).then(|| {
            let name = format!("odata_{}_{}", self.source, column.name);
            (name, format!("row ({}) where tbl = '{}'", column.ordered_sql(), self.source))
        })
    }

    fn add(&mut self, name: &str, stored: &str, kind: ColumnType) {
        if let Some(index) = self.by_name.get(name) {
            let known = &mut self.columns[*index].kind;
            *known = merged(*known, kind);
            return;
        }
        let default = match name {
            "delete_flag" => Some(codes::OFF),
            "row_status_flag" => Some(codes::ACTIVE),
            _ => None,
        };
        self.by_name.insert(name.to_owned(), self.columns.len());
        self.columns.push(Column { name: name.to_owned(), kind, stored: stored.to_owned(), default });
    }

    fn add_key(&mut self, name: &str) {
        if self.by_name.contains_key(name) && !self.keys.iter().any(|key| key == name) {
            self.keys.push(name.to_owned());
        }
    }

    fn remove(&mut self, name: &str) {
        self.columns.retain(|column| column.name != name);
        self.by_name = self.columns.iter().zip(0..).map(|(column, index)| (column.name.clone(), index)).collect();
    }

    fn renamed(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }
}

/// Two windows may call one column by two types: text holds everything, decimals hold whole numbers.
fn merged(one: ColumnType, other: ColumnType) -> ColumnType {
    match (one, other) {
        (one, other) if one == other => one,
        (ColumnType::Decimal, ColumnType::Integer) | (ColumnType::Integer, ColumnType::Decimal) => ColumnType::Decimal,
        _ => ColumnType::Text,
    }
}

impl Exposed {
    /// The tables of a catalogue's services.
    pub(crate) fn of(catalogue: &Catalogue) -> Result<Self, InputError> {
        let known = Known::read()?;
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        // Columns of the rows a window writes come first: their types count, where another window only shows them.
        for own in [true, false] {
            for service in catalogue.services() {
                add_columns(&mut tables, service, own);
            }
        }
        for known in known.table {
            let table = tables.entry(known.name.clone()).or_insert_with(|| Table::new(&known.name, &known.name));
            for (name, kind) in &known.columns {
                table.add(name, name, *kind);
            }
            for name in &known.without {
                table.remove(name);
            }
        }
        for service in catalogue.services() {
            add_keys(&mut tables, service);
        }
        add_references(&mut tables);
        add_extension_keys(&mut tables);
        Ok(Self(tables.into_iter().map(|(name, table)| (name, Arc::new(table))).collect()))
    }
}

impl Model {
    /// With the tables of all definitions, and none that was created.
    pub(super) fn of(exposed: &Exposed) -> Self {
        Self { exposed: RwLock::new(exposed.0.clone()), waiting: RwLock::default(), created: RwLock::default() }
    }

    /// The table or view of that name; letter case does not matter.
    pub(super) fn find(&self, surface: Surface, name: &str) -> Option<Arc<Table>> {
        let name = name.to_ascii_lowercase();
        let exposed = read(&self.exposed);
        match surface {
            Surface::Table => exposed.get(&name).filter(|_| !name.starts_with(VIEW_PREFIX)).cloned(),
            Surface::View => {
                let own = exposed.get(&name).filter(|_| name.starts_with(VIEW_PREFIX)).cloned();
                let of_table = || exposed.get(name.strip_prefix(VIEW_PREFIX)?);
                own.or_else(|| of_table().map(|table| Arc::new(table.renamed(&name))))
            }
        }
    }

    /// The names of a surface, in order.
    pub(super) fn names(&self, surface: Surface) -> Vec<String> {
        let exposed = read(&self.exposed);
        let names = exposed.keys();
        let is_view = |name: &&String| name.starts_with(VIEW_PREFIX);
        let mut names: Vec<String> = match surface {
            Surface::Table => names.filter(|name| !is_view(name)).cloned().collect(),
            Surface::View => {
                names.map(|name| if is_view(&name) { name.clone() } else { format!("{VIEW_PREFIX}{name}") }).collect()
            }
        };
        names.sort_unstable();
        names.dedup();
        names
    }

    /// A new table: it is not exposed before [`Model::refresh`]. `false` if there is one of that name.
    pub(super) fn create(&self, table: Table) -> bool {
        if read(&self.exposed).contains_key(&table.name) {
            return false;
        }
        let mut waiting = write(&self.waiting);
        if waiting.contains_key(&table.name) {
            return false;
        }
        write(&self.created).insert(table.name.clone());
        waiting.insert(table.name.clone(), Arc::new(table));
        true
    }

    /// Takes back what was created under that name.
    pub(super) fn forget(&self, name: &str) {
        if write(&self.created).remove(name) {
            write(&self.waiting).remove(name);
            write(&self.exposed).remove(name);
        }
    }

    /// Takes back everything that was created.
    pub(super) fn forget_created(&self) {
        let created = read(&self.created).clone();
        created.iter().for_each(|name| self.forget(name));
    }

    /// Exposes the tables that were created since; how many.
    pub(super) fn refresh(&self) -> usize {
        let mut waiting = std::mem::take(&mut *write(&self.waiting));
        let count = waiting.len();
        write(&self.exposed).append(&mut waiting);
        count
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// The columns that a service writes into its own rows, or those that it only shows.
fn add_columns(tables: &mut BTreeMap<String, Table>, service: &Service, own: bool) {
    for index in 0..service.elements.len() as u16 {
        let (schema, plan) = (service.element(index), service.plan(index));
        let storage = &service.storages[plan.storage as usize];
        for defined in &service.definition.elements[index as usize].fields {
            let Some((table, column)) = defined.db_column.as_deref().and_then(split_column) else { continue };
            if !is_identifier(&table) || !is_identifier(&column) || table.starts_with("p21_fnt_") {
                continue;
            }
            let Some((field, of)) = schema.field(&defined.name) else { continue };
            // A row of an extension table lies in the row it extends.
            let extends = table.strip_suffix(EXTENSION) == Some(storage.table.as_str());
            if own != (table == storage.table || extends) {
                continue;
            }
            let source = if extends { &storage.table } else { &table };
            let stored = if own { plan.column(field) } else { &column };
            if stored.contains(['"', '\'', '\\']) {
                continue;
            }
            let entry = tables.entry(table.clone()).or_insert_with(|| Table::new(&table, source));
            if own || !entry.by_name.contains_key(&column) {
                entry.add(&column, stored, kind_of(defined, of));
            }
        }
    }
}

/// A list that P21 stores numbers for is a number, even where the sandbox does not know them all.
fn kind_of(defined: &FieldDefinition, field: &FieldSchema) -> ColumnType {
    match &defined.data_type {
        _ if field.value_type == ValueType::Switch => ColumnType::Text,
        Some(DataType::Decimal | DataType::Number) => ColumnType::Decimal,
        Some(DataType::Long) => ColumnType::Integer,
        Some(DataType::Datetime) => ColumnType::Datetime,
        _ => ColumnType::Text,
    }
}

/// What identifies a record, in its own table and in those below it. A company tells few rows apart.
fn add_keys(tables: &mut BTreeMap<String, Table>, service: &Service) {
    let Some((_, plan)) = service.header() else { return };
    let keys: Vec<&str> = service.keys.fields.iter().map(|field| plan.column(*field)).collect();
    for storage in &service.storages {
        let Some(table) = tables.get_mut(&storage.table) else { continue };
        for key in keys.iter().filter(|key| !key.starts_with("company")) {
            table.add_key(key);
        }
    }
}

/// The numbers that tables refer to each other by: `price_book_uid` is a row of `price_book`.
fn add_references(tables: &mut BTreeMap<String, Table>) {
    let names: BTreeSet<String> = tables.keys().cloned().collect();
    for table in tables.values_mut() {
        let columns = table.columns.iter().map(|column| column.name.clone());
        let refers = |column: &String| column.strip_suffix("_uid").is_some_and(|table| names.contains(table));
        for column in columns.filter(refers).collect::<Vec<_>>() {
            table.add_key(&column);
        }
    }
}

/// Extension tables have the keys of what they extend.
fn add_extension_keys(tables: &mut BTreeMap<String, Table>) {
    let keys_of = |tables: &BTreeMap<String, Table>, source: &str| -> Vec<Column> {
        let Some(table) = tables.get(source) else { return Vec::new() };
        table.keys.iter().filter_map(|key| table.columns.get(*table.by_name.get(key)?)).cloned().collect()
    };
    let extensions: Vec<String> =
        tables.iter().filter(|(name, table)| **name != table.source).map(|(name, _)| name.clone()).collect();
    for name in extensions {
        let keys = tables.get(&name).map(|table| keys_of(tables, &table.source)).unwrap_or_default();
        if let Some(table) = tables.get_mut(&name) {
            for key in keys {
                table.add(&key.name, &key.stored, key.kind);
            }
        }
    }
}

/// A name that can stand in SQL between quotes.
pub(super) fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.len() <= 128 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::seed::Seed;

    #[test]
    fn every_column_of_the_seed_is_known() {
        let model = crate::serve::odata::tests::model();
        let seed = Seed::embedded().unwrap();
        let mut unknown = BTreeSet::new();
        for table in &seed.tables {
            let known = model.find(Surface::Table, &table.name);
            let is_known = |column: &str| known.as_ref().is_some_and(|known| known.column(column).is_ok());
            let columns = table.rows.iter().flat_map(BTreeMap::keys).filter(|column| !is_known(column));
            unknown.extend(columns.map(|column| format!("{}.{column}", table.name)));
        }
        assert!(unknown.is_empty(), "known.toml lacks {unknown:?}");
    }

    #[test]
    fn types_of_one_column_are_united() {
        assert_eq!(merged(ColumnType::Integer, ColumnType::Decimal), ColumnType::Decimal);
        assert_eq!(merged(ColumnType::Integer, ColumnType::Text), ColumnType::Text);
        let model = crate::serve::odata::tests::model();
        let kind = |table, column| model.find(Surface::Table, table).unwrap().column(column).unwrap().1.kind;
        assert_eq!(kind("price_page", "supplier_id"), ColumnType::Decimal);
        assert_eq!(kind("price_page", "price_page_type_cd"), ColumnType::Integer);
        assert_eq!(kind("customer", "delete_flag"), ColumnType::Text);
        assert_eq!(kind("price_page", "effective_date"), ColumnType::Datetime);
    }
}
