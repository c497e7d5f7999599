//! That what is stored is what was built.

use p21_model::payload::{self, DataElement};
use p21_model::row::RawRow;
use p21_model::schema::Proof;

use super::read;
use super::run::{Run, Stop};
use crate::error::Error;
use crate::resilience::Verdict;

impl<'a> Run<'a> {
    /// The record as a transaction would send it, with its key, without what a popup adds and no read shows: what a read is
    /// compared with.
    pub(super) fn sent(&self) -> payload::Transaction {
        fn add(rows: &[RawRow], run: &Run<'_>, into: &mut Vec<DataElement>) {
            for row in rows {
                let element = row.element();
                let is_read = matches!(run.facts().proof(element.index), Proof::Read);
                if is_read || run.facts().popup_entry(element.index).is_none() {
                    let mut sent = DataElement::default();
                    sent.name = element.name.to_string();
                    sent.kind = element.kind.as_str().to_owned();
                    // Without a word the definition's own keys tell rows apart, as in a transaction.
                    let keys = run.task.said.keyed_by.iter().find(|(of, _)| *of == element.index);
                    let keys = keys.into_iter().flat_map(|(_, keys)| keys);
                    sent.keys = keys.map(|key| element.fields[usize::from(*key)].name.to_string()).collect();
                    sent.rows = vec![row.to_payload()];
                    into.push(sent);
                }
                add(row.children(), run, into);
            }
        }
        let mut transaction = payload::Transaction::default();
        add(self.task.said.rows, self, &mut transaction.data_elements);
        transaction
    }

    pub(super) async fn prove(&mut self, unproven: &mut Vec<String>) -> Result<(), Stop> {
        let client = self.task.session.client();
        let now = match read::record(client, self.task.schema, &self.key).await {
            Ok(now) => now,
            Err(error) => {
                unproven.push(format!("it can't be read: {error}"));
                return Ok(());
            }
        };
        match read::shows(self.task.schema, &self.sent(), self.task.before.as_ref(), now.as_ref()) {
            Verdict::Stored => Ok(()),
            Verdict::NotStored => Err(Error::input(format!(
                "P21 answered that the record is stored, and a read shows {}",
                if now.is_some() { "it as it was" } else { "none" }
            ))
            .into()),
            Verdict::Unknown(unresolved) if !unresolved.differences.is_empty() => {
                Err(Error::input(format!("what is stored is not what was built: {unresolved}")).into())
            }
            Verdict::Unknown(unresolved) => {
                unproven.push(unresolved.to_string());
                Ok(())
            }
        }
    }

    /// The rows of the record, numbered as its plan numbers them, each with the number of the row around it.
    pub(super) fn numbered(&self) -> Vec<(&'a RawRow, Option<usize>)> {
        fn add<'a>(rows: &'a [RawRow], parent: Option<usize>, into: &mut Vec<(&'a RawRow, Option<usize>)>) {
            for row in rows {
                into.push((row, parent));
                let number = into.len() - 1;
                add(row.children(), Some(number), into);
            }
        }
        let mut all = Vec::new();
        add(self.task.said.rows, None, &mut all);
        all
    }

    /// A row of the record by its number.
    pub(super) fn raw_row(&self, number: usize) -> Option<&'a RawRow> {
        self.numbered().get(number).map(|(row, _)| *row)
    }

    pub(super) fn parent_of(&self, number: usize) -> Option<usize> {
        self.numbered().get(number).and_then(|(_, parent)| *parent)
    }
}
