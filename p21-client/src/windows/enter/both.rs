//! A record by two steps: a transaction, and then what that can't carry through the window.

use p21_model::payload;
use p21_model::row::RawRow;

use super::Route;
use super::call::Said;
use super::outcome::{EntryProof, NotEntered, PartlyStored};
use super::store::{Key, Store, StoredBy};
use crate::error::Error;

impl Store<'_> {
    /// The rest of the record as a transaction, and then what is left through the window of the record that is stored.
    pub(super) async fn by_both(
        self,
        before: Option<payload::Transaction>,
        route: Route,
    ) -> Result<StoredBy, NotEntered> {
        let mut rest = self.sent.clone();
        let is_behind = |name: &str| {
            let element = self.schema.element(name);
            element.is_some_and(|element| route.behind.contains(&element.index))
        };
        rest.data_elements.retain(|element| !is_behind(&element.name));
        let stored = match before.is_some() && self.says_nothing(&rest) {
            true => None,
            false => Some(self.by_transaction(rest.clone(), before, route.clone()).await?),
        };
        let key = stored.as_ref().map(|stored| stored.key.clone()).or_else(|| self.key_in(&rest)).unwrap_or_default();
        let rows = self.left(&key, &route);
        // It is stored: what a lookup was to find is there.
        let mut said = Said { lookup: None, ..self.said.clone() };
        said.rows = &rows;
        let entered = match (self.in_window(said).await, stored) {
            (Ok(entered), None) => {
                return Ok(StoredBy { route, key: entered.key, proof: entered.proof, done: entered.done });
            }
            (Err(failed), None) => return Err(failed),
            (Ok(entered), Some(stored)) => (entered, stored),
            (Err(failed), Some(stored)) => return Err(behind_a_stored_one(failed, stored)),
        };
        let (entered, stored) = entered;
        let proof = match (stored.proof, entered.proof) {
            (EntryProof::Proven, proof) | (proof, EntryProof::Proven) => proof,
            (EntryProof::NotProven(mut one), EntryProof::NotProven(other)) => {
                one.extend(other);
                EntryProof::NotProven(one)
            }
        };
        Ok(StoredBy { route, key: stored.key, proof, done: [stored.done, entered.done].concat() })
    }

    /// Whether a transaction only names rows that are there.
    fn says_nothing(&self, rest: &payload::Transaction) -> bool {
        rest.data_elements.iter().all(|element| {
            let known = self.schema.element(&element.name);
            let keys: Vec<&str> = known.map(|known| known.key_names().collect()).unwrap_or_default();
            let is_key = |name: &str| keys.contains(&name) || element.keys.iter().any(|key| key == name);
            element.rows.iter().all(|row| row.edits.iter().all(|edit| is_key(&edit.name)))
        })
    }

    /// The rows that are left for the window: the key of the record, and the rows around them by what tells them apart.
    fn left(&self, key: &Key, route: &Route) -> Vec<RawRow> {
        let mut rows = Vec::new();
        if let Some((form, _)) = self.schema.record_key() {
            let known = key.iter().filter_map(|(name, value)| Some((form.field(name)?.0, value.clone())));
            rows.push(known.fold(RawRow::new(form), |row, (field, value)| row.text(field, value)));
        }
        rows.extend(self.said.rows.iter().filter_map(|row| self.left_of(row, route)));
        rows
    }

    fn left_of(&self, row: &RawRow, route: &Route) -> Option<RawRow> {
        if route.behind.contains(&row.element().index) {
            return Some(row.clone());
        }
        let children: Vec<RawRow> = row.children().iter().filter_map(|child| self.left_of(child, route)).collect();
        if children.is_empty() {
            return None;
        }
        let element = row.element();
        let explicit = self.said.keyed_by.iter().find(|(of, _)| *of == element.index).map(|(_, keys)| &**keys);
        let keys = explicit.unwrap_or(&element.keys);
        let named = keys.iter().filter_map(|key| Some((*key, row.value(*key)?.to_owned())));
        let mut anchor = named.fold(RawRow::new(element), |row, (field, value)| row.text(field, value));
        children.into_iter().for_each(|child| anchor.push_child(child));
        Some(anchor)
    }
}

/// That the second of two steps failed.
fn behind_a_stored_one(failed: NotEntered, stored: StoredBy) -> NotEntered {
    let (key, done) = (stored.key, stored.done);
    match failed {
        NotEntered::PartlyStored(mut partly) => {
            partly.stored = [done, std::mem::take(&mut partly.stored)].concat();
            NotEntered::PartlyStored(partly)
        }
        NotEntered::Ambiguous(mut ambiguous) => {
            ambiguous.stored = [done.clone(), std::mem::take(&mut ambiguous.stored)].concat();
            ambiguous.done = [done, std::mem::take(&mut ambiguous.done)].concat();
            NotEntered::Ambiguous(ambiguous)
        }
        NotEntered::Refused(error) => {
            let left = vec!["what the window adds".to_owned()];
            NotEntered::PartlyStored(Box::new(PartlyStored { key, stored: done, left, error }))
        }
        NotEntered::NotTyped(not_typed) => {
            let error = Error::input(not_typed.to_string()).because(not_typed);
            let left = vec!["what the window adds".to_owned()];
            NotEntered::PartlyStored(Box::new(PartlyStored { key, stored: done, left, error }))
        }
    }
}
