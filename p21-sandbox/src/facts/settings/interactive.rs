//! What can be switched about the Interactive API.

use std::collections::BTreeSet;
use std::time::Duration;

use super::words::words;

/// The settings of the Interactive API. What it does where nobody has seen P21 is among the
/// [`Unknowns`](crate::Unknowns).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InteractiveSettings {
    /// Whether there are v2 routes; without them they are a 404. Sessions have routes of their own.
    pub v2: bool,
    /// Whether there are v1 routes; without them they are a 404, as on some servers.
    pub v1: bool,
    /// Whether there are the routes of the XML flavour; without them they are a 404. One description alone has them, and
    /// nobody has seen a server that does.
    pub xml: bool,
    /// How many sessions there are at a time, and so how many P21 works on at once; at least 1.
    pub pool_size: usize,
    /// How long a new session waits for a place.
    pub pool_wait: Duration,
    /// Transactions wait for the same places: a session holds one of [`PoolSettings::size`](crate::PoolSettings::size).
    pub shares_pool: bool,
    /// How long a session may be idle, unless it says so itself when it is made.
    pub session_timeout: Duration,
    /// When what nobody can end any more is reaped: `SessionCleanupExpiration`.
    pub cleanup_expiration: Duration,
    /// Whether a session hands out response windows that does not say so when it is made.
    pub response_windows: bool,
    /// The most windows of a session. P21's own limit is not known.
    pub max_windows: usize,
    /// Services whose windows are one row behind: rows are counted from 0, and a detail shows the row that was selected
    /// before.
    pub one_behind: BTreeSet<String>,
    /// Users whose columns are disabled: `somebody:disposition`, as tenants have configured it.
    pub disabled_columns: BTreeSet<String>,
    /// Users who are buyers: to others an order refuses `c_create_po`. Nobody is, until somebody is made one.
    pub buyers: BTreeSet<String>,
}

impl Default for InteractiveSettings {
    /// Five sessions, 60 s idle, 6 minutes until the cleanup, v2, v1 and the XML flavour.
    fn default() -> Self {
        Self {
            v2: true,
            v1: true,
            xml: true,
            pool_size: 5,
            pool_wait: Duration::from_secs(60),
            shares_pool: false,
            session_timeout: Duration::from_secs(60),
            cleanup_expiration: Duration::from_secs(360),
            response_windows: true,
            max_windows: 100,
            one_behind: BTreeSet::new(),
            disabled_columns: BTreeSet::new(),
            buyers: BTreeSet::new(),
        }
    }
}

/// What a session occupies: who can't have a second one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionSlot {
    /// A token has one session; a user may have several tokens.
    #[default]
    Token,
    /// A user has one session.
    User,
}

/// What becomes of a session that was idle for too long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdleSession {
    /// It is gone.
    #[default]
    Removed,
    /// It can't be used, and keeps its place and stays listed until the cleanup.
    Listed,
}

/// What a call without a session is answered with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum GoneSession {
    /// 401, as the XML description has it.
    #[default]
    Unauthorized,
    /// 404.
    NotFound,
    /// 400 and the error envelope.
    BadRequest,
}

/// What a call about a window that is not there is answered with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum GoneWindow {
    /// 404, as the XML description has it.
    #[default]
    NotFound,
    /// 400.
    BadRequest,
}

/// What becomes of a window that is closed with something unsaved in it, where response windows are handed out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsavedClose {
    /// It closes, and what is not saved is lost.
    #[default]
    Discards,
    /// A box asks whether to save.
    Asks,
}

/// What `GET /tools?id=` is answered with. Sources have seen both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolsById {
    /// 400 and a validation body.
    #[default]
    BadRequest,
    /// An empty 500.
    ServerError,
}

/// Whether the call after one about an unknown datawindow is lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BurntCall {
    /// From 26.1 on.
    #[default]
    From26,
    /// On every version.
    Always,
    /// Never.
    Never,
}

words!(SessionSlot: Token = "token", User = "user");
words!(IdleSession: Removed = "removed", Listed = "listed");
words!(GoneSession: Unauthorized = "unauthorized", NotFound = "not-found", BadRequest = "bad-request");
words!(GoneWindow: NotFound = "not-found", BadRequest = "bad-request");
words!(UnsavedClose: Discards = "discards", Asks = "asks");
words!(ToolsById: BadRequest = "bad-request", ServerError = "server-error");
words!(BurntCall: From26 = "from-26.1", Always = "always", Never = "never");
