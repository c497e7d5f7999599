//! What can be switched about the pool of sessions.

use std::collections::BTreeSet;

use crate::facts::{services, texts};

/// The settings of the session pool.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PoolSettings {
    /// How many sessions there are, and so how many transactions and reads run at once; at least 1.
    pub size: usize,
    /// What the dialogs are called. Which values open one is said by the rules of the service (`[[prompt]]`).
    pub dialogs: Vec<PoolDialog>,
    /// Contamination mode: a failed transaction of a service that has dialogs leaves its session contaminated, too.
    pub contaminated_after_failure: bool,
    /// The share of transactions, from 0 to 1, that draw a session which somebody else has left contaminated; and of the
    /// windows that are opened, saved or cleared in sessions of the Interactive API.
    pub contamination: f64,
    /// Services whose windows never have dialogs, whoever drew the session before.
    pub clean: BTreeSet<String>,
    /// The share of calls on a contaminated session, from 0 to 1, that are stored although they fail: the failure arises
    /// while the window is being cleared, and nobody knows before or after what.
    pub stored_anyway: f64,
}

/// The dialog that a service's window opens while it saves, where a rule says that a value does so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolDialog {
    /// The service.
    pub service: String,
    /// The dialog's title.
    pub title: String,
    /// The dialog's window class.
    pub class: String,
}

impl PoolDialog {
    /// A dialog of a service, with its title and window class.
    pub fn new(service: impl Into<String>, title: impl Into<String>, class: impl Into<String>) -> Self {
        Self { service: service.into(), title: title.into(), class: class.into() }
    }

    /// The dialog of purchase orders (verified on 26.1).
    pub fn email_purchase_order() -> Self {
        services::dialogs().next().expect("there is one dialog that is known, and a test reads it")
    }

    /// What P21 says to whoever finds the dialog.
    pub(crate) fn text(&self) -> String {
        format!(
            "System.AggregateException: One or more errors occurred. ---> P21.UI.Common.UiServerException: {}{}",
            texts::unexpected_window(Some(&self.title)),
            texts::WINDOW_CLASS.with(&[&self.class])
        )
    }
}

impl Default for PoolSettings {
    /// Five sessions, the dialog of purchase orders, clean price pages; half of the calls that fail are stored.
    fn default() -> Self {
        Self {
            size: 5,
            dialogs: services::dialogs().collect(),
            contaminated_after_failure: false,
            contamination: 0.0,
            clean: services::clean().map(str::to_owned).collect(),
            stored_anyway: 0.5,
        }
    }
}
