//! Rows -> DataContract XML, without a tree in between.

use super::transaction::RawTransaction;
use super::{RawRow, Service, Transaction, TransactionSet};
use crate::wire::xml::{Out, SetParts, XmlWriteError};

impl<S: Service> TransactionSet<S> {
    /// The set as DataContract XML, written straight from the rows. It says what [`to_json`](Self::to_json) says.
    ///
    /// # Errors
    /// A value has a character that XML can't hold, such as U+0000; the error names element and field.
    pub fn to_xml(&self) -> Result<Vec<u8>, XmlWriteError> {
        let (codes, ignore_disabled) = (self.uses_code_values(), self.ignores_disabled());
        let mut out = Out::new(1_024 * (1 + self.transactions().len()));
        let name = &S::schema().name;
        let set =
            SetParts { name, codes, ignore_disabled, is_empty: self.transactions().is_empty(), ..SetParts::default() };
        out.set(&set, |out| {
            self.transactions().iter().map(Transaction::as_raw).try_for_each(|raw| transaction(out, raw, codes))
        })?;
        Ok(out.finish())
    }
}

fn transaction(out: &mut Out, transaction: &RawTransaction, codes: bool) -> Result<(), XmlWriteError> {
    out.transaction("New", |out| {
        let mut written = Ok(());
        transaction.each_element(&mut |rows| {
            if written.is_ok() {
                written = element(out, transaction, rows, codes);
            }
        });
        written
    })
}

fn element(out: &mut Out, transaction: &RawTransaction, rows: &[RawRow], codes: bool) -> Result<(), XmlWriteError> {
    let element = rows[0].element();
    let keys = transaction.keys_of(element.index).iter().map(|key| &*element.fields[*key as usize].name);
    out.element(&element.name, None, keys, element.kind.as_str(), |out| {
        rows.iter().try_for_each(|row| out.row(|out| edits(out, row, codes)))
    })
}

fn edits(out: &mut Out, row: &RawRow, codes: bool) -> Result<(), XmlWriteError> {
    for edit in row.edits() {
        let field = &row.element().fields[edit.index() as usize];
        let value = codes.then(|| field.code(edit.value())).flatten().unwrap_or(edit.value());
        out.edit(&field.name, value, edit.ignore_if_empty())?;
    }
    row.extras().iter().try_for_each(|(name, value)| out.edit(name, value, false))
}
