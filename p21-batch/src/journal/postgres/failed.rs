//! What a statement came to, and whether it makes sense to try it again.

use std::time::Duration;

use deadpool_postgres::PoolError;
use deadpool_postgres::tokio_postgres::Error;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;

use crate::journal::JournalError;

/// What a statement came to.
#[derive(Debug)]
pub(super) enum Failed {
    Db(Error),
    Pool(PoolError),
    Journal(JournalError),
    /// Another one was faster; at once again.
    Again,
    /// No answer in time.
    Late,
    Other(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Db(error)
    }
}

impl From<PoolError> for Failed {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Db(error),
            error => Self::Pool(error),
        }
    }
}

impl From<JournalError> for Failed {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl Failed {
    /// Whether it is the connection's or the moment's fault, and not the statement's.
    fn may_pass(&self) -> bool {
        match self {
            Self::Again | Self::Late | Self::Pool(PoolError::Timeout(_)) => true,
            Self::Pool(PoolError::PostCreateHook(_)) => true,
            Self::Db(error) => match error.code() {
                Some(code) => passing(code),
                // Not from the database: it can't be reached, or the connection is gone.
                None => {
                    error.is_closed() || std::error::Error::source(error).is_some_and(|of| of.is::<std::io::Error>())
                }
            },
            Self::Pool(_) | Self::Journal(_) | Self::Other(_) => false,
        }
    }
}

/// A restart, too many connections, a deadlock, a transaction that hung.
fn passing(code: &SqlState) -> bool {
    let passing = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        SqlState::QUERY_CANCELED,
        SqlState::LOCK_NOT_AVAILABLE,
    ];
    code.code().starts_with("08") || passing.contains(code)
}

/// In words, without what a database tells of rows: its details have their columns' values.
pub(super) fn in_words(error: &Error) -> String {
    if let Some(error) = error.as_db_error() {
        return format!("{} ({})", error.message(), error.code().code());
    }
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// How long one try takes at most.
const ONE_TRY: Duration = Duration::from_secs(30);

/// Between two tries: from this, doubled each time,
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How often it is tried at once what somebody else was faster at.
const MOST_AT_ONCE: u32 = 100;

/// Tries again as long as it may help.
pub(super) struct Patience {
    doing: &'static str,
    name: String,
    until: Instant,
    pause: Duration,
    at_once: u32,
}

impl Patience {
    pub(super) fn new(doing: &'static str, name: &str, patience: Duration) -> Self {
        // More than a year is forever.
        let until = Instant::now() + patience.min(Duration::from_secs(366 * 86_400));
        Self { doing, name: name.to_owned(), until, pause: FIRST_PAUSE, at_once: 0 }
    }

    /// One try, for as long as one may take.
    pub(super) async fn limited<T>(&mut self, tried: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
        tokio::time::timeout(ONE_TRY, tried).await.unwrap_or(Err(Failed::Late))
    }

    /// Waits for the next try.
    ///
    /// # Errors
    /// There is none.
    pub(super) async fn wait_after(&mut self, failed: Failed) -> Result<(), JournalError> {
        if matches!(failed, Failed::Again) && self.at_once < MOST_AT_ONCE {
            self.at_once += 1;
            return Ok(());
        }
        if !failed.may_pass() || Instant::now() + self.pause > self.until {
            return Err(self.error(failed));
        }
        let pause = self.pause.mul_f64(1.0 + fastrand::f64() / 2.0);
        tracing::warn!(journal = self.name, doing = self.doing, reason = %reason(&failed), "the journal is tried again");
        self.pause = (2 * self.pause).min(LONGEST_PAUSE);
        tokio::time::sleep(pause).await;
        Ok(())
    }

    pub(super) fn error(&self, failed: Failed) -> JournalError {
        match failed {
            Failed::Journal(error) => error,
            failed => JournalError::store(self.doing, format!("{} in {}", reason(&failed), self.name)),
        }
    }
}

fn reason(failed: &Failed) -> String {
    match failed {
        Failed::Db(error) => in_words(error),
        Failed::Pool(PoolError::PostCreateHook(deadpool_postgres::HookError::Backend(error))) => in_words(error),
        Failed::Pool(error) => error.to_string(),
        Failed::Journal(error) => error.to_string(),
        Failed::Again => "another worker was faster each time".to_owned(),
        Failed::Late => format!("there was no answer within {} s", ONE_TRY.as_secs()),
        Failed::Other(text) => text.clone(),
    }
}
