//! The transitions: one statement each, guarded by state, worker and attempt.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::json;

use super::{Failed, Now, read};
use crate::journal::{
    Attempt, Claim, JournalError, NOT_STORED, NewRun, Planned, RunId, Settled, State, TWICE, Twice, Worker,
};

pub(super) fn begin(db: &mut Connection, now: &Now, run: &NewRun) -> Result<RunId, Failed> {
    let begun = db.query_row(
        "INSERT INTO run (name, door, begun_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING RETURNING id",
        params![run.name, run.door, now.text()],
        |row| row.get(0),
    );
    let id: Option<i64> = begun.optional()?;
    id.map(RunId).ok_or_else(|| JournalError::RunExists { name: run.name.clone() }.into())
}

pub(super) fn plan(
    db: &mut Connection,
    now: &Now,
    run: RunId,
    after: u64,
    rows: &[Planned],
) -> Result<Vec<Twice>, Failed> {
    let all = db.transaction()?;
    let mut last: i64 =
        all.query_row("SELECT coalesce(max(seq), 0) FROM record WHERE run = ?1", [run.0], |row| row.get(0))?;
    if last != numbered(after) {
        return Err(JournalError::Overtaken { expected: after, found: last.unsigned_abs() }.into());
    }
    let mut twice = Vec::new();
    {
        let mut insert = all.prepare_cached(
            "INSERT INTO record (run, seq, key, file, line, in_column, target, payload, digest, state, due_at, settled_at, code,
                                 reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (run, key) WHERE state != 'refused' OR attempt > 0 DO NOTHING",
        )?;
        let mut refuse = all.prepare_cached(
            "INSERT INTO record (run, seq, key, file, line, in_column, target, payload, digest, state, due_at, settled_at, code,
                                 reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'refused', ?10, ?10, ?11, ?12)",
        )?;
        let mut other =
            all.prepare_cached("SELECT seq, file, line, in_column FROM record WHERE run = ?1 AND key = ?2 AND (state != 'refused' OR attempt > 0)")?;
        for (index, row) in rows.iter().enumerate() {
            let place = row.place.as_ref();
            let (code, reason) = row.refused.clone().unzip();
            let state = if row.refused.is_some() { State::Refused } else { State::Planned };
            let settled_at = row.refused.as_ref().map(|_| now.text());
            let line = place.map(|place| i64::try_from(place.line).unwrap_or(i64::MAX));
            let added = insert.execute(params![
                run.0,
                last + 1,
                row.key,
                place.map(|place| &place.file),
                line,
                place.and_then(|place| place.column.as_ref()),
                row.target,
                row.payload,
                row.digest,
                state.name(),
                now.text(),
                settled_at,
                code,
                reason,
            ])?;
            last += 1;
            if added == 1 {
                continue;
            }
            let (seq, found) =
                other.query_row(params![run.0, row.key], |row| Ok((row.get::<_, i64>(0)?, read::place(row, 1)?)))?;
            let one = Twice { index, other: seq.unsigned_abs(), place: found };
            refuse.execute(params![
                run.0,
                last,
                row.key,
                place.map(|place| &place.file),
                line,
                place.and_then(|place| place.column.as_ref()),
                row.target,
                row.payload,
                row.digest,
                now.text(),
                TWICE,
                one.to_string(),
            ])?;
            twice.push(one);
        }
    }
    all.commit()?;
    Ok(twice)
}

pub(super) fn planned(db: &mut Connection, now: &Now, run: RunId) -> Result<(), Failed> {
    db.execute("UPDATE run SET planned_at = ?2 WHERE id = ?1 AND planned_at IS NULL", params![run.0, now.text()])?;
    Ok(())
}

/// The lock of the file says that every other worker is gone.
pub(super) fn join(db: &mut Connection, run: RunId) -> Result<Worker, Failed> {
    let worker = Worker { run, id: uuid::Uuid::new_v4().to_string() };
    let all = db.transaction()?;
    // That a program ended is no try of a record of which nothing had left it.
    all.execute(
        "UPDATE record SET state = 'planned', worker = NULL, claimed_at = NULL, attempt = attempt - 1
         WHERE run = ?1 AND state = 'claimed' AND worker != ?2",
        params![run.0, worker.id],
    )?;
    all.execute(
        "UPDATE record SET worker = ?2 WHERE run = ?1 AND state = 'sent' AND worker != ?2",
        params![run.0, worker.id],
    )?;
    all.commit()?;
    Ok(worker)
}

/// How many planned records are looked at for those that may be claimed: many may wait for one target.
const LOOKED_AT: i64 = 2_000;

