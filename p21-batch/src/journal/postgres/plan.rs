//! Beginning a run, and taking its input up.

use std::collections::HashMap;
use std::time::Duration;

use deadpool_postgres::Client;
use p21_client::Timestamp;
use sha2::{Digest as _, Sha256};

use super::failed::Failed;
use super::{hint, micros, number, read, text};
use crate::journal::{JournalError, NewRun, Planned, RunId, State, TWICE, Twice};
use crate::place::FilePlace;

pub(super) async fn begin(
    client: &Client,
    now: Option<Timestamp>,
    run: &NewRun,
    lease: Duration,
) -> Result<RunId, Failed> {
    let row = client
        .query_opt(
            "WITH clock AS (SELECT coalesce($3::timestamptz, clock_timestamp()) AS now)
             INSERT INTO run (name, door, begun_at, planning_until)
             SELECT $1, $2, now, now + $4::bigint * interval '1 microsecond' FROM clock
             ON CONFLICT (name) DO NOTHING RETURNING id",
            &[&text(&run.name), &text(&run.door), &now, &micros(lease)],
        )
        .await?;
    row.map(|row| RunId(row.get(0))).ok_or_else(|| JournalError::RunExists { name: run.name.clone() }.into())
}

pub(super) async fn plan(
    client: &mut Client,
    now: Option<Timestamp>,
    run: RunId,
    after: u64,
    rows: &[Planned],
    lease: Duration,
) -> Result<Vec<Twice>, Failed> {
    let all = client.transaction().await?;
    // Whoever else takes the input up waits here.
    all.execute(
        "UPDATE run SET planning_until = coalesce($2::timestamptz, clock_timestamp()) + $3::bigint * interval '1 microsecond'
         WHERE id = $1",
        &[&run.0, &now, &micros(lease)],
    )
    .await?;
    let last: i64 = all.query_one("SELECT coalesce(max(seq), 0) FROM record WHERE run = $1", &[&run.0]).await?.get(0);
    if last != number(after) {
        return Err(JournalError::Overtaken { expected: after, found: last.unsigned_abs() }.into());
    }
    let known = {
        let hashes: Vec<Vec<u8>> = rows.iter().map(|row| hash(&row.key)).collect();
        let known = all
            .query(
                "SELECT seq, key_hash, file, line, in_column FROM record
                 WHERE run = $1 AND key_hash = ANY ($2) AND (state != 'refused' OR attempt > 0)",
                &[&run.0, &hashes],
            )
            .await?;
        known.iter().map(|row| (row.get(1), (row.get::<_, i64>(0).unsigned_abs(), read::place(row, 2)))).collect()
    };
    let (lines, twice) = Lines::of(rows, after, known);
    lines.insert(&all, run, now).await?;
    all.commit().await?;
    Ok(twice)
}

/// The columns of what is added.
#[derive(Default)]
struct Lines {
    seqs: Vec<i64>,
    keys: Vec<String>,
    key_hashes: Vec<Vec<u8>>,
    files: Vec<Option<String>>,
    lines: Vec<Option<i64>>,
    columns: Vec<Option<String>>,
    targets: Vec<Option<String>>,
    target_hashes: Vec<Option<Vec<u8>>>,
    payloads: Vec<Option<String>>,
    digests: Vec<String>,
    states: Vec<&'static str>,
    codes: Vec<Option<String>>,
    reasons: Vec<Option<String>>,
}

impl Lines {
    /// Rows behind so many; `known` are those of the run with the key of one of them.
    fn of(rows: &[Planned], after: u64, mut known: HashMap<Vec<u8>, (u64, Option<FilePlace>)>) -> (Self, Vec<Twice>) {
        let (mut lines, mut twice) = (Self::default(), Vec::new());
        for (index, row) in rows.iter().enumerate() {
            let seq = after + index as u64 + 1;
            if row.refused.is_some() {
                lines.add(seq, row, row.refused.clone());
                continue;
            }
            match known.get(&hash(&row.key)).cloned() {
                None => {
                    known.insert(hash(&row.key), (seq, row.place.clone()));
                    lines.add(seq, row, None);
                }
                Some((other, place)) => {
                    let one = Twice { index, other, place };
                    lines.add(seq, row, Some((TWICE.to_owned(), one.to_string())));
                    twice.push(one);
                }
            }
        }
        (lines, twice)
    }

    fn add(&mut self, seq: u64, row: &Planned, refused: Option<(String, String)>) {
        let place = row.place.as_ref();
        let (code, reason) = refused.unzip();
        self.seqs.push(number(seq));
        self.keys.push(text(&row.key));
        self.key_hashes.push(hash(&row.key));
        self.files.push(place.map(|place| text(&place.file)));
        self.lines.push(place.map(|place| number(place.line)));
        self.columns.push(place.and_then(|place| place.column.as_deref().map(text)));
        self.targets.push(row.target.as_deref().map(text));
        self.target_hashes.push(row.target.as_deref().map(hash));
        self.payloads.push(row.payload.as_deref().map(text));
        self.digests.push(text(&row.digest));
        self.states.push(if code.is_some() { State::Refused.name() } else { State::Planned.name() });
        self.codes.push(code.as_deref().map(text));
        self.reasons.push(reason.as_deref().map(text));
    }

    async fn insert(
        &self,
        all: &deadpool_postgres::Transaction<'_>,
        run: RunId,
        now: Option<Timestamp>,
    ) -> Result<(), Failed> {
        let insert = all
            .prepare_cached(
                "INSERT INTO record (run, seq, key, key_hash, file, line, in_column, target, target_hash, payload, digest,
                                     state, code, reason, due_at, settled_at)
                 SELECT $1, given.*, clock.now, CASE WHEN given.state = 'refused' THEN clock.now END
                 FROM unnest($3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::bigint[], $8::text[], $9::text[],
                             $10::bytea[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
                     AS given (seq, key, key_hash, file, line, in_column, target, target_hash, payload, digest, state, code,
                               reason),
                     (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now) AS clock",
            )
            .await?;
        let bound: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[
            &run.0,
            &now,
            &self.seqs,
            &self.keys,
            &self.key_hashes,
            &self.files,
            &self.lines,
            &self.columns,
            &self.targets,
            &self.target_hashes,
            &self.payloads,
            &self.digests,
            &self.states,
            &self.codes,
            &self.reasons,
        ];
        all.execute(&insert, bound).await?;
        Ok(())
    }
}

fn hash(of: &str) -> Vec<u8> {
    Sha256::digest(of).to_vec()
}

pub(super) async fn stop_planning(client: &Client, now: Option<Timestamp>, run: RunId) -> Result<(), Failed> {
    client
        .execute(
            "UPDATE run SET planning_until = least(planning_until, coalesce($2::timestamptz, clock_timestamp()))
             WHERE id = $1",
            &[&run.0, &now],
        )
        .await?;
    hint::tell(client, run).await;
    Ok(())
}

pub(super) async fn planned(client: &Client, now: Option<Timestamp>, run: RunId) -> Result<(), Failed> {
    client
        .execute(
            "UPDATE run SET planned_at = coalesce($2::timestamptz, clock_timestamp()) WHERE id = $1 AND planned_at IS NULL",
            &[&run.0, &now],
        )
        .await?;
    // A table that was filled just now is searched by what the planner knows of an empty one.
    if let Err(error) = client.batch_execute("ANALYZE record").await {
        tracing::debug!(reason = super::failed::in_words(&error), "the table's statistics are as old as they were");
    }
    hint::tell(client, run).await;
    Ok(())
}
