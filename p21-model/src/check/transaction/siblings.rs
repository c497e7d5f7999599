//! Rows of a list beside each other: their dates, which one is the primary one, which ones are added.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use super::Walk;
use crate::check::view::RowView;
use crate::facts::schema::ElementSchema;
use crate::rows::value::DateTime;

/// What is remembered of a transaction's lists until it ends.
#[derive(Default)]
pub(super) struct Siblings {
    /// The last date of each ascending list, with its element and parent row.
    pub(super) last_date: Option<(u16, usize, DateTime)>,
    /// Lists with a primary row: whether one got the mark, and where one lost it first.
    pub(super) primaries: Vec<Primary>,
    /// The record's own key, as far as the payload says it, hashed; and where its first new row is.
    record: Option<(u64, u64)>,
    pub(super) added: Option<Added>,
}

/// A row that looks new: its element, that element's place, and its place in there.
pub(super) struct Added {
    pub(super) element: u16,
    pub(super) place: usize,
    pub(super) row: usize,
}

pub(super) struct Primary {
    pub(super) element: u16,
    pub(super) given: bool,
    pub(super) taken: Option<String>,
}

/// Which records got new rows in earlier transactions of the set. Keys are hashed twice: 128 bits under random seeds
/// don't collide.
#[derive(Default)]
pub(in crate::check) struct Inserts {
    pub(super) hashers: (RandomState, RandomState),
    seen: HashMap<(u64, u64), usize>,
}

impl Walk<'_> {
    /// Takes note of the record that the transaction is about.
    pub(super) fn remember_record<R: RowView>(&mut self, element: &ElementSchema, rows: &[R]) {
        let [row] = rows else { return };
        let (mut one, mut two) = (self.hashers.0.build_hasher(), self.hashers.1.build_hasher());
        let mut says = false;
        for key in element.keys.iter() {
            let value = row.filled(*key).unwrap_or_default();
            says |= !value.is_empty();
            value.hash(&mut one);
            value.hash(&mut two);
        }
        self.siblings.record = says.then(|| (one.finish(), two.finish()));
    }

    /// Says what only the whole transaction tells.
    pub(super) fn judge_siblings(&mut self, inserts: &mut Inserts) {
        let siblings = std::mem::take(&mut self.siblings);
        for primary in siblings.primaries {
            if let Some(path) = primary.taken.filter(|_| !primary.given) {
                self.primary_missing(primary.element, path);
            }
        }
        if let (Some(added), Some(record)) = (siblings.added, siblings.record) {
            let transaction = self.transaction;
            let first = *inserts.seen.entry(record).or_insert(transaction);
            if first != transaction {
                self.inserts_collide(&added, first);
            }
        }
    }
}
