//! The journal's tables, by version.

use deadpool_postgres::{Client, GenericClient};

use super::failed::Failed;
use crate::journal::JournalError;

/// What leads from each version to the next, from none to the first one on. What was published is never changed.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1.sql")];

const VERSION: i64 = MIGRATIONS.len() as i64;

/// Makes the tables that are missing.
///
/// # Errors
/// The schema has tables of something else, or of a version that this program doesn't know.
pub(super) async fn migrate(client: &mut Client, schema: &str) -> Result<(), Failed> {
    let all = client.transaction().await?;
    // Two that begin at once do it one after the other; the lock ends with the transaction.
    all.execute("SELECT pg_advisory_xact_lock(hashtext('p21_batch ' || $1))", &[&schema]).await?;
    let row = all
        .query_one(
            "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1),
                    EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                            WHERE nspname = $1 AND relkind IN ('r', 'p', 'v', 'm', 'f')),
                    EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                            WHERE nspname = $1 AND relname = 'p21_batch_migration')",
            &[&schema],
        )
        .await?;
    let (is_there, has_tables, is_journal): (bool, bool, bool) = (row.get(0), row.get(1), row.get(2));
    if has_tables && !is_journal {
        return Err(JournalError::NotAJournal { journal: schema.to_owned() }.into());
    }
    if !is_there {
        all.batch_execute(&format!("CREATE SCHEMA {}", quoted(schema))).await?;
    }
    if !is_journal {
        all.batch_execute(
            "CREATE TABLE p21_batch_migration (
                 version    bigint PRIMARY KEY,
                 applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
             )",
        )
        .await?;
    }
    let found = version(&all).await?;
    if found > VERSION {
        return Err(other(schema, found));
    }
    for (sql, version) in MIGRATIONS.iter().zip(1_i64..).skip(usize::try_from(found).unwrap_or_default()) {
        all.batch_execute(sql).await?;
        all.execute("INSERT INTO p21_batch_migration (version) VALUES ($1)", &[&version]).await?;
    }
    Ok(all.commit().await?)
}

/// An error where the tables aren't this program's any more.
pub(super) async fn verify(client: &impl GenericClient, schema: &str) -> Result<(), Failed> {
    match version(client).await? {
        VERSION => Ok(()),
        found => Err(other(schema, found)),
    }
}

async fn version(client: &impl GenericClient) -> Result<i64, Failed> {
    Ok(client.query_one("SELECT coalesce(max(version), 0) FROM p21_batch_migration", &[]).await?.get(0))
}

fn other(schema: &str, found: i64) -> Failed {
    JournalError::OtherVersion { journal: schema.to_owned(), found, known: VERSION }.into()
}

/// A name as SQL spells it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
