//! What stands in the database.

use std::time::Duration;

use deadpool_postgres::Client;
use p21_client::Timestamp;
use tokio_postgres::Row;

use super::failed::Failed;
use super::{limit, number};
use crate::journal::{Attempt, FailedRecord, Run, RunId, State, Tally, Unsettled, Worker};
use crate::place::FilePlace;

const RUNS: &str = "SELECT id, name, door, planned_at IS NOT NULL,
                           planned_at IS NULL AND planning_until > coalesce($1::timestamptz, clock_timestamp()),
                           (SELECT count(*) FROM record WHERE run = run.id) FROM run";

pub(super) async fn runs(client: &Client, now: Option<Timestamp>) -> Result<Vec<Run>, Failed> {
    let rows = client.query(&format!("{RUNS} ORDER BY id"), &[&now]).await?;
    Ok(rows.iter().map(run).collect())
}

pub(super) async fn find(client: &Client, now: Option<Timestamp>, name: &str) -> Result<Option<Run>, Failed> {
    let row = client.query_opt(&format!("{RUNS} WHERE name = $2"), &[&now, &super::text(name)]).await?;
    Ok(row.as_ref().map(run))
}

fn run(row: &Row) -> Run {
    Run {
        id: RunId(row.get(0)),
        name: row.get(1),
        door: row.get(2),
        is_planned: row.get(3),
        is_being_planned: row.get(4),
        rows: row.get::<_, i64>(5).unsigned_abs(),
    }
}

pub(super) async fn digests(
    client: &Client,
    run: RunId,
    after: u64,
    most: usize,
) -> Result<Vec<(u64, String)>, Failed> {
    let rows = client
        .query(
            "SELECT seq, digest FROM record WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            &[&run.0, &number(after), &limit(most)],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get::<_, i64>(0).unsigned_abs(), row.get(1))).collect())
}

pub(super) async fn unsettled(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    after: Option<&Unsettled>,
    most: usize,
) -> Result<Vec<Unsettled>, Failed> {
    let (landed_by, seq) = after.map(|last| (last.landed_by, number(last.attempt.seq))).unzip();
    let statement = client
        .prepare_cached(
            "SELECT seq, attempt, payload, landed_by,
                    ceil(extract(epoch FROM landed_by - coalesce($3::timestamptz, clock_timestamp())) * 1000000)::bigint
             FROM record
             WHERE run = $1 AND worker = $2 AND state = 'sent'
               AND ($4::timestamptz IS NULL OR (landed_by, seq) > ($4, $5::bigint))
             ORDER BY landed_by, seq LIMIT $6",
        )
        .await?;
    let rows = client.query(&statement, &[&worker.run.0, &worker.id, &now, &landed_by, &seq, &limit(most)]).await?;
    let one = |row: &Row| {
        let payload = row.get::<_, Option<String>>(2).unwrap_or_default();
        Unsettled { attempt: attempt(row), payload, landed_by: row.get(3), lands_in: span(row.get(4)) }
    };
    Ok(rows.iter().map(one).collect())
}

pub(super) async fn next_due(client: &Client, now: Option<Timestamp>, run: RunId) -> Result<Option<Duration>, Failed> {
    let row = client
        .query_one(
            "SELECT ceil(extract(epoch FROM min(due_at) - coalesce($2::timestamptz, clock_timestamp())) * 1000000)::bigint
             FROM record WHERE run = $1 AND state = 'planned'",
            &[&run.0, &now],
        )
        .await?;
    Ok(row.get::<_, Option<i64>>(0).map(span))
}

/// Microseconds; what is past is now.
pub(super) fn span(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

pub(super) async fn tally(client: &Client, run: RunId) -> Result<Tally, Failed> {
    let statement = client.prepare_cached("SELECT state, count(*) FROM record WHERE run = $1 GROUP BY state").await?;
    let mut tally = Tally::default();
    for row in client.query(&statement, &[&run.0]).await? {
        *match state(&row, 0)? {
            State::Planned => &mut tally.planned,
            State::Claimed => &mut tally.claimed,
            State::Sent => &mut tally.sent,
            State::Stored => &mut tally.stored,
            State::Refused => &mut tally.refused,
            State::Ambiguous => &mut tally.ambiguous,
        } = row.get::<_, i64>(1).unsigned_abs();
    }
    Ok(tally)
}

pub(super) async fn failures(
    client: &Client,
    run: RunId,
    after: u64,
    most: usize,
) -> Result<Vec<FailedRecord>, Failed> {
    let rows = client
        .query(
            "SELECT seq, key, state, code, reason, attempt, record, payload, file, line, in_column FROM record
             WHERE run = $1 AND seq > $2
               AND (state IN ('refused', 'ambiguous') OR (state = 'stored' AND code IS NOT NULL))
             ORDER BY seq LIMIT $3",
            &[&run.0, &number(after), &limit(most)],
        )
        .await?;
    let one = |row: &Row| {
        Ok(FailedRecord {
            seq: row.get::<_, i64>(0).unsigned_abs(),
            key: row.get(1),
            state: state(row, 2)?,
            code: row.get(3),
            reason: row.get(4),
            attempts: row.get::<_, i32>(5).unsigned_abs(),
            record: row.get(6),
            payload: row.get(7),
            place: place(row, 8),
        })
    };
    rows.iter().map(one).collect()
}

/// Record and attempt in the first two columns.
pub(super) fn attempt(row: &Row) -> Attempt {
    Attempt { seq: row.get::<_, i64>(0).unsigned_abs(), attempt: row.get::<_, i32>(1).unsigned_abs() }
}

/// File, line and column from that column on.
pub(super) fn place(row: &Row, at: usize) -> Option<FilePlace> {
    let (file, line): (Option<String>, Option<i64>) = (row.get(at), row.get(at + 1));
    file.map(|file| FilePlace { file, line: line.unwrap_or_default().unsigned_abs(), column: row.get(at + 2) })
}

fn state(row: &Row, at: usize) -> Result<State, Failed> {
    row.get::<_, &str>(at).parse().map_err(Failed::Other)
}
