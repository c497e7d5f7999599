//! Taking the input up.

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sha2::{Digest as _, Sha256};

use super::{BatchError, Core, DryRun, NotSent};
use crate::input::InputRow;
use crate::journal::{Planned, RunId};
use crate::record::hex;
use crate::send::check;

/// How many records are taken up in one step of the journal.
const AT_ONCE: usize = 500;

/// How many bad records a dry run names.
const NAMED: usize = 1_000;

/// A row as the journal has it; `seq` is its number.
pub(super) fn planned(row: &InputRow, seq: u64, batch: &Core) -> Planned {
    match row {
        Ok(record) => {
            record.schema.into_iter().for_each(|schema| batch.learn(schema));
            let schema = batch.schema(record.service());
            let payload = serde_json::to_string(&record.payload).unwrap_or_default();
            let key = record.journal_key();
            let digest = hex(&Sha256::digest(format!("{key}\n{payload}")));
            let mut planned = Planned::new(key, payload, digest).target(record.payload.target(schema));
            planned.place = record.place.clone();
            planned
        }
        Err(bad) => Planned {
            key: format!("unreadable #{seq}"),
            place: Some(bad.place.clone()),
            target: None,
            payload: bad.row.as_ref().map(|source| serde_json::json!({ "source": source }).to_string()),
            // Without the file: it may be called otherwise when it is compared.
            digest: hex(&Sha256::digest(format!("{}\n{:?}\n{}", bad.place.line, bad.place.column, bad.problem))),
            refused: Some(("input".to_owned(), bad.problem.clone())),
        },
    }
}

impl Core {
    /// Takes the input up, behind so many rows that are there. It says whether it came to the end, or was stopped.
    pub(super) async fn plan(
        &self,
        run: RunId,
        rows: u64,
        input: &mut BoxStream<'_, InputRow>,
    ) -> Result<bool, BatchError> {
        let taken = self.take_up(run, rows, input).await;
        // Whoever goes on with it would wait for this program until its lease has run out.
        if matches!(taken, Ok(false) | Err(BatchError::Input(_)))
            && let Err(error) = self.journal.stop_planning(run).await
        {
            tracing::warn!(%error, "others wait until the lease of who took the input up has run out");
        }
        taken
    }

    async fn take_up(&self, run: RunId, rows: u64, input: &mut BoxStream<'_, InputRow>) -> Result<bool, BatchError> {
        let (mut batch, mut seq, mut planned_rows) = (Vec::with_capacity(AT_ONCE), rows, rows);
        loop {
            let row = tokio::select! {
                biased;
                () = self.stop.wait() => {
                    self.journal.plan(run, planned_rows, batch).await?;
                    return Ok(false);
                }
                row = input.next() => row,
            };
            let is_end = row.is_none();
            if let Some(Err(bad)) = &row
                && bad.ends_input
            {
                self.journal.plan(run, planned_rows, batch).await?;
                return Err(BatchError::Input(bad.clone()));
            }
            if let Some(row) = row {
                seq += 1;
                batch.push(planned(&row, seq, self));
            }
            if batch.len() == AT_ONCE || (is_end && !batch.is_empty()) {
                for twice in self.journal.plan(run, planned_rows, std::mem::take(&mut batch)).await? {
                    tracing::warn!(other = twice.other, "a record is there twice; {twice}");
                }
                planned_rows = seq;
            }
            if is_end {
                self.journal.planned(run).await?;
                return Ok(true);
            }
        }
    }

    /// See [`Batch::dry_run`](super::Batch::dry_run).
    pub(super) fn dry_run<'b>(&'b self, mut input: BoxStream<'b, InputRow>) -> BoxFuture<'b, DryRun> {
        Box::pin(async move {
            let (mut found, mut keys) = (DryRun::default(), std::collections::HashMap::new());
            loop {
                let row = tokio::select! {
                    biased;
                    () = self.stop.wait() => {
                        found.stopped = true;
                        break;
                    }
                    row = input.next() => row,
                };
                let Some(row) = row else { break };
                found.records += 1;
                let seq = found.records;
                let (place, bad) = match &row {
                    Err(bad) => (Some(bad.place.clone()), Some(bad.problem.clone())),
                    Ok(record) => {
                        let key: [u8; 32] = Sha256::digest(record.journal_key()).into();
                        let first = *keys.entry(key).or_insert(seq);
                        let twice = (first != seq).then(|| format!("its idempotency key is that of record {first}"));
                        let schema = record.schema.or_else(|| self.schema(record.service()));
                        let error =
                            check(&self.client, &record.payload, schema).await.err().map(|error| error.to_string());
                        let untyped = || self.door_refuses(&record.payload, schema);
                        (record.place.clone(), error.or_else(untyped).or(twice))
                    }
                };
                if let Some(reason) = bad {
                    found.bad += 1;
                    if found.why.len() < NAMED {
                        found.why.push(NotSent { seq, place, reason });
                    }
                }
            }
            found
        })
    }
}
