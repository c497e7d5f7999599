//! The rows of a record in a window: how they hang together, which of them are current, and finding one by its keys.

use std::collections::{BTreeSet, HashMap};
use std::ops::{Deref, DerefMut};

use crate::facts::plan::{Service, Storage};
use crate::facts::value;
use crate::store::{Data, StoredRow};

/// A row of the window.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Where it is stored; `None` for a new one.
    pub(crate) id: Option<i64>,
    pub(crate) storage: u16,
    /// The row it hangs below; its own index for the record's row.
    pub(crate) parent: usize,
    /// Its place among the rows below the same parent, from 0.
    pub(crate) position: i64,
    pub(crate) data: Data,
    /// The window has changed it.
    pub(crate) dirty: bool,
    /// What has been typed: element and field.
    pub(crate) sent: BTreeSet<(u16, u16)>,
}

impl Row {
    /// Whether the row is not stored yet.
    pub(crate) fn is_new(&self) -> bool {
        self.id.is_none()
    }
}

/// Rows; the first is the record's own. As a slice they are read and changed, never added or removed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    list: Vec<Row>,
    children: HashMap<(u16, usize), Vec<usize>>,
    /// By storage.
    current: Vec<Option<usize>>,
    indexes: HashMap<IndexKey, HashMap<String, usize>>,
    last_lines: HashMap<(u16, u16, usize), u64>,
}

/// A storage, a parent row, and the element's fields that tell its rows apart.
type IndexKey = (u16, u16, usize, Vec<u16>);

/// The most indexes a window keeps; beyond that they are built anew.
const MAX_INDEXES: usize = 64;

/// Between the parts of a compound key.
const SEPARATOR: &str = crate::facts::seed::KEY_SEPARATOR;

impl Deref for Rows {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        &self.list
    }
}

impl DerefMut for Rows {
    fn deref_mut(&mut self) -> &mut [Row] {
        &mut self.list
    }
}

impl Rows {
    /// No rows, for a service of so many storages.
    pub(super) fn new(storages: usize) -> Self {
        Self { current: vec![None; storages], ..Self::default() }
    }

    /// Adds a row as it is stored. Rows of elements that the definition no longer has stay in the store and out of the
    /// window.
    pub(super) fn place(&mut self, service: &Service, stored: StoredRow, by_id: &HashMap<i64, usize>) -> Option<usize> {
        let index = self.list.len();
        let (storage, parent) = match stored.parent {
            None if index == 0 => (0, 0),
            None => return None,
            Some(parent) => {
                let parent = *by_id.get(&parent)?;
                // What no window has written bears the name of its table alone.
                let is_it = |storage: &Storage| match stored.element.as_str() {
                    "" => storage.table == stored.table && storage.parent == Some(self.list[parent].storage),
                    element => storage.element == element,
                };
                (service.storages.iter().position(is_it)? as u16, parent)
            }
        };
        if index > 0 {
            self.children.entry((storage, parent)).or_default().push(index);
        }
        self.list.push(Row {
            id: Some(stored.id),
            storage,
            parent,
            position: stored.position,
            data: stored.data,
            dirty: false,
            sent: BTreeSet::new(),
        });
        Some(index)
    }

    /// Adds a new row and makes it current.
    pub(super) fn push(&mut self, storage: u16, parent: usize, data: Data) -> usize {
        let index = self.list.len();
        let mut position = 0;
        if index > 0 {
            let siblings = self.children.entry((storage, parent)).or_default();
            position = siblings.len() as i64;
            siblings.push(index);
        }
        self.list.push(Row { id: None, storage, parent, position, data, dirty: true, sent: BTreeSet::new() });
        self.select(index);
        index
    }

    /// Takes back a row that was just added. `false` if it stays: it was there before.
    pub(super) fn discard(&mut self, row: usize) -> bool {
        let of = &self.list[row];
        if row == 0 || row + 1 != self.list.len() || !of.is_new() {
            return false;
        }
        let (storage, parent) = (of.storage, of.parent);
        self.list.pop();
        if let Some(siblings) = self.children.get_mut(&(storage, parent)) {
            siblings.retain(|sibling| *sibling != row);
        }
        self.current[storage as usize] = None;
        true
    }

    /// Makes a row current.
    pub(crate) fn select(&mut self, row: usize) {
        self.current[self.list[row].storage as usize] = Some(row);
    }

    /// The rows of a storage below a row.
    pub(crate) fn below(&self, storage: u16, parent: usize) -> &[usize] {
        self.children.get(&(storage, parent)).map_or(&[], Vec::as_slice)
    }

