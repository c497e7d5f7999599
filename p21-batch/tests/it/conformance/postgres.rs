//! The suite on PostgreSQL, and what is its own: several workers, leases, versions, what connects to it.

use std::collections::HashSet;
use std::time::Duration;

use p21_batch::journal::{Attempt, Journal, NewRun, Settled, Share};
use p21_batch::{JournalError, PostgresJournal};
use p21_client::Clock;

use super::shared::hundreds;
use super::{Bench, LANDS_WITHIN, LEASE, Store, planned};
use crate::postgres::{Server, schema, server};

struct Postgres(&'static Server);

impl Postgres {
    fn new() -> Option<Self> {
        server().map(Self)
    }
}

impl Store for Postgres {
    type Journal = PostgresJournal;

    async fn fresh(&self, clock: &Clock) -> PostgresJournal {
        self.0.journal(&schema()).lease(LEASE).clock(clock.clone()).connections(2).connect().await.unwrap()
    }
}

super::suite!(Postgres::new());

#[tokio::test]
async fn sessions_are_shared_out_among_workers() {
    let Some(store) = Postgres::new() else { return };
    let bench = Bench::of(&store, &[None]).await;
    let (journal, run) = (&bench.journal, bench.run);
    let first = journal.join(run, Share::default().sessions(Some(5))).await.unwrap();
    journal.leave(&bench.worker).await.unwrap();
    assert_eq!(journal.beat(&first).await.unwrap().slots, [0, 1, 2, 3, 4]);
    let second = journal.join(run, Share::default()).await.unwrap();
    // The first one still holds all of them.
    let lease = journal.beat(&second).await.unwrap();
    assert_eq!((lease.slots.len(), lease.may), (0, 2));
    let lease = journal.beat(&first).await.unwrap();
    assert_eq!((lease.slots.len(), lease.may), (5, 3));
    journal.give_up(&first, 3).await.unwrap();
    journal.give_up(&first, 4).await.unwrap();
    assert_eq!(journal.beat(&second).await.unwrap().slots, [3, 4]);
    // What isn't one's own can't be given up.
    journal.give_up(&second, 0).await.unwrap();
    assert_eq!(journal.beat(&first).await.unwrap().slots, [0, 1, 2]);
    // One that is gone has none.
    bench.clock.advance(LEASE / 2);
    journal.beat(&second).await.unwrap();
    bench.clock.advance(LEASE * 3 / 4);
    assert_eq!(journal.beat(&second).await.unwrap().slots, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn what_is_said_of_rate_and_sessions_is_said_for_all() {
    let Some(store) = Postgres::new() else { return };
    let bench = Bench::of(&store, &[None]).await;
    let (journal, run) = (&bench.journal, bench.run);
    let slow = journal.join(run, Share::default().rate(Some(0.01)).sessions(Some(9))).await.unwrap();
    let other = journal.join(run, Share::default()).await.unwrap();
    assert_eq!(journal.beat(&other).await.unwrap().rate, Some(0.01));
    assert_eq!(journal.turn(&slow, 1).await.unwrap(), Duration::ZERO);
    // The turn is the run's, whoever asks.
    assert_eq!(hundreds(journal.turn(&other, 1).await.unwrap()), 1);
    assert_eq!(hundreds(journal.turn(&slow, 1).await.unwrap()), 2);
}

#[tokio::test]
async fn a_worker_whose_lease_ran_out_is_refused_everything() {
    let Some(store) = Postgres::new() else { return };
    let bench = Bench::of(&store, &[None, None, None]).await;
    let (journal, worker) = (&bench.journal, &bench.worker);
    let claims: Vec<Attempt> = bench.claim(2).await.iter().map(|claim| claim.attempt).collect();
    bench.sent(&claims[..1]).await;
    bench.clock.advance(LEASE + Duration::from_secs(1));
    // Nobody has taken anything over yet; still nothing counts.
    let gone =
        |result: Result<(), JournalError>| assert!(matches!(result, Err(JournalError::Gone { .. })), "{result:?}");
    gone(journal.claim(worker, 1).await.map(drop));
    gone(journal.sent(worker, &claims[1..], LANDS_WITHIN).await);
    gone(journal.sent(worker, &claims[..1], LANDS_WITHIN).await);
    gone(journal.release(worker, &claims[1..], Duration::ZERO).await);
    gone(journal.settle(worker, &[Settled::stored(claims[0])]).await);
    gone(journal.settle(worker, &[Settled::refused(claims[1], "any", "any")]).await);
    gone(journal.beat(worker).await.map(drop));
    let tally = bench.tally().await;
    assert_eq!((tally.planned, tally.claimed, tally.sent), (1, 1, 1));
    let next = journal.join(bench.run, Share::default()).await.unwrap();
    assert_eq!(bench.tally().await.planned, 2);
    assert_eq!(journal.unsettled(&next, None, 9).await.unwrap()[0].attempt, claims[0]);
    gone(journal.settle(worker, &[Settled::stored(claims[0])]).await);
    journal.settle(&next, &[Settled::stored(claims[0])]).await.unwrap();
}

#[tokio::test]
async fn a_beat_takes_over_what_another_held_and_only_then() {
    let Some(store) = Postgres::new() else { return };
    let bench = Bench::of(&store, &[None, None]).await;
    let journal = &bench.journal;
    let dies = journal.join(bench.run, Share::default()).await.unwrap();
    let claims = journal.claim(&dies, 2).await.unwrap();
    journal.sent(&dies, &[claims[0].attempt], LANDS_WITHIN).await.unwrap();
    bench.clock.advance(LEASE / 2);
    journal.beat(&bench.worker).await.unwrap();
    assert!(journal.unsettled(&bench.worker, None, 9).await.unwrap().is_empty(), "its lease lasts");
    bench.clock.advance(LEASE * 3 / 4);
    journal.beat(&bench.worker).await.unwrap();
    assert_eq!(journal.unsettled(&bench.worker, None, 9).await.unwrap()[0].attempt, claims[0].attempt);
    assert_eq!(bench.claim_seqs(9).await, [2]);
}

#[tokio::test]
async fn one_that_leaves_is_not_waited_for() {
    let Some(store) = Postgres::new() else { return };
    let bench = Bench::of(&store, &[None]).await;
    let attempt = bench.claim(1).await[0].attempt;
    bench.sent(&[attempt]).await;
    let next = bench.journal.join(bench.run, Share::default()).await.unwrap();
    bench.journal.leave(&bench.worker).await.unwrap();
    bench.journal.beat(&next).await.unwrap();
    assert_eq!(bench.journal.unsettled(&next, None, 9).await.unwrap()[0].attempt, attempt);
}

/// Many at once get what nobody else got, and of one target one at a time: the database holds them to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_claim_at_once_get_each_record_once() {
    let Some(server) = server() else { return };
    let journal = server.journal(&schema()).connections(16).connect().await.unwrap();
    let run = journal.begin(NewRun::new("many", "transactions")).await.unwrap();
    let rows = (0..400)
        .map(|at| planned(&format!("key-{at}"), (at % 4 != 0).then(|| format!("target {}", at % 50)).as_deref()));
    journal.plan(run, 0, rows.collect()).await.unwrap();
    let workers = (0..16).map(|_| {
        let journal = journal.clone();
        tokio::spawn(async move {
            let worker = journal.join(run, Share::default()).await.unwrap();
            let (mut mine, mut idle) = (Vec::new(), 0);
            while idle < 200 {
                let claims = journal.claim(&worker, 3).await.unwrap();
                let attempts: Vec<Attempt> = claims.iter().map(|claim| claim.attempt).collect();
                idle = if claims.is_empty() { idle + 1 } else { 0 };
                journal.sent(&worker, &attempts, LANDS_WITHIN).await.unwrap();
                // Every seventh is refused at first, and planned again while others claim.
                let came = attempts.iter().map(|one| match one.seq % 7 == 0 && one.attempt == 1 {
                    true => Settled::refused(*one, "not-stored", "a read shows nothing"),
                    false => Settled::stored(*one),
                });
                journal.settle(&worker, &came.collect::<Vec<_>>()).await.unwrap();
                journal.again(run, 9, Duration::ZERO).await.unwrap();
                mine.extend(attempts);
                if journal.tally(run).await.unwrap().stored == 400 {
                    break;
                }
            }
            mine
        })
    });
    let mut all = HashSet::new();
    for worker in workers.collect::<Vec<_>>() {
        for attempt in worker.await.unwrap() {
            assert!(all.insert(attempt), "{attempt:?} was claimed twice");
        }
    }
    assert_eq!(journal.tally(run).await.unwrap().stored, 400);
    assert_eq!(all.len(), 400 + 400 / 7);
}

#[tokio::test]
async fn what_is_of_another_version_or_no_journal_is_told_apart() {
    let Some(server) = server() else { return };
    let name = schema();
    let journal = server.journal(&name).connect().await.unwrap();
    let run = journal.begin(NewRun::new("prices", "transactions")).await.unwrap();
    let person = server.person(&name).await;
    person.execute("INSERT INTO p21_batch_migration (version) VALUES (99)", &[]).await.unwrap();
    let error = server.journal(&name).connect().await.unwrap_err();
    assert!(matches!(&error, JournalError::OtherVersion { found: 99, known: 1, .. }), "{error}");
    assert!(error.to_string().contains(&name), "{error}");
    // One that was open before joins no run any more.
    let error = journal.join(run, Share::default()).await.unwrap_err();
    assert!(matches!(error, JournalError::OtherVersion { found: 99, .. }), "{error}");

    let other = schema();
    let person = server.person(&other).await;
    person.batch_execute(&format!("CREATE SCHEMA {other}; CREATE TABLE run (a integer)")).await.unwrap();
    let error = server.journal(&other).connect().await.unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    let columns = "SELECT column_name FROM information_schema.columns WHERE table_schema = $1";
    assert_eq!(person.query(columns, &[&other]).await.unwrap().len(), 1, "it is left alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_begin_at_once_make_one_journal() {
    let Some(server) = server() else { return };
    let name = schema();
    let all = (0..8).map(|_| tokio::spawn(server.journal(&name).connections(1).connect())).collect::<Vec<_>>();
    let (mut begun, mut exists) = (0, 0);
    for journal in all {
        let journal = journal.await.unwrap().unwrap();
        match journal.begin(NewRun::new("prices", "transactions")).await {
            Ok(_) => begun += 1,
            Err(JournalError::RunExists { .. }) => exists += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((begun, exists), (1, 7));
}

#[tokio::test]
async fn it_is_as_durable_as_it_says_whatever_the_server_has() {
    let Some(server) = server() else { return };
    let name = schema();
    let journal = server.journal(&name).connect().await.unwrap();
    let person = server.person(&name).await;
    person.batch_execute("ALTER ROLE p21 SET synchronous_commit = off").await.unwrap();
    // What the transactions of a journal's connections have is asked by a trigger, in the same session.
    person
        .batch_execute(
            "CREATE TABLE seen (setting text);
             CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
             CREATE TRIGGER see BEFORE INSERT ON run FOR EACH ROW EXECUTE FUNCTION see()",
        )
        .await
        .unwrap();
    drop(journal);
    let journal = server.journal(&name).connect().await.unwrap();
    journal.begin(NewRun::new("prices", "transactions")).await.unwrap();
    let seen: String = person.query_one("SELECT setting FROM seen", &[]).await.unwrap().get(0);
    person.batch_execute("ALTER ROLE p21 RESET synchronous_commit").await.unwrap();
    assert_eq!(seen, "on");
}

#[tokio::test]
async fn a_hint_comes_when_another_joins_and_the_run_is_planned() {
    let Some(server) = server() else { return };
    let name = schema();
    let journal = server.journal(&name).connect().await.unwrap();
    let other = server.journal(&name).connect().await.unwrap();
    let run = other.begin(NewRun::new("prices", "transactions")).await.unwrap();
    let waits = tokio::spawn(async move { journal.hint().await });
    let mut told = 0;
    while !waits.is_finished() {
        other.planned(run).await.unwrap();
        told += 1;
        assert!(told < 3_000, "nothing is heard");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn secrets_of_a_connection_string_are_in_no_error_and_no_debug() {
    let secret = "s3cr3t-Pa55";
    let bad = [
        format!("postgres://prices:{secret}@127.0.0.1:1/batches"),
        format!("postgres://prices:{secret}@db.example.com/batches?sslmode=disable"),
        format!("postgres://prices:{secret}@127.0.0.1:notaport/batches"),
        format!("postgres://prices:{secret}@127.0.0.1/batches?{secret}=1"),
        format!("host=127.0.0.1 port=1 user=prices password={secret} {secret}"),
        format!("host=127.0.0.1 port=1 user=prices password='{secret}"),
        secret.to_owned(),
    ];
    for url in bad {
        let builder = PostgresJournal::builder(&url);
        assert!(!format!("{builder:?}").contains(secret), "{builder:?}");
        let error = builder.connect().await.unwrap_err();
        let mut said = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            said += &format!(" {error} {error:?}");
            source = error.source();
        }
        assert!(!said.contains(secret), "{said}");
    }
    let Some(server) = server() else { return };
    let url = format!("{} password={secret}", server.url());
    let journal = PostgresJournal::builder(&url).schema(schema()).connect().await.unwrap();
    assert!(!format!("{journal:?}").contains(secret), "{journal:?}");
}

#[tokio::test]
async fn a_certificate_is_verified_and_a_server_without_one_is_refused() {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    let Some((server, port, certificate)) = Server::with_tls() else { return };
    let url = |port: u16| format!("postgres://p21@localhost:{port}/postgres?sslmode=require");
    let error = PostgresJournal::connect(&url(port)).await.unwrap_err().to_string();
    assert!(error.contains("certificate"), "nobody vouches for it: {error}");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let vouched = |url: &str| PostgresJournal::builder(url).schema(schema()).tls(config.clone()).connect();
    vouched(&url(port)).await.unwrap();
    // Its name counts, too.
    let other = url(port).replace("localhost", "127.0.0.1");
    let error = vouched(&other).await.unwrap_err().to_string();
    assert!(error.contains("certificate"), "{error}");
    server.control(&["stop", "--mode=immediate"]);
    server.set("ssl=off");
    server.control(&["start", "--wait", "--log", &server.log()]);
    let error = vouched(&url(port)).await.unwrap_err().to_string();
    assert!(error.contains("TLS"), "{error}");
}

#[tokio::test]
async fn a_plain_connection_leaves_no_machine() {
    let error = async |url: &str| PostgresJournal::connect(url).await.unwrap_err().to_string();
    let plain = error("postgres://prices@192.0.2.1/batches?sslmode=disable&connect_timeout=1").await;
    assert!(plain.contains("sslmode=require"), "{plain}");
    // One host of several is enough, and so is an address behind a name.
    for url in [
        "host=127.0.0.1,db.example.com user=prices sslmode=disable",
        "host=localhost hostaddr=192.0.2.1 user=prices sslmode=disable",
    ] {
        let plain = error(url).await;
        assert!(plain.contains("sslmode=require"), "{plain}");
    }
}
