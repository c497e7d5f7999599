//! The transitions: one statement each, guarded by state, worker and attempt, of a worker whose lease lasts.

use std::time::Duration;

use deadpool_postgres::Client;
use p21_client::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::failed::Failed;
use super::{hint, limit, micros, number, read, text};
use crate::journal::{Attempt, Claim, JournalError, NOT_STORED, RunId, Settled, Worker};

/// How many planned records are looked at for those that may be claimed: many may wait for one target.
const LOOKED_AT: i64 = 2_000;

const CLAIM: &str = "
    WITH clock AS MATERIALIZED (SELECT coalesce($3::timestamptz, clock_timestamp()) AS now),
    far AS MATERIALIZED (
        SELECT max(seq) AS seq FROM (
            SELECT seq FROM record WHERE run = $1 AND state = 'planned' ORDER BY seq LIMIT $6
        ) AS looked_at
    ),
    next AS MATERIALIZED (
        SELECT seq FROM record AS next
        WHERE run = $1 AND state = 'planned' AND seq <= (SELECT seq FROM far) AND due_at <= (SELECT now FROM clock)
          AND EXISTS (SELECT 1 FROM worker WHERE id = $2 AND lease_until > (SELECT now FROM clock))
          AND (target_hash IS NULL OR NOT EXISTS (
              SELECT 1 FROM record AS other
              WHERE other.run = $1 AND other.target_hash = next.target_hash AND other.state IN ('claimed', 'sent')
          ) AND NOT EXISTS (
              SELECT 1 FROM record AS other
              WHERE other.run = $1 AND other.target_hash = next.target_hash AND other.state = 'planned'
                AND other.seq < next.seq
          ))
        ORDER BY seq LIMIT $5
        FOR UPDATE SKIP LOCKED
    )
    UPDATE record SET state = 'claimed', worker = $2, claim = $4, claimed_at = clock.now, attempt = attempt + 1
    FROM next, clock WHERE record.run = $1 AND record.seq = next.seq
    RETURNING record.seq, attempt, payload, file, line, in_column";

pub(super) async fn claim(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    claim: &str,
    most: usize,
) -> Result<Vec<Claim>, Failed> {
    let known = client
        .prepare_cached(
            "SELECT seq, attempt, payload, file, line, in_column FROM record
             WHERE run = $1 AND worker = $2 AND claim = $3 AND state = 'claimed'",
        )
        .await?;
    let mut rows = client.query(&known, &[&worker.run.0, &worker.id, &claim]).await?;
    if rows.is_empty() {
        let statement = client.prepare_cached(CLAIM).await?;
        let claimed =
            client.query(&statement, &[&worker.run.0, &worker.id, &now, &claim, &limit(most), &LOOKED_AT]).await;
        rows = match claimed {
            Ok(rows) => rows,
            // Somebody else has just claimed one of the same target.
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => return Err(Failed::Again),
            Err(error) => return Err(error.into()),
        };
    }
    if rows.is_empty() {
        alive(client, now, worker).await?;
    }
    let mut claims: Vec<Claim> = rows.iter().map(taken).collect();
    // What is returned has no order.
    claims.sort_unstable_by_key(|claim| claim.attempt.seq);
    Ok(claims)
}

fn taken(row: &Row) -> Claim {
    let payload = row.get::<_, Option<String>>(2).unwrap_or_default();
    Claim { attempt: read::attempt(row), payload, place: read::place(row, 3) }
}

/// Records and attempts that are this worker's in some states, locked until the statement's end: all that are named, or
/// nothing is changed.
macro_rules! of_all_mine {
    ($states:literal, $change:literal) => {
        concat!(
            "WITH clock AS MATERIALIZED (SELECT coalesce($3::timestamptz, clock_timestamp()) AS now),
             mine AS MATERIALIZED (
                 SELECT record.seq FROM record
                 JOIN unnest($4::bigint[], $5::integer[]) AS given (seq, attempt)
                   ON record.seq = given.seq AND record.attempt = given.attempt
                 WHERE record.run = $1 AND record.worker = $2 AND record.state IN (",
            $states,
            ") ORDER BY record.seq FOR UPDATE OF record
             )
             UPDATE record SET ",
            $change,
            " FROM mine, clock
             WHERE record.run = $1 AND record.seq = mine.seq
               AND (SELECT count(*) FROM mine) = cardinality($4::bigint[])
               AND EXISTS (SELECT 1 FROM worker WHERE id = $2 AND lease_until > (SELECT now FROM clock))"
        )
    };
}

pub(super) async fn release(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    claims: &[Attempt],
    after: Duration,
    is_repeated: bool,
) -> Result<(), Failed> {
    let statement = client
        .prepare_cached(of_all_mine!(
            "'claimed'",
            "state = 'planned', worker = NULL, claim = NULL, claimed_at = NULL,
             due_at = clock.now + $6::bigint * interval '1 microsecond'"
        ))
        .await?;
    let (seqs, attempts) = columns(claims.iter());
    let bound: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&worker.run.0, &worker.id, &now, &seqs, &attempts, &micros(after)];
    match client.execute(&statement, bound).await? {
        // They are given back, if not by this then by the try whose answer was lost.
        0 if is_repeated => alive(client, now, worker).await,
        changed => all_of(client, now, worker, claims.iter(), changed).await,
    }
}