    /// The current row of a storage: the one selected last, if it still hangs below the parent's current row, else
    /// the parent's first one.
    pub(super) fn current(&self, service: &Service, storage: u16) -> Option<usize> {
        let Some(parent_storage) = service.storages[storage as usize].parent else {
            return (!self.list.is_empty()).then_some(0);
        };
        let parent = self.current(service, parent_storage)?;
        let selected = self.current[storage as usize].filter(|row| self.list[*row].parent == parent);
        selected.or_else(|| self.below(storage, parent).first().copied())
    }

    /// A field's stored value; empty if it has none.
    pub(super) fn value(&self, service: &Service, row: usize, element: u16, field: u16) -> &str {
        self.list[row].data.get(service.plan(element).column(field)).map_or("", String::as_str)
    }

    /// Stores a value; an empty one is none.
    pub(super) fn set(&mut self, row: usize, column: &str, stored: String) {
        let row = &mut self.list[row];
        row.dirty = true;
        if stored.is_empty() {
            row.data.remove(column);
        } else if let Some(value) = row.data.get_mut(column) {
            *value = stored;
        } else {
            row.data.insert(column.to_owned(), stored);
        }
    }

    /// The next line number below `parent`.
    pub(super) fn next_line(&mut self, service: &Service, element: u16, field: u16, parent: usize) -> u64 {
        let last = self.last_line(service, element, field, parent).saturating_add(1);
        self.last_lines.insert((element, field, parent), last);
        last
    }

    /// Takes note of a line number that was typed.
    pub(super) fn saw_line(&mut self, service: &Service, element: u16, field: u16, parent: usize, line: u64) {
        let last = self.last_line(service, element, field, parent).max(line);
        self.last_lines.insert((element, field, parent), last);
    }

    fn last_line(&self, service: &Service, element: u16, field: u16, parent: usize) -> u64 {
        if let Some(last) = self.last_lines.get(&(element, field, parent)) {
            return *last;
        }
        let rows = self.below(service.plan(element).storage, parent);
        let number = |row: &usize| self.value(service, *row, element, field).trim().parse().ok();
        rows.iter().filter_map(number).max().unwrap_or(0)
    }
}

/// Which rows of an element are looked for by which of its fields.
pub(super) struct Index<'a> {
    pub(super) service: &'a Service,
    /// Numbers compare as numbers.
    pub(super) numeric: bool,
    pub(super) element: u16,
    pub(super) fields: &'a [u16],
}

impl Index<'_> {
    fn storage(&self) -> u16 {
        self.service.plan(self.element).storage
    }

    fn text(&self, rows: &Rows, row: usize) -> String {
        let schema = self.service.element(self.element);
        let parts: Vec<String> = self
            .fields
            .iter()
            .map(|field| {
                let stored = rows.value(self.service, row, self.element, *field);
                value::normal(&schema.fields[*field as usize], stored, self.numeric)
            })
            .collect();
        parts.join(SEPARATOR)
    }

    fn build(&self, rows: &Rows, parent: usize) -> HashMap<String, usize> {
        let mut built = HashMap::new();
        for row in rows.below(self.storage(), parent) {
            built.entry(self.text(rows, *row)).or_insert(*row);
        }
        built
    }
}

impl Rows {
    /// The first row below `parent` whose fields have these values.
    pub(super) fn find(&mut self, by: &Index<'_>, parent: usize, values: &[String]) -> Option<usize> {
        let key: IndexKey = (by.storage(), by.element, parent, by.fields.to_vec());
        if !self.indexes.contains_key(&key) {
            if self.indexes.len() >= MAX_INDEXES {
                self.indexes.clear();
            }
            let built = by.build(self, parent);
            self.indexes.insert(key.clone(), built);
        }
        let wanted = values.join(SEPARATOR);
        let found = *self.indexes.get(&key)?.get(&wanted)?;
        if by.text(self, found) == wanted {
            return Some(found);
        }
        // A cascade has changed the row since: the index is out of date.
        let built = by.build(self, parent);
        let found = built.get(&wanted).copied();
        self.indexes.insert(key, built);
        found
    }

    /// Brings the indexes up to date after a row was edited.
    pub(super) fn reindex(&mut self, service: &Service, numeric: bool, row: usize) {
        let (storage, parent) = (self.list[row].storage, self.list[row].parent);
        let mut indexes = std::mem::take(&mut self.indexes);
        for ((of, element, below, fields), index) in &mut indexes {
            if (*of, *below) == (storage, parent) {
                let by = Index { service, numeric, element: *element, fields };
                index.entry(by.text(self, row)).or_insert(row);
            }
        }
        self.indexes = indexes;
    }
}
