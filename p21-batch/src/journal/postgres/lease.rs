//! Who works on a run, what it may use of what the workers share, and what becomes of those that are gone.

use std::time::Duration;

use deadpool_postgres::{Client, Transaction};
use p21_client::Timestamp;

use super::failed::Failed;
use super::{hint, micros, migrate, read};
use crate::journal::{JournalError, Lease, RunId, Share, Worker};

/// The beats of a lease: one that is late, or lost, is no harm.
const BEATS: u32 = 4;

const CLOCK: &str = "coalesce($2::timestamptz, clock_timestamp())";

pub(super) async fn join(
    client: &mut Client,
    now: Option<Timestamp>,
    run: RunId,
    share: &Share,
    lease: Duration,
    schema: &str,
) -> Result<Worker, Failed> {
    let all = client.transaction().await?;
    // A program that is newer may have changed the tables since.
    migrate::verify(&all, schema).await?;
    lock(&all, run).await?;
    let worker = Worker { run, id: uuid::Uuid::new_v4().to_string() };
    all.execute(
        &format!(
            "INSERT INTO worker (id, run, joined_at, lease_until)
             SELECT $1, $3, now, now + $4::bigint * interval '1 microsecond' FROM (SELECT {CLOCK} AS now) AS clock"
        ),
        &[&worker.id, &now, &run.0, &micros(lease)],
    )
    .await?;
    let sessions = share.sessions.map(|sessions| i32::try_from(sessions.max(1)).unwrap_or(i32::MAX));
    // Whoever says something says it for all.
    all.execute(
        "UPDATE run SET sessions = coalesce($2, sessions), rate = coalesce($3, rate) WHERE id = $1",
        &[&run.0, &sessions, &share.rate.filter(|rate| *rate > 0.0)],
    )
    .await?;
    take_over(&all, now, &worker).await?;
    all.commit().await?;
    hint::tell(client, run).await;
    Ok(worker)
}

/// One at a time divides what the workers share.
async fn lock(all: &Transaction<'_>, run: RunId) -> Result<(), Failed> {
    all.execute("SELECT 1 FROM run WHERE id = $1 FOR NO KEY UPDATE", &[&run.0]).await?;
    Ok(())
}

/// What workers hold that are gone: what they had claimed may be claimed again, what they had sent is this one's to settle.
async fn take_over(all: &Transaction<'_>, now: Option<Timestamp>, worker: &Worker) -> Result<(), Failed> {
    // That a program ended is no try of a record of which nothing had left it.
    let gone = format!("SELECT id FROM worker WHERE run = $1 AND lease_until <= {CLOCK}");
    let claimed = all
        .execute(
            &format!(
                "UPDATE record SET state = 'planned', worker = NULL, claim = NULL, claimed_at = NULL, attempt = attempt - 1
                 WHERE run = $1 AND state = 'claimed' AND worker IN ({gone})"
            ),
            &[&worker.run.0, &now],
        )
        .await?;
    let sent = all
        .execute(
            &format!("UPDATE record SET worker = $3 WHERE run = $1 AND state = 'sent' AND worker IN ({gone})"),
            &[&worker.run.0, &now, &worker.id],
        )
        .await?;
    all.execute(&format!("DELETE FROM session WHERE run = $1 AND worker IN ({gone})"), &[&worker.run.0, &now]).await?;
    if claimed + sent > 0 {
        tracing::warn!(claimed, sent, "what a worker held that is gone is handed on");
    }
    Ok(())
}

pub(super) async fn beat(
    client: &mut Client,
    now: Option<Timestamp>,
    worker: &Worker,
    lease: Duration,
) -> Result<Lease, Failed> {
    let all = client.transaction().await?;
    lock(&all, worker.run).await?;
    let renewed = all
        .execute(
            &format!(
                "UPDATE worker SET lease_until = {CLOCK} + $3::bigint * interval '1 microsecond'
                 WHERE id = $1 AND lease_until > {CLOCK}"
            ),
            &[&worker.id, &now, &micros(lease)],
        )
        .await?;
    if renewed == 0 {
        return Err(JournalError::Gone { worker: worker.id.clone() }.into());
    }
    take_over(&all, now, worker).await?;
    let lease = Lease { again_in: Some(lease / BEATS), ..shared_out(&all, now, worker).await? };
    all.commit().await?;
    Ok(lease)
}

