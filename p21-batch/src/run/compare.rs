//! Whether the input is what it was.

use std::collections::HashSet;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::plan::planned;
use super::{BatchError, Core};
use crate::input::InputRow;
use crate::journal::Run;
use crate::record::BatchRecord;

/// How many records of the journal are held against the input at once.
const AT_ONCE: usize = 1_000;

impl Core {
    /// Compares as much of the input as the journal has; what is behind that is left in it.
    pub(super) async fn compare(&self, run: &Run, input: &mut BoxStream<'_, InputRow>) -> Result<(), BatchError> {
        let mut seq = 0;
        loop {
            let known = self.journal.digests(run.id, seq, AT_ONCE).await?;
            if known.is_empty() {
                break;
            }
            for (at, digest) in known {
                let (name, rows) = (|| self.name.clone(), run.rows);
                let Some(row) = input.next().await else {
                    return Err(BatchError::InputShorter { name: name(), found: seq, rows });
                };
                seq = at;
                let row = readable(row)?;
                let found = planned(&row, seq, self);
                if found.digest != digest {
                    return Err(BatchError::InputChanged { name: name(), seq, place: found.place });
                }
            }
        }
        if run.is_planned
            && let Some(row) = input.next().await
        {
            let place = planned(&readable(row)?, seq + 1, self).place;
            return Err(BatchError::InputChanged { name: self.name.clone(), seq: seq + 1, place });
        }
        Ok(())
    }

    /// The first record that the journal has of a run and that is none of these, in whatever order.
    pub(super) fn not_among<'b>(
        &'b self,
        run: &'b Run,
        asked: &'b [BatchRecord],
    ) -> BoxFuture<'b, Result<Option<u64>, BatchError>> {
        Box::pin(async move {
            let asked: HashSet<String> =
                asked.iter().map(|record| planned(&Ok(record.clone()), 0, self).digest).collect();
            let mut last = 0;
            loop {
                let known = self.journal.digests(run.id, last, AT_ONCE).await?;
                let Some((end, _)) = known.last() else { return Ok(None) };
                last = *end;
                if let Some((seq, _)) = known.iter().find(|(_, digest)| !asked.contains(digest)) {
                    return Ok(Some(*seq));
                }
            }
        })
    }
}

/// What can't be read any more is no other input.
fn readable(row: InputRow) -> Result<InputRow, BatchError> {
    match row {
        Err(bad) if bad.ends_input => Err(BatchError::Input(bad)),
        row => Ok(row),
    }
}
