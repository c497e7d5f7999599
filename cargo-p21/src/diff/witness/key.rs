//! What shows that a record is known by another key: two records that differ in the field in question, and a read.

use p21_definitions::diff::Change;
use p21_model::payload::{KeyValue, TransactionSet};

use super::Target;
use super::draft::Wanted;
use super::rule::schema;
use crate::diff::side::Input;

/// Two records, and the key by which the first of them is read.
pub(super) fn targets(change: &Change, old: &Input, new: &Input) -> Result<Vec<Target>, String> {
    let key = |side: &Input| {
        // One that lacks the service has that of the other, with the rules of its own version.
        let schema = [side, new, old].into_iter().find_map(|from| schema(change, side, from))?;
        let (element, fields) = schema.record_key()?;
        Some((element.name.to_string(), fields.into_iter().map(str::to_owned).collect::<Vec<String>>()))
    };
    let (Some((element, before)), Some((now, after))) = (key(old), key(new)) else {
        return Err("one of the versions has no key that lies in one form, so that no record can be read".to_owned());
    };
    if element != now {
        return Err("the key lies in another form, and a read by the old one is refused".to_owned());
    }
    let differs = before.iter().find(|key| !after.contains(key)).or(after.iter().find(|key| !before.contains(key)));
    let Some(field) = differs.cloned() else {
        return Err("a record is known by the same fields on both versions".to_owned());
    };
    Ok(vec![Target { element, field, wanted: Wanted::Records { key: before } }])
}

/// The key of the first record that was sent.
pub(super) fn values(sent: Option<&TransactionSet>, element: &str, key: &[String]) -> Vec<KeyValue> {
    let first = sent.and_then(|set| set.transactions.first());
    let form = first.and_then(|transaction| transaction.data_elements.iter().find(|form| form.name == element));
    key.iter().filter_map(|name| Some(KeyValue::new(name.as_str(), form?.value(name)?))).collect()
}
