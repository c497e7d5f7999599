//! Rows of one list that is sent several times under different keys: each time it is searched by others.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use super::keys::effective_keys;
use super::{RowAt, Walk};
use crate::check::view::{Group, RowView};
use crate::facts::schema::{ElementKind, ElementSchema};

/// The most combinations of keys that one list is searched by. Nobody means more; beyond it rows are not compared.
const MOST: usize = 16;

/// Rows of such lists: by list and parent row, and then by each combination of keys.
#[derive(Default)]
pub(super) struct Mixed {
    lists: BTreeSet<u16>,
    rows: HashMap<(u16, usize), Rows>,
}

/// The first row by its values.
type Known = HashMap<Vec<String>, RowAt>;

#[derive(Default)]
struct Rows {
    /// Fields and values, with the row.
    all: Vec<(HashMap<u16, String>, RowAt)>,
    by_keys: HashMap<Vec<u16>, Known>,
}

impl Mixed {
    pub(super) fn of<'k>(groups: impl Iterator<Item = (&'k ElementSchema, &'k [u16])>) -> Self {
        let mut seen: HashMap<u16, &[u16]> = HashMap::new();
        let mut lists = BTreeSet::new();
        for (element, keys) in groups.filter(|(element, _)| element.kind == ElementKind::List) {
            match seen.entry(element.index) {
                Entry::Occupied(other) if *other.get() != keys => drop(lists.insert(element.index)),
                Entry::Occupied(_) => {}
                Entry::Vacant(slot) => drop(slot.insert(keys)),
            }
        }
        Self { lists, rows: HashMap::new() }
    }

    pub(super) fn has(&self, element: u16) -> bool {
        self.lists.contains(&element)
    }
}

impl Walk<'_> {
    /// The row before that has the same values in the keys of this one, which then folds into it.
    pub(super) fn same_before<R: RowView>(
        &mut self,
        group: &Group<'_, R>,
        index: usize,
        parent_row: usize,
    ) -> Option<RowAt> {
        let (row, at) = (&group.rows[index], self.row_at(group, index));
        let rows = self.mixed.rows.entry((group.element.index, parent_row)).or_default();
        let mut keys: Vec<u16> = effective_keys(group, row).collect();
        keys.sort_unstable();
        let value = |values: &HashMap<u16, String>, key: &u16| values.get(key).cloned().unwrap_or_default();
        let values: HashMap<u16, String> =
            (0..row.len()).map(|at| row.edit(at)).map(|(field, value)| (field, value.trim().to_owned())).collect();
        let own = |keys: &[u16]| -> Vec<String> { keys.iter().map(|key| value(&values, key)).collect() };
        if !rows.by_keys.contains_key(&keys) && !keys.is_empty() && rows.by_keys.len() < MOST {
            let mut known = Known::new();
            for (values, place) in &rows.all {
                let parts = keys.iter().map(|key| value(values, key)).collect();
                known.entry(parts).or_insert(*place);
            }
            rows.by_keys.insert(keys.clone(), known);
        }
        let wanted = own(&keys);
        let says = wanted.iter().any(|part| !part.is_empty());
        let found = rows.by_keys.get(&keys).and_then(|index| index.get(&wanted)).copied().filter(|_| says);
        if found.is_none() {
            for (keys, known) in &mut rows.by_keys {
                known.entry(own(keys)).or_insert(at);
            }
            rows.all.push((values, at));
        }
        found
    }
}
