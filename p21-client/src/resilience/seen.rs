//! What records that are typed into windows ask of reads.

use p21_model::payload::{self, TransactionState};
use p21_model::schema::{FieldSchema, ServiceSchema};

use super::{ReadBack, Verdict, compare, judge, read};
use crate::error::Error;

/// Whether a record that was read by its known key is there.
///
/// # Errors
/// It is another one, or the answer doesn't show its key at all.
pub(crate) fn is_there(
    schema: &ServiceSchema,
    state: &TransactionState,
    record: &payload::Transaction,
) -> Result<bool, Error> {
    match judge::found(Some(schema), state, record) {
        judge::Found::Present => Ok(true),
        judge::Found::Absent => Ok(false),
        judge::Found::Other => Err(read::other_record()),
        judge::Found::Unshown => Err(read::no_form(state)),
    }
}

/// What a record shows of what was written by other means than a transaction, and how it was before; `None` is a record that
/// isn't there.
pub(crate) fn shows(
    schema: &ServiceSchema,
    sent: &payload::Transaction,
    keyed_on: &str,
    before: Option<&payload::Transaction>,
    now: Option<&payload::Transaction>,
) -> Verdict {
    let how = ReadBack::default();
    let judge = judge::Judge { sent, schema: Some(schema), how: &how, keyed_on, ignores_disabled: false };
    let before = before.map_or(judge::Before::Absent, |record| judge::Before::Present(record.clone()));
    judge.verdict(&before, now)
}

/// Whether what is read of a field is what was sent, however it is spelt.
pub(crate) fn is_same(field: &FieldSchema, sent: &str, found: &str) -> bool {
    compare::same(Some(field), sent, found)
}
