//! Where the journal of the killed processes is kept.

use std::path::PathBuf;
use std::process::Command;

/// A journal that outlives its processes.
pub(super) enum Kept {
    File(PathBuf),
    #[cfg(feature = "postgres")]
    Database {
        url: String,
        schema: String,
    },
}

/// What stands in it of a record.
pub(super) struct Line {
    pub(super) seq: i64,
    pub(super) state: String,
    pub(super) sends: i64,
    pub(super) reason: String,
}

const LINES: &str = "SELECT seq, state, sends, coalesce(reason, '') FROM record JOIN run ON run.id = run WHERE run.name = $1 ORDER BY seq";

impl Kept {
    #[cfg(feature = "postgres")]
    pub(super) fn database(server: &crate::postgres::Server) -> Self {
        Self::Database { url: server.url(), schema: crate::postgres::schema() }
    }

    /// Tells a process of it.
    pub(super) fn tell(&self, command: &mut Command) {
        match self {
            Self::File(path) => command.env("P21_BATCH_JOURNAL", path),
            #[cfg(feature = "postgres")]
            Self::Database { url, schema } => command.env("P21_BATCH_JOURNAL", url).env("P21_BATCH_SCHEMA", schema),
        };
    }

    /// What stands in it of a run.
    pub(super) async fn lines(&self, run: &str) -> Vec<Line> {
        match self {
            Self::File(path) => {
                let db = rusqlite::Connection::open(path).unwrap();
                let mut rows = db.prepare(&LINES.replace("$1", "?1")).unwrap();
                let line = |row: &rusqlite::Row<'_>| {
                    Ok(Line { seq: row.get(0)?, state: row.get(1)?, sends: row.get(2)?, reason: row.get(3)? })
                };
                rows.query_map([run], line).unwrap().map(Result::unwrap).collect()
            }
            #[cfg(feature = "postgres")]
            Self::Database { .. } => {
                let rows = self.person().await.query(LINES, &[&run]).await.unwrap();
                let line = |row: &tokio_postgres::Row| {
                    let sends: i32 = row.get(2);
                    Line { seq: row.get(0), state: row.get(1), sends: sends.into(), reason: row.get(3) }
                };
                rows.iter().map(line).collect()
            }
        }
    }

    /// How many workers a run has had.
    #[cfg(feature = "postgres")]
    pub(super) async fn workers(&self, run: &str) -> i64 {
        let count = "SELECT count(*) FROM worker JOIN run ON run.id = run WHERE run.name = $1";
        self.person().await.query_one(count, &[&run]).await.unwrap().get(0)
    }

    #[cfg(feature = "postgres")]
    async fn person(&self) -> tokio_postgres::Client {
        let Self::Database { url, schema } = self else { unreachable!("a file has no connections") };
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("SET search_path TO \"{schema}\"")).await.unwrap();
        client
    }
}
