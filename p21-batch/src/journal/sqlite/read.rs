//! What stands in the file.

use std::time::Duration;

use p21_client::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params, types};

use super::{Failed, Now};
use crate::journal::{Attempt, FailedRecord, Run, RunId, State, Tally, Unsettled, Worker};
use crate::place::FilePlace;

const RUNS: &str =
    "SELECT id, name, door, planned_at IS NOT NULL, (SELECT count(*) FROM record WHERE run = run.id) FROM run";

pub(super) fn runs(db: &mut Connection) -> Result<Vec<Run>, Failed> {
    let mut runs = db.prepare_cached(&format!("{RUNS} ORDER BY id"))?;
    Ok(runs.query_map([], run)?.collect::<Result<_, _>>()?)
}

pub(super) fn find(db: &mut Connection, name: &str) -> Result<Option<Run>, Failed> {
    Ok(db.query_row(&format!("{RUNS} WHERE name = ?1"), [name], run).optional()?)
}

fn run(row: &Row<'_>) -> Result<Run, rusqlite::Error> {
    let rows: i64 = row.get(4)?;
    let (id, is_planned) = (RunId(row.get(0)?), row.get(3)?);
    Ok(Run { id, name: row.get(1)?, door: row.get(2)?, is_planned, is_being_planned: false, rows: rows.unsigned_abs() })
}

pub(super) fn digests(db: &mut Connection, run: RunId, after: u64, most: usize) -> Result<Vec<(u64, String)>, Failed> {
    let mut rows =
        db.prepare_cached("SELECT seq, digest FROM record WHERE run = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3")?;
    let found = rows.query_map(params![run.0, bound(after), limit(most)], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn unsettled(
    db: &mut Connection,
    now: &Now,
    worker: &Worker,
    after: Option<(String, u64)>,
    most: usize,
) -> Result<Vec<Unsettled>, Failed> {
    let (landed_by, seq) = after.unwrap_or_default();
    let mut rows = db.prepare_cached(
        "SELECT seq, attempt, payload, landed_by FROM record
         WHERE run = ?1 AND worker = ?2 AND state = 'sent' AND (landed_by, seq) > (?3, ?4)
         ORDER BY landed_by, seq LIMIT ?5",
    )?;
    let bound = params![worker.run.0, worker.id, landed_by, bound(seq), limit(most)];
    let found = rows.query_map(bound, |row| {
        let payload = row.get::<_, Option<String>>(2)?.unwrap_or_default();
        let landed_by = time(row, 3)?;
        Ok(Unsettled { attempt: attempt(row)?, payload, landed_by, lands_in: now.until(landed_by) })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn next_due(db: &mut Connection, now: &Now, run: RunId) -> Result<Option<Duration>, Failed> {
    let due = db.query_row(
        "SELECT due_at FROM record WHERE run = ?1 AND state = 'planned' ORDER BY due_at LIMIT 1",
        [run.0],
        |row| time(row, 0),
    );
    Ok(due.optional()?.map(|due| now.until(due)))
}

pub(super) fn tally(db: &mut Connection, run: RunId) -> Result<Tally, Failed> {
    let mut rows = db.prepare_cached("SELECT state, count(*) FROM record WHERE run = ?1 GROUP BY state")?;
    let mut tally = Tally::default();
    let counts = rows.query_map([run.0], |row| Ok((state(row, 0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
    for count in counts {
        let (state, count) = count?;
        *match state {
            State::Planned => &mut tally.planned,
            State::Claimed => &mut tally.claimed,
            State::Sent => &mut tally.sent,
            State::Stored => &mut tally.stored,
            State::Refused => &mut tally.refused,
            State::Ambiguous => &mut tally.ambiguous,
        } = count;
    }
    Ok(tally)
}

pub(super) fn failures(db: &mut Connection, run: RunId, after: u64, most: usize) -> Result<Vec<FailedRecord>, Failed> {
    let mut rows = db.prepare_cached(
        "SELECT seq, key, state, code, reason, attempt, record, payload, file, line, in_column FROM record
         WHERE run = ?1 AND seq > ?2 AND (state IN ('refused', 'ambiguous') OR state = 'stored' AND code IS NOT NULL)
         ORDER BY seq LIMIT ?3",
    )?;
    let found = rows.query_map(params![run.0, bound(after), limit(most)], |row| {
        Ok(FailedRecord {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            key: row.get(1)?,
            state: state(row, 2)?,
            code: row.get(3)?,
            reason: row.get(4)?,
            attempts: row.get(5)?,
            record: row.get(6)?,
            payload: row.get(7)?,
            place: place(row, 8)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Record and attempt in the first two columns.
pub(super) fn attempt(row: &Row<'_>) -> Result<Attempt, rusqlite::Error> {
    Ok(Attempt { seq: row.get::<_, i64>(0)?.unsigned_abs(), attempt: row.get(1)? })
}

/// File, line and column from that column on.
pub(super) fn place(row: &Row<'_>, at: usize) -> Result<Option<FilePlace>, rusqlite::Error> {
    let (file, line): (Option<String>, Option<i64>) = (row.get(at)?, row.get(at + 1)?);
    let column = row.get(at + 2)?;
    Ok(file.map(|file| FilePlace { file, line: line.unwrap_or_default().unsigned_abs(), column }))
}

fn state(row: &Row<'_>, at: usize) -> Result<State, rusqlite::Error> {
    parsed(row, at)
}

fn time(row: &Row<'_>, at: usize) -> Result<Timestamp, rusqlite::Error> {
    parsed(row, at)
}

fn parsed<T: std::str::FromStr<Err: ToString>>(row: &Row<'_>, at: usize) -> Result<T, rusqlite::Error> {
    let text: String = row.get(at)?;
    text.parse::<T>()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(at, types::Type::Text, error.to_string().into()))
}

fn bound(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