pub(super) fn claim(db: &mut Connection, now: &Now, worker: &Worker, most: usize) -> Result<Vec<Claim>, Failed> {
    let mut claim = db.prepare_cached(
        "UPDATE record SET state = 'claimed', worker = ?2, claimed_at = ?3, attempt = attempt + 1
         WHERE run = ?1 AND state = 'planned' AND seq IN (
             SELECT seq FROM record AS next INDEXED BY record_by_state
             WHERE run = ?1 AND state = 'planned' AND due_at <= ?3
               AND seq <= (SELECT max(seq) FROM (
                   SELECT seq FROM record WHERE run = ?1 AND state = 'planned' ORDER BY seq LIMIT ?5
               ))
               AND (target IS NULL OR NOT EXISTS (
                 SELECT 1 FROM record AS other INDEXED BY record_by_target
                 WHERE other.run = ?1 AND other.target = next.target AND other.seq != next.seq
                   AND other.state IN ('planned', 'claimed', 'sent')
                   AND (other.state IN ('claimed', 'sent') OR (other.state = 'planned' AND other.seq < next.seq))
             ))
             ORDER BY seq LIMIT ?4
         )
         RETURNING seq, attempt, payload, file, line, in_column",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let claims = claim.query_map(params![worker.run.0, worker.id, now.text(), most, LOOKED_AT], |row| {
        Ok(Claim {
            attempt: read::attempt(row)?,
            payload: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            place: read::place(row, 3)?,
        })
    })?;
    let mut claims: Vec<Claim> = claims.collect::<Result<_, _>>()?;
    // What is returned has no order.
    claims.sort_unstable_by_key(|claim| claim.attempt.seq);
    Ok(claims)
}

pub(super) fn release(
    db: &mut Connection,
    now: &Now,
    worker: &Worker,
    claims: &[Attempt],
    after: Duration,
) -> Result<(), Failed> {
    changing(db, claims, |all| {
        let mut release = all.prepare_cached(
            "UPDATE record SET state = 'planned', worker = NULL, claimed_at = NULL, due_at = ?4
             WHERE run = ?1 AND worker = ?2 AND state = 'claimed'
               AND (seq, attempt) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))
             RETURNING seq, attempt",
        )?;
        let bound = params![worker.run.0, worker.id, listed(claims), now.after(after)];
        release.query_map(bound, read::attempt)?.collect()
    })
}

pub(super) fn sent(
    db: &mut Connection,
    now: &Now,
    worker: &Worker,
    attempts: &[Attempt],
    lands_within: Duration,
) -> Result<(), Failed> {
    changing(db, attempts, |all| {
        let mut sent = all.prepare_cached(
            "UPDATE record SET state = 'sent', sent_at = ?4, sends = sends + 1, landed_by = max(coalesce(landed_by, ''), ?5)
             WHERE run = ?1 AND worker = ?2 AND state IN ('claimed', 'sent')
               AND (seq, attempt) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))
             RETURNING seq, attempt",
        )?;
        let bound = params![worker.run.0, worker.id, listed(attempts), now.text(), now.after(lands_within)];
        sent.query_map(bound, read::attempt)?.collect()
    })
}

pub(super) fn settle(db: &mut Connection, now: &Now, worker: &Worker, settled: &[Settled]) -> Result<(), Failed> {
    let all = db.transaction()?;
    {
        let mut settle = all.prepare_cached(
            "UPDATE record SET state = ?5, worker = NULL, settled_at = ?6, code = ?7, reason = ?8, record = coalesce(?9, record)
             WHERE run = ?1 AND worker = ?2 AND seq = ?3 AND attempt = ?4
               AND (state = 'sent' AND ?5 IN ('stored', 'refused', 'ambiguous') OR state = 'claimed' AND ?5 = 'refused')",
        )?;
        for one in settled {
            let Attempt { seq, attempt } = one.attempt;
            let bound = params![
                worker.run.0,
                worker.id,
                numbered(seq),
                attempt,
                one.state.name(),
                now.text(),
                one.code,
                one.reason,
                one.record
            ];
            if settle.execute(bound)? != 1 {
                return Err(JournalError::Lost { seq, attempt }.into());
            }
        }
    }
    all.commit()?;
    Ok(())
}

pub(super) fn again(
    db: &mut Connection,
    now: &Now,
    run: RunId,
    most_attempts: u32,
    after: Duration,
) -> Result<u64, Failed> {
    let again = db.execute(
        "UPDATE record SET state = 'planned', claimed_at = NULL, sent_at = NULL, landed_by = NULL, settled_at = NULL,
                           code = NULL, reason = NULL, due_at = ?4
         WHERE run = ?1 AND state = 'refused' AND code = ?2 AND attempt < ?3",
        params![run.0, NOT_STORED, most_attempts, now.after(after)],
    )?;
    Ok(again as u64)
}

/// Changes all of some attempts, or none.
fn changing(
    db: &mut Connection,
    attempts: &[Attempt],
    change: impl FnOnce(&Transaction<'_>) -> Result<Vec<Attempt>, rusqlite::Error>,
) -> Result<(), Failed> {
    let all = db.transaction()?;
    let changed = change(&all)?;
    if let Some(lost) = attempts.iter().find(|attempt| !changed.contains(attempt)) {
        return Err(JournalError::Lost { seq: lost.seq, attempt: lost.attempt }.into());
    }
    all.commit()?;
    Ok(())
}

fn listed(attempts: &[Attempt]) -> String {
    let pairs: Vec<_> = attempts.iter().map(|attempt| json!([attempt.seq, attempt.attempt])).collect();
    json!(pairs).to_string()
}

fn numbered(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
