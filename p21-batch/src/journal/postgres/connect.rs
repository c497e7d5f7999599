//! Connections: what they may be, and how they are set up.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Pool, PoolConfig, RecyclingMethod, Runtime, Timeouts,
};
use p21_client::Clock;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::hint::Hint;
use super::{Inner, PostgresJournal, migrate};
use crate::journal::JournalError;

/// What can be said of a journal in PostgreSQL.
#[must_use = "it connects when it is told to"]
pub struct PostgresBuilder {
    url: String,
    schema: String,
    lease: Duration,
    patience: Duration,
    connections: usize,
    tls: Option<ClientConfig>,
    clock: Option<Clock>,
}

impl std::fmt::Debug for PostgresBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the connection string, which has a password.
        f.debug_struct("PostgresBuilder").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl PostgresBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            schema: "p21_batch".to_owned(),
            lease: Duration::from_secs(60),
            patience: Duration::from_secs(120),
            connections: 8,
            tls: None,
            clock: None,
        }
    }

    /// The schema that holds the journal's tables: `p21_batch`. It is created if it isn't there.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// For how long a worker that isn't heard of is taken to be alive: 60 s. What it held waits for that long. All workers of
    /// a run should have the same one.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// For how long a database that can't be reached is waited for: 2 min. Then the run ends with an error, and can be
    /// resumed.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How many connections there are at most, beside one that listens: 8.
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.max(1);
        self
    }

    /// How the server's certificate is judged, and with which of one's own: by the machine's certificate authorities, and
    /// none. For an authority of one's own.
    pub fn tls(mut self, config: ClientConfig) -> Self {
        self.tls = Some(config);
        self
    }

    /// A clock instead of the database's, which tests move.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// As [`PostgresJournal::connect`].
    pub async fn connect(self) -> Result<PostgresJournal, JournalError> {
        let (config, is_plain) = read(&self.url)?;
        let name = name(&config, &self.schema);
        if self.schema.is_empty() || self.schema.len() > 63 || self.schema.contains('\0') {
            return Err(JournalError::store(
                "connect",
                format!("`{}` is no schema's name", self.schema.escape_debug()),
            ));
        }
        let tls = match self.tls {
            Some(config) => config,
            None => tls(is_plain).map_err(|error| JournalError::store(format!("connect to {name}"), error))?,
        };
        let tls = MakeRustlsConnect::new(tls);
        let pool = pool(&config, tls.clone(), &self.schema, self.lease, self.connections)
            .map_err(|error| JournalError::store(format!("connect to {name}"), error))?;
        let inner = Inner {
            pool,
            name,
            schema: self.schema,
            lease: self.lease,
            patience: self.patience,
            clock: self.clock,
            hint: Hint::new(config, tls),
        };
        let journal = PostgresJournal { inner: Arc::new(inner) };
        journal.prepare().await?;
        Ok(journal)
    }
}

impl PostgresJournal {
    async fn prepare(&self) -> Result<(), JournalError> {
        // Once: a wrong address is told at once.
        let mut once = super::Patience::new("connect", &self.inner.name, Duration::ZERO);
        let reached = async { self.client().await.map(drop) };
        once.limited(reached).await.map_err(|failed| once.error(failed))?;
        // A database that was reached is waited for: on a busy machine a connection may be lost on the way.
        let fsync = super::patiently!(self, "connect", client => async {
            migrate::migrate(&mut client, &self.inner.schema).await?;
            let fsync: String = client.query_one("SELECT current_setting('fsync')", &[]).await?.get(0);
            Ok(fsync)
        })?;
        if fsync != "on" {
            tracing::warn!(
                journal = self.inner.name,
                "the database has fsync off: a power cut loses what it says is safe"
            );
        }
        Ok(())
    }
}

/// The connection string, and whether its connections are plain.
fn read(url: &str) -> Result<(Config, bool), JournalError> {
    let mut config: Config = url.parse().map_err(|_| {
        // What is wrong with it isn't passed on: it may be a piece of the password.
        let form = "it is none that PostgreSQL knows (postgres://user@host/database?sslmode=require, or host=.. user=.. \
                    dbname=..; special characters of a password are percent-encoded); it isn't shown because it may have a \
                    password";
        JournalError::store("read the connection string", form.to_owned())
    })?;
    let stays = stays_here(&config);
    match (config.get_ssl_mode(), stays) {
        (SslMode::Disable, false) => {
            let why = "the connection would be plain and leave this machine: give it `sslmode=require`";
            return Err(JournalError::store("connect", why.to_owned()));
        }
        // Nobody listens on this machine but those who may do anything; a certificate for it is rarely a true one.
        (SslMode::Prefer, true) => config.ssl_mode(SslMode::Disable),
        // "Prefer" would go on in plain text with whoever says that it has no TLS.
        (_, false) => config.ssl_mode(SslMode::Require),
        (_, true) => &mut config,
    };
    if config.get_application_name().is_none() {
        config.application_name("p21-batch");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    let is_plain = matches!(config.get_ssl_mode(), SslMode::Disable);
    Ok((config, is_plain))
}

/// Whether all that it may connect to is on this machine.
fn stays_here(config: &Config) -> bool {
    let is_here = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let addresses = config.get_hostaddrs();
    config.get_hosts().iter().all(is_here) && addresses.iter().all(std::net::IpAddr::is_loopback)
}

/// As errors name it.
fn name(config: &Config, schema: &str) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("the database {database} on {}, schema {schema}", hosts.join(", "))
}

fn tls(is_plain: bool) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?;
    let builder = match is_plain {
        // It is never used.
        true => builder.with_root_certificates(RootCertStore::empty()),
        false => builder.with_platform_verifier()?,
    };
    Ok(builder.with_no_client_auth())
}

fn pool(
    config: &Config,
    tls: MakeRustlsConnect,
    schema: &str,
    lease: Duration,
    connections: usize,
) -> Result<Pool, deadpool_postgres::BuildError> {
    // A query, so that a connection that is dead is noticed before it is used.
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Verified };
    let manager = Manager::from_config(config.clone(), tls, recycling);
    // Whoever hangs in a transaction holds what others wait for.
    let hangs = (lease / 4).clamp(Duration::from_millis(500), Duration::from_secs(15)).as_millis();
    let set_up = format!(
        "SET search_path TO {}; SET idle_in_transaction_session_timeout = {hangs};
         SELECT set_config('synchronous_commit', 'on', false)
         WHERE current_setting('synchronous_commit') IN ('off', 'local')",
        migrate::quoted(schema)
    );
    let set_up = Hook::async_fn(move |client, _| {
        let set_up = set_up.clone();
        Box::pin(async move { client.batch_execute(&set_up).await.map_err(HookError::Backend) })
    });
    let (limit, settings) = (Some(Duration::from_secs(10)), PoolConfig::new(connections));
    let timeouts = Timeouts { wait: None, create: Some(Duration::from_secs(20)), recycle: limit };
    let settings = PoolConfig { timeouts, ..settings };
    Pool::builder(manager).config(settings).runtime(Runtime::Tokio1).post_create(set_up).build()
}
