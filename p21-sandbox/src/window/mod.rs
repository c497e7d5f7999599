//! The window a transaction is replayed in: the record's rows, and which of them are current.

pub(crate) mod apply;
mod check;
pub(crate) mod defaults;
mod edit;
mod lists;
mod operate;
pub(crate) mod posting;
pub(crate) mod refusal;
mod save;

use std::collections::{BTreeSet, HashMap};

use p21_model::definition::ElementKind;

use crate::facts::config::Config;
use crate::facts::plan::{Catalogue, Service, Storage};
use crate::facts::value;
use crate::serve::engine::{Caller, Post};
use crate::store::{Data, Store, StoredRow};
use apply::COMPANY;
use posting::{Posting, Print};
use refusal::Stop;

/// A window with a record in it, or about to get one.
pub(crate) struct Window<'a> {
    pub(crate) service: &'a Service,
    /// Every service: a window may write records of another.
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) config: &'a Config,
    pub(crate) caller: &'a Caller,
    pub(crate) store: &'a mut Store,
    /// What earlier transactions of the same POST did.
    pub(crate) post: &'a mut Post,
    /// Codes instead of labels.
    pub(crate) codes: bool,
    /// Write to shut columns.
    pub(crate) ignore_disabled: bool,
    /// The stored record; `None` for a new one.
    pub(crate) record: Option<i64>,
    /// The first is the record's own row.
    pub(crate) rows: Vec<Row>,
    /// A shut tab was skipped under `IgnoreDisabled`: P21 says Succeeded and writes nothing.
    pub(crate) phantom: bool,
    /// What saving the record writes beside it.
    pub(crate) postings: Vec<Posting>,
    /// What saving the record prints.
    pub(crate) prints: Vec<Print>,
    /// The records that saving has made beside it.
    pub(crate) made: Vec<i64>,
    /// The elements that the transaction has edited.
    pub(crate) edited: BTreeSet<u16>,
    children: HashMap<(u16, usize), Vec<usize>>,
    current: Vec<Option<usize>>,
    indexes: HashMap<IndexKey, HashMap<String, usize>>,
    last_lines: HashMap<(u16, u16, usize), u64>,
}

/// A storage, a parent row, and the element's fields that tell its rows apart.
type IndexKey = (u16, u16, usize, Vec<u16>);

/// A row of the window.
#[derive(Debug)]
pub(crate) struct Row {
    /// Where it is stored; `None` for a new one.
    pub(crate) id: Option<i64>,
    pub(crate) storage: u16,
    /// The row it hangs below; its own index for the record's row.
    pub(crate) parent: usize,
    /// Its place among the rows below the same parent, from 0.
    pub(crate) position: i64,
    pub(crate) data: Data,
    /// The transaction has changed it.
    pub(crate) dirty: bool,
    /// What the transaction has typed: element and field.
    pub(crate) sent: BTreeSet<(u16, u16)>,
}

impl Row {
    /// Whether the row is not stored yet.
    pub(crate) fn is_new(&self) -> bool {
        self.id.is_none()
    }
}

/// The most indexes a window keeps; beyond that they are built anew.
const MAX_INDEXES: usize = 64;

impl<'a> Window<'a> {
    pub(crate) fn new(
        service: &'a Service,
        engine: (&'a Catalogue, &'a Config),
        caller: &'a Caller,
        store: &'a mut Store,
        post: &'a mut Post,
    ) -> Self {
        Self {
            service,
            catalogue: engine.0,
            config: engine.1,
            caller,
            store,
            post,
            codes: false,
            ignore_disabled: false,
            record: None,
            rows: Vec::new(),
            phantom: false,
            postings: Vec::new(),
            prints: Vec::new(),
            made: Vec::new(),
            edited: BTreeSet::new(),
            children: HashMap::new(),
            current: vec![None; service.storages.len()],
            indexes: HashMap::new(),
            last_lines: HashMap::new(),
        }
    }

