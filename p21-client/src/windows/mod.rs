//! The Interactive API: P21's windows, driven by the handles of the same bindings.
//!
//! A [`Session`] is one of the server's few; it holds [`Window`]s, each open on the server until it is closed. What a person
//! would do in a window a program does here, one call at a time: type, change tabs, add and select rows, press buttons,
//! answer what is asked, save.
//!
//! ```no_run
//! use p21_client::Client;
//! use p21_client::windows::{Policy, PolicyRule};
//!
//! # async fn example(client: Client) -> Result<(), p21_client::Error> {
//! let key = client
//!     .session()
//!     .app("price pages")
//!     .policy(Policy::new().with(PolicyRule::class("w_message").saying("GL accounts").answer("cb_2")))
//!     .run(async |session| {
//!         let mut page = session.open_named("SalesPricePage").await?;
//!         page.type_named("FORM.form", "price_page_type_cd", "Supplier / Product Group").await?;
//!         page.type_named("FORM.form", "company_id", "ACME").await?;
//!         page.type_named("VALUES.values", "calculation_method_cd", "Multiplier").await?;
//!         let saved = page.save().await?;
//!         page.close().await?;
//!         Ok(saved.key().map(str::to_owned))
//!     })
//!     .await?;
//! println!("page {key:?}");
//! # Ok(())
//! # }
//! ```
//!
//! With bindings a field's handle says tab and datawindow: `window.type_in(form::DESCRIPTION, "Widgets").await?`.
//!
//! # What is promised
//!
//! - HTTP 200 is not success: a status other than success is an error, whose [problem](WindowProblem) has a name and a mend,
//!   and which says what P21 holds now ([`Error::window`](crate::Error::window)).
//! - A response window is never answered by default: it is a value ([`Asked`]), or answered by a rule that somebody wrote
//!   ([`Policy`]), and what was answered is part of what the call returns.
//! - Two calls of a session never meet. A call whose caller stopped waiting is finished before the next one.
//! - A session ends: by [`Session::end`], at the end of [`SessionBuilder::run`] whatever happens in it, and when it is
//!   dropped.
//! - Its token is never renewed while it lives, since only that token can end it (verified on 26.1).
//!
//! # What is logged
//!
//! Spans and events have the target [`TARGET`], so that `RUST_LOG=p21::windows=debug` shows them and nothing else. No value
//! that was typed is in them, nor any token.
//!
//! | span | fields |
//! | --- | --- |
//! | `p21.session` | `session`: its id |
//! | `p21.window`, in it | `window`: what it was opened as, `id` |
//! | `p21.window_call`, in its window, or in the session | `id` of the window that the call is on, a response window's too; `step`, as errors name it |

mod action;
mod asked;
pub mod enter;
mod judge;
mod link;
mod policy;
mod pool;
mod problem;
mod reading;
mod replay;
mod session;
mod transcript;
mod window;
mod wire;
mod xml;

use std::time::Duration;

pub use action::{Action, Done, Reply};
pub use asked::{Answered, Asked, Question};
pub use p21_model::interactive::{
    ActionResult, ChangedField, Event, MessageType, SessionCreated, SessionType, Status, Tool, ValidValue,
    ValueMeaning, WindowData, WindowMessage, WindowState,
};
pub use policy::{Policy, PolicyRule, RuleFor};
pub use pool::{PoolStatus, PooledSession, SessionPool, SessionPoolBuilder};
pub use problem::WindowProblem;
pub use replay::{ReplayDifference, Replayed};
pub use session::{KeepAlive, Session, SessionBuilder};
pub use window::{AddedRow, Cleared, FieldValues, Saved, Window, WindowRow, WindowRows};
pub use wire::InteractiveFlavour;

/// The target of the spans and events of sessions and windows: see the [module](self).
pub const TARGET: &str = "p21::windows";

/// How long calls of a session may take. P21 works on a call while its client waits, and goes on when it doesn't, so that
/// these are generous.
///
/// ```
/// use std::time::Duration;
/// use p21_client::windows::WindowTimeouts;
///
/// let patient = WindowTimeouts::default().save(Duration::from_secs(300));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WindowTimeouts {
    pub(crate) save: Duration,
    pub(crate) change: Duration,
    pub(crate) create: Duration,
    pub(crate) other: Duration,
}

impl Default for WindowTimeouts {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self { save: 2 * minute, change: minute, create: minute + minute / 2, other: minute }
    }
}

impl WindowTimeouts {
    /// A save: 120 s.
    #[must_use]
    pub fn save(mut self, limit: Duration) -> Self {
        self.save = limit;
        self
    }

    /// A value that is typed, a row that is added or selected: 60 s.
    #[must_use]
    pub fn change(mut self, limit: Duration) -> Self {
        self.change = limit;
        self
    }

    /// A session that is started: 90 s, since a server whose sessions are all taken makes the caller wait up to 60 s.
    #[must_use]
    pub fn create(mut self, limit: Duration) -> Self {
        self.create = limit;
        self
    }

    /// Anything else: 60 s.
    #[must_use]
    pub fn other(mut self, limit: Duration) -> Self {
        self.other = limit;
        self
    }
}