pub(super) async fn sent(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    attempts: &[Attempt],
    lands_within: Duration,
) -> Result<(), Failed> {
    let statement = client
        .prepare_cached(of_all_mine!(
            "'claimed', 'sent'",
            "state = 'sent', sent_at = clock.now, sends = sends + 1,
             landed_by = greatest(landed_by, coalesce($3::timestamptz, clock_timestamp())
                                             + $6::bigint * interval '1 microsecond')"
        ))
        .await?;
    let (seqs, of) = columns(attempts.iter());
    let bound: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&worker.run.0, &worker.id, &now, &seqs, &of, &micros(lands_within)];
    let changed = client.execute(&statement, bound).await?;
    all_of(client, now, worker, attempts.iter(), changed).await
}

/// One that this worker has settled in the same way counts as settled: the answer to that was lost.
const SETTLE: &str = "
    WITH clock AS MATERIALIZED (SELECT coalesce($3::timestamptz, clock_timestamp()) AS now),
    given AS MATERIALIZED (
        SELECT * FROM unnest($4::bigint[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::text[])
            AS given (seq, attempt, state, code, reason, record)
    ),
    mine AS MATERIALIZED (
        SELECT record.seq FROM record JOIN given ON record.seq = given.seq AND record.attempt = given.attempt
        WHERE record.run = $1
          AND (record.worker = $2 AND (record.state = 'sent' AND given.state IN ('stored', 'refused', 'ambiguous')
                                       OR record.state = 'claimed' AND given.state = 'refused')
               OR record.settled_by = $2 AND record.state = given.state)
        ORDER BY record.seq FOR UPDATE OF record
    )
    UPDATE record SET state = given.state, worker = NULL, settled_by = $2, settled_at = clock.now, code = given.code,
                      reason = given.reason, record = coalesce(given.record, record.record)
    FROM given, mine, clock
    WHERE record.run = $1 AND record.seq = given.seq AND record.seq = mine.seq
      AND (SELECT count(*) FROM mine) = cardinality($4::bigint[])
      AND EXISTS (SELECT 1 FROM worker WHERE id = $2 AND lease_until > (SELECT now FROM clock))";

pub(super) async fn settle(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    settled: &[Settled],
) -> Result<(), Failed> {
    let statement = client.prepare_cached(SETTLE).await?;
    let (seqs, attempts) = columns(settled.iter().map(|one| &one.attempt));
    let states: Vec<&str> = settled.iter().map(|one| one.state.name()).collect();
    let spelt = |of: fn(&Settled) -> &Option<String>| -> Vec<Option<String>> {
        settled.iter().map(|one| of(one).as_deref().map(text)).collect()
    };
    let (codes, reasons, records) = (spelt(|one| &one.code), spelt(|one| &one.reason), spelt(|one| &one.record));
    let bound: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&worker.run.0, &worker.id, &now, &seqs, &attempts, &states, &codes, &reasons, &records];
    let changed = client.execute(&statement, bound).await?;
    all_of(client, now, worker, settled.iter().map(|one| &one.attempt), changed).await
}

pub(super) async fn again(
    client: &Client,
    now: Option<Timestamp>,
    run: RunId,
    most_attempts: u32,
    after: Duration,
) -> Result<u64, Failed> {
    let statement = client
        .prepare_cached(
            "WITH clock AS MATERIALIZED (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now),
             next AS MATERIALIZED (
                 SELECT seq FROM record
                 WHERE run = $1 AND state = 'refused' AND code = 'not-stored' AND attempt < $3
                 ORDER BY seq FOR UPDATE SKIP LOCKED
             )
             UPDATE record SET state = 'planned', claim = NULL, claimed_at = NULL, sent_at = NULL, landed_by = NULL,
                               settled_at = NULL, settled_by = NULL, code = NULL, reason = NULL,
                               due_at = clock.now + $4::bigint * interval '1 microsecond'
             FROM next, clock WHERE record.run = $1 AND record.seq = next.seq",
        )
        .await?;
    debug_assert_eq!(NOT_STORED, "not-stored", "as the statement and its index have it");
    let most = i32::try_from(most_attempts).unwrap_or(i32::MAX);
    let again = client.execute(&statement, &[&run.0, &now, &most, &micros(after)]).await?;
    if again > 0 {
        hint::tell(client, run).await;
    }
    Ok(again)
}

fn columns<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> (Vec<i64>, Vec<i32>) {
    attempts.map(|one| (number(one.seq), i32::try_from(one.attempt).unwrap_or(i32::MAX))).unzip()
}

/// All of them were changed, or none was, and this says why.
async fn all_of(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    mut attempts: impl ExactSizeIterator<Item = &Attempt>,
    changed: u64,
) -> Result<(), Failed> {
    if changed == attempts.len() as u64 {
        return Ok(());
    }
    alive(client, now, worker).await?;
    let statement = client
        .prepare_cached("SELECT 1 FROM record WHERE run = $1 AND worker = $2 AND seq = $3 AND attempt = $4")
        .await?;
    let mut lost = Attempt::new(0, 0);
    for one in attempts.by_ref() {
        lost = *one;
        let (seqs, of) = columns(std::iter::once(one));
        if client.query_opt(&statement, &[&worker.run.0, &worker.id, &seqs[0], &of[0]]).await?.is_none() {
            break;
        }
    }
    Err(JournalError::Lost { seq: lost.seq, attempt: lost.attempt }.into())
}

/// An error where a worker's lease has run out.
pub(super) async fn alive(client: &Client, now: Option<Timestamp>, worker: &Worker) -> Result<(), Failed> {
    let statement = client
        .prepare_cached(
            "SELECT 1 FROM worker WHERE id = $1 AND lease_until > coalesce($2::timestamptz, clock_timestamp())",
        )
        .await?;
    match client.query_opt(&statement, &[&worker.id, &now]).await? {
        Some(_) => Ok(()),
        None => Err(JournalError::Gone { worker: worker.id.clone() }.into()),
    }
}