    /// Whether there is a record in the window.
    pub(crate) fn is_open(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Puts a stored record into the window, in place of whatever is there.
    pub(crate) fn load(&mut self, record: i64) -> Result<(), Stop> {
        self.clear();
        self.record = Some(record);
        let mut by_id: HashMap<i64, usize> = HashMap::new();
        for stored in self.store.rows(record)? {
            let id = stored.id;
            if let Some(index) = self.place(stored, &by_id) {
                by_id.insert(id, index);
            }
        }
        Ok(())
    }

    /// Puts a new record into the window. A company among its keys is the session's until another one is typed.
    pub(crate) fn create(&mut self) -> Result<(), Stop> {
        self.clear();
        self.push(0, 0);
        let company = |field: &u16| {
            self.service.header().is_some_and(|(header, _)| header.fields[*field as usize].name == COMPANY)
        };
        if let (Some(header), Some(field)) =
            (self.service.header, self.service.keys.fields.iter().copied().find(company))
        {
            self.set(0, header, field, self.config.company.clone());
        }
        self.service.behaviour.new_record(self)
    }

    fn clear(&mut self) {
        self.postings.clear();
        self.prints.clear();
        self.made.clear();
        self.record = None;
        self.rows.clear();
        self.children.clear();
        self.current.fill(None);
        self.indexes.clear();
        self.last_lines.clear();
    }

    /// Rows of elements that the definition no longer has stay in the store and out of the window.
    fn place(&mut self, stored: StoredRow, by_id: &HashMap<i64, usize>) -> Option<usize> {
        let index = self.rows.len();
        let (storage, parent) = match stored.parent {
            None if index == 0 => (0, 0),
            None => return None,
            Some(parent) => {
                let parent = *by_id.get(&parent)?;
                // What no window has written bears the name of its table alone.
                let is_it = |storage: &Storage| match stored.element.as_str() {
                    "" => storage.table == stored.table && storage.parent == Some(self.rows[parent].storage),
                    element => storage.element == element,
                };
                (self.service.storages.iter().position(is_it)? as u16, parent)
            }
        };
        if index > 0 {
            self.children.entry((storage, parent)).or_default().push(index);
        }
        self.rows.push(Row {
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

    /// Adds a row, filled with the defaults of every element that shows it, and makes it current.
    pub(crate) fn push(&mut self, storage: u16, parent: usize) -> usize {
        let index = self.rows.len();
        let mut position = 0;
        if index > 0 {
            let siblings = self.children.entry((storage, parent)).or_default();
            position = siblings.len() as i64;
            siblings.push(index);
        }
        let mut data = Data::new();
        for element in self.service.elements_of(storage) {
            defaults::fill(self.service, element, self.config, &self.caller.user, &mut data);
        }
        self.rows.push(Row { id: None, storage, parent, position, data, dirty: true, sent: BTreeSet::new() });
        self.select(index);
        index
    }

    /// Takes back a row that was just added and of which P21 has dropped every edit. `false` if it stays.
    pub(crate) fn discard_unsent(&mut self, row: usize) -> bool {
        self.rows[row].sent.is_empty() && self.discard(row)
    }

    /// Takes back a row that was just added. `false` if it stays: it was there before.
    pub(crate) fn discard(&mut self, row: usize) -> bool {
        let of = &self.rows[row];
        if row == 0 || row + 1 != self.rows.len() || !of.is_new() {
            return false;
        }
        let (storage, parent) = (of.storage, of.parent);
        self.rows.pop();
        if let Some(siblings) = self.children.get_mut(&(storage, parent)) {
            siblings.retain(|sibling| *sibling != row);
        }
        self.current[storage as usize] = None;
        true
    }

    /// Makes a row current.
    pub(crate) fn select(&mut self, row: usize) {
        self.current[self.rows[row].storage as usize] = Some(row);
    }

    /// The rows of a storage below a row.
    pub(crate) fn below(&self, storage: u16, parent: usize) -> &[usize] {
        self.children.get(&(storage, parent)).map_or(&[], Vec::as_slice)
    }

    /// The current row of a storage: the one selected last, if it still hangs below the parent's current row, else
    /// the parent's first one.
    pub(crate) fn current(&self, storage: u16) -> Option<usize> {
        let Some(parent_storage) = self.service.storages[storage as usize].parent else {
            return self.is_open().then_some(0);
        };
        let parent = self.current(parent_storage)?;
        let selected = self.current[storage as usize].filter(|row| self.rows[*row].parent == parent);
        selected.or_else(|| self.below(storage, parent).first().copied())
    }

    /// The row that a form shows now; a missing one is added.
    pub(crate) fn form_row(&mut self, storage: u16) -> Option<usize> {
        if let Some(row) = self.current(storage) {
            return Some(row);
        }
        let of = &self.service.storages[storage as usize];
        if of.kind == ElementKind::List {
            return None;
        }
        let parent = self.current(of.parent?).or_else(|| self.form_row(of.parent?))?;
        Some(self.push(storage, parent))
    }

    /// A field's stored value; empty if it has none.
    pub(crate) fn value(&self, row: usize, element: u16, field: u16) -> &str {
        self.rows[row].data.get(self.service.plan(element).column(field)).map_or("", String::as_str)
    }

    /// A field's stored value, by the field's name.
    pub(crate) fn named(&self, row: usize, element: u16, field: &str) -> &str {
        self.service.plan(element).field(field).map_or("", |field| self.value(row, element, field))
    }

    /// A value of the header, by the field's name.
    pub(crate) fn named_in_header(&self, field: &str) -> &str {
        self.service.header.filter(|_| self.is_open()).map_or("", |header| self.named(0, header, field))
    }

    /// Stores a value; an empty one is none.
    pub(crate) fn set(&mut self, row: usize, element: u16, field: u16, stored: String) {
        let column = self.service.plan(element).column(field);
        let row = &mut self.rows[row];
        row.dirty = true;
        if stored.is_empty() {
            row.data.remove(column);
        } else if let Some(value) = row.data.get_mut(column) {
            *value = stored;
        } else {
            row.data.insert(column.to_owned(), stored);
        }
    }

    /// Stores a value by the field's name, where the element has the field.
    pub(crate) fn set_named(&mut self, row: usize, element: u16, field: &str, stored: String) {
        if let Some(field) = self.service.plan(element).field(field) {
            self.set(row, element, field, stored);
        }
    }

    /// The first row below `parent` whose fields have these values.
    pub(crate) fn find(&mut self, element: u16, parent: usize, fields: &[u16], values: &[String]) -> Option<usize> {
        let storage = self.service.plan(element).storage;
        let key: IndexKey = (storage, element, parent, fields.to_vec());
        if !self.indexes.contains_key(&key) {
            if self.indexes.len() >= MAX_INDEXES {
                self.indexes.clear();
            }
            let built = self.build_index(element, parent, fields);
            self.indexes.insert(key.clone(), built);
        }
        let wanted = values.join(SEPARATOR);
        let found = *self.indexes.get(&key)?.get(&wanted)?;
        if self.index_text(found, element, fields) == wanted {
            return Some(found);
        }
        // A cascade has changed the row since: the index is out of date.
        let built = self.build_index(element, parent, fields);
        let found = built.get(&wanted).copied();
        self.indexes.insert(key, built);
        found
    }

    fn build_index(&self, element: u16, parent: usize, fields: &[u16]) -> HashMap<String, usize> {
        let mut built = HashMap::new();
        for row in self.below(self.service.plan(element).storage, parent) {
            built.entry(self.index_text(*row, element, fields)).or_insert(*row);
        }
        built
    }

    /// Brings the indexes up to date after a row was edited.
    pub(crate) fn reindex(&mut self, row: usize) {
        let (storage, parent) = (self.rows[row].storage, self.rows[row].parent);
        let mut indexes = std::mem::take(&mut self.indexes);
        for ((of, element, below, fields), index) in &mut indexes {
            if (*of, *below) == (storage, parent) {
                index.entry(self.index_text(row, *element, fields)).or_insert(row);
            }
        }
        self.indexes = indexes;
    }

    fn index_text(&self, row: usize, element: u16, fields: &[u16]) -> String {
        let schema = self.service.element(element);
        let parts: Vec<String> = fields
            .iter()
            .map(|field| {
                let stored = self.value(row, element, *field);
                value::normal(&schema.fields[*field as usize], stored, self.config.numeric_keys)
            })
            .collect();
        parts.join(SEPARATOR)
    }

    /// The next line number below `parent`.
    pub(crate) fn next_line(&mut self, element: u16, field: u16, parent: usize) -> u64 {
        let last = self.last_line(element, field, parent).saturating_add(1);
        self.last_lines.insert((element, field, parent), last);
        last
    }

    /// Takes note of a line number that was typed.
    pub(crate) fn saw_line(&mut self, element: u16, field: u16, parent: usize, line: u64) {
        let last = self.last_line(element, field, parent).max(line);
        self.last_lines.insert((element, field, parent), last);
    }

    fn last_line(&self, element: u16, field: u16, parent: usize) -> u64 {
        if let Some(last) = self.last_lines.get(&(element, field, parent)) {
            return *last;
        }
        let rows = self.below(self.service.plan(element).storage, parent);
        rows.iter().filter_map(|row| self.value(*row, element, field).trim().parse().ok()).max().unwrap_or(0)
    }
}

/// Between the parts of a compound key.
const SEPARATOR: &str = crate::facts::seed::KEY_SEPARATOR;
