//! Records as new ones.

use p21_model::copy::{Copying, LeftOut, RecordCopy};
use p21_model::outcome::Stored;
use p21_model::record::Record;
use p21_model::row::{Element, Field, Keyed, RecordKey, Transactional};
use p21_model::value::{DateTime, Decimal, FieldValue as _};

use crate::api::Sending;
use crate::client::Client;
use crate::error::Error;

/// A record that was stored as a copy of another one.
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct Copied<S> {
    /// The new record.
    pub stored: Stored<S>,
    /// What the original has and the new one goes without.
    pub left_out: Vec<LeftOut>,
}

/// A copy in the making; see [`Client::copying`].
#[must_use = "nothing is read or written before `store` is called"]
pub struct Copier<'c, S: Keyed> {
    client: &'c Client,
    key: S::Key,
    keep: Copying,
}

impl Client {
    /// Reads a record and stores it as a new one, changed: give it another key.
    ///
    /// P21 answers a read with columns that it refuses on a write, so only the keys and the required fields are copied
    /// (`basics`, which is what gave clean copies: verified on 26.1), less what rules say is disabled, computed or
    /// assigned. [`Copied::left_out`] lists what the copy goes without; [`copying`](Self::copying) keeps more.
    ///
    /// # Errors
    /// [`Error::is_input`] if there is no such record, or the copy still has the keys of the original, so that P21 may
    /// update that one; else as [`submit`](Self::submit), the check included.
    ///
    /// ```ignore
    /// let copied = client.copy_record(contract::Key::new(100001), |header| header.contract_no("JOB-1002")).await?;
    /// for left_out in &copied.left_out {
    ///     println!("{left_out}");
    /// }
    /// ```
    pub fn copy_record<'c, K>(
        &'c self,
        key: K,
        change: impl FnOnce(FormOf<K>) -> FormOf<K> + Send + 'c,
    ) -> Sending<'c, Copied<K::Service>>
    where
        K: RecordKey,
        K::Service: Transactional,
    {
        self.copying(key).store(change)
    }

    /// The same, with a say in what is copied.
    ///
    /// ```ignore
    /// let copied = client.copying(original).keep(line::PRICE).leave_out::<note::Row>().store(|header| ..).await?;
    /// ```
    pub fn copying<K: RecordKey>(&self, key: K) -> Copier<'_, K::Service> {
        Copier { client: self, key, keep: Copying::default() }
    }
}

/// The row of the form that holds a key.
type FormOf<K> = <<K as RecordKey>::Service as Keyed>::Form;

impl<'c, S: Keyed> Copier<'c, S> {
    /// Copies a field as well, of any element of the service.
    pub fn keep<F: Element<Service = S>, T>(mut self, field: Field<F, T>) -> Self {
        self.keep = self.keep.keep(field);
        self
    }

    /// Copies nothing of an element.
    pub fn leave_out<F: Element<Service = S>>(mut self) -> Self {
        self.keep = self.keep.leave_out::<F>();
        self
    }

    /// Reads the record and changes it, and stores nothing: to look at, to change further rows, to send otherwise.
    ///
    /// # Errors
    /// As [`Client::copy_record`], but for what storing brings.
    pub fn prepare(self, change: impl FnOnce(S::Form) -> S::Form + Send + 'c) -> Sending<'c, RecordCopy<S>> {
        Box::pin(async move {
            let (client, key) = (self.client, self.key);
            let shown = format!("{key:?}");
            let Some(record) = client.read(key).await? else {
                return Err(Error::input(format!("there is no record to copy: {shown}")));
            };
            let basics = client.basics_of::<S>().await?;
            let mut copying = self.keep.with(&basics);
            if let Some(version) = client.p21_version().await {
                copying = copying.version(version);
            }
            let copy = record.copy(&copying).change(change);
            if has_keys::<S>(&copy, &record) {
                return Err(Error::input(format!(
                    "the copy has the keys of the original, which P21 may update: {shown}; change them"
                )));
            }
            Ok(copy)
        })
    }

    /// Reads the record, changes it, checks it as [`Client::submit`] does, and stores it.
    ///
    /// # Errors
    /// As [`Client::copy_record`].
    pub fn store(self, change: impl FnOnce(S::Form) -> S::Form + Send + 'c) -> Sending<'c, Copied<S>>
    where
        S: Transactional,
    {
        Box::pin(async move {
            let client = self.client;
            let RecordCopy { transaction, left_out, .. } = self.prepare(change).await?;
            let stored = client.submit(transaction).await?;
            Ok(Copied { stored, left_out })
        })
    }
}

impl<S> std::fmt::Debug for Copied<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copied").field("stored", &self.stored).field("left_out", &self.left_out).finish()
    }
}

impl<S: Keyed> std::fmt::Debug for Copier<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copier").field("key", &self.key).field("keep", &self.keep).finish_non_exhaustive()
    }
}

/// Whether what a copy sets of the form's keys is the original's: by all of the declared keys, or those that P21 doesn't
/// assign, an existing record may be meant.
fn has_keys<S: Keyed>(copy: &RecordCopy<S>, original: &Record<S>) -> bool {
    let form = S::Form::schema();
    let header = copy.transaction.rows().iter().find(|row| row.element().index == form.index);
    let (Some(header), Some(original)) = (header, original.first::<S::Form>()) else { return false };
    let set = |key: &u16| Some((header.value(*key)?, &*form.fields[usize::from(*key)].name));
    let mut keys = form.keys.iter().filter_map(set).filter(|(copied, _)| !copied.trim().is_empty()).peekable();
    keys.peek().is_some() && keys.all(|(copied, name)| is_same(copied, original.value(name).unwrap_or_default()))
}

/// Whether P21 takes two spellings for one key: `5` and `5.0000`, `job-1` and `JOB-1 `, a day with and without a time.
/// In doubt they are: the original is worth more than the copy.
fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    let as_numbers = || Some(Decimal::from_wire(a).ok()? == Decimal::from_wire(b).ok()?);
    let as_dates = || Some(DateTime::from_wire(a).ok()? == DateTime::from_wire(b).ok()?);
    a.to_lowercase() == b.to_lowercase() || as_numbers() == Some(true) || as_dates() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn keys_are_the_same_however_they_are_spelt() {
        for (a, b) in [("5", "5.0000"), ("job-1", "JOB-1 "), ("2027-12-31", "2027-12-31T00:00:00"), ("Ä", "ä")] {
            assert!(is_same(a, b) && is_same(b, a), "{a} {b}");
        }
        for (a, b) in [("5", "50"), ("JOB-1", "JOB-2"), ("2027-12-31", "2027-12-30"), ("", "0")] {
            assert!(!is_same(a, b), "{a} {b}");
        }
    }
}