/// The run's sessions, shared out evenly: those who came first have one more where it doesn't come out even.
async fn shared_out(all: &Transaction<'_>, now: Option<Timestamp>, worker: &Worker) -> Result<Lease, Failed> {
    let run = all.query_one("SELECT sessions, rate FROM run WHERE id = $1", &[&worker.run.0]).await?;
    let (sessions, rate): (Option<i32>, Option<f64>) = (run.get(0), run.get(1));
    let sessions = sessions.map_or(Share::SESSIONS, i32::unsigned_abs) as usize;
    let workers = all
        .query(
            &format!("SELECT id FROM worker WHERE run = $1 AND lease_until > {CLOCK} ORDER BY joined_at, id"),
            &[&worker.run.0, &now],
        )
        .await?;
    let count = workers.len().max(1);
    let rank = workers.iter().position(|one| one.get::<_, &str>(0) == worker.id).unwrap_or_default();
    let may = sessions / count + usize::from(rank < sessions % count);
    let held =
        all.query("SELECT slot FROM session WHERE run = $1 AND worker = $2", &[&worker.run.0, &worker.id]).await?;
    let mut slots: Vec<i32> = held.iter().map(|row| row.get(0)).collect();
    let (want, last) = (may.saturating_sub(slots.len()), i32::try_from(sessions).unwrap_or(i32::MAX) - 1);
    if want > 0 {
        let taken = all
            .query(
                "INSERT INTO session (run, slot, worker)
                 SELECT $1, slot, $2 FROM generate_series(0, $3::integer) AS slot
                 WHERE NOT EXISTS (SELECT 1 FROM session WHERE session.run = $1 AND session.slot = slot.slot)
                 ORDER BY slot LIMIT $4 RETURNING slot",
                &[&worker.run.0, &worker.id, &last, &super::limit(want)],
            )
            .await?;
        slots.extend(taken.iter().map(|row| row.get::<_, i32>(0)));
    }
    slots.sort_unstable();
    let slots = slots.into_iter().map(i32::unsigned_abs).collect();
    Ok(Lease { slots, may, rate, again_in: None })
}

pub(super) async fn give_up(client: &Client, worker: &Worker, slot: u32) -> Result<(), Failed> {
    let slot = i32::try_from(slot).unwrap_or(i32::MAX);
    let given = client
        .execute(
            "DELETE FROM session WHERE run = $1 AND worker = $2 AND slot = $3",
            &[&worker.run.0, &worker.id, &slot],
        )
        .await?;
    if given > 0 {
        hint::tell(client, worker.run).await;
    }
    Ok(())
}

pub(super) async fn leave(client: &mut Client, now: Option<Timestamp>, worker: &Worker) -> Result<(), Failed> {
    let all = client.transaction().await?;
    lock(&all, worker.run).await?;
    all.execute("DELETE FROM session WHERE run = $1 AND worker = $2", &[&worker.run.0, &worker.id]).await?;
    all.execute(
        &format!("UPDATE worker SET lease_until = least(lease_until, {CLOCK}) WHERE id = $1"),
        &[&worker.id, &now],
    )
    .await?;
    all.commit().await?;
    hint::tell(client, worker.run).await;
    Ok(())
}

pub(super) async fn turn(
    client: &Client,
    now: Option<Timestamp>,
    worker: &Worker,
    records: usize,
) -> Result<Duration, Failed> {
    let statement = client
        .prepare_cached(
            "WITH clock AS MATERIALIZED (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now),
             before AS MATERIALIZED (
                 SELECT rate, greatest(next_turn, clock.now) AS turn FROM run, clock WHERE id = $1 FOR NO KEY UPDATE OF run
             )
             UPDATE run SET next_turn = before.turn + $3::double precision / before.rate * interval '1 second'
             FROM before, clock WHERE run.id = $1 AND before.rate IS NOT NULL
             RETURNING ceil(extract(epoch FROM before.turn - clock.now) * 1000000)::bigint",
        )
        .await?;
    let row = client.query_opt(&statement, &[&worker.run.0, &now, &(records as f64)]).await?;
    Ok(row.map(|row| read::span(row.get(0))).unwrap_or_default())
}
