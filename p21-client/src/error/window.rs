//! What an error of a session or a window knows.

use super::{Error, ErrorKind, ServerError};
use crate::windows::WindowProblem;

/// Which window an error is about, and what P21 holds of it now; see [`Error::window`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct WindowContext {
    /// What it was opened as: a service as a rule.
    pub window: String,
    /// What was done: ``type `form` `price` ``.
    pub step: String,
    /// What P21 holds now, in words: whether the window is open, and with how much that isn't saved.
    pub holds: String,
    /// The last calls on it, each with what came of it. No values.
    pub log: Vec<String>,
    /// How far a batch of values got.
    pub batch: Option<FieldsSoFar>,
}

/// How far a batch of values got before one was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FieldsSoFar {
    /// The fields that hold their values, in order.
    pub applied: Vec<String>,
    /// The one that was refused; `None` if P21 doesn't tell, and then nothing is known of the others either.
    pub refused: Option<String>,
    /// The fields that weren't tried, or of which nothing is known.
    pub untried: Vec<String>,
}

impl Error {
    pub(crate) fn of_window(problem: WindowProblem, said: Option<ServerError>) -> Self {
        Self::new(ErrorKind::Window { problem, said })
    }

    /// Says which window it is about, unless that is known.
    #[must_use]
    pub(crate) fn in_window(mut self, context: WindowContext) -> Self {
        self.0.about.window.get_or_insert_with(|| Box::new(context));
        self
    }

    #[must_use]
    pub(crate) fn with_batch(mut self, batch: FieldsSoFar, holds: String) -> Self {
        if let Some(window) = &mut self.0.about.window {
            (window.batch, window.holds) = (Some(batch), holds);
        }
        self
    }

    /// Which window it is about, what was done, and what P21 holds now.
    pub fn window(&self) -> Option<&WindowContext> {
        self.0.about.window.as_deref()
    }

    /// What went wrong in a session or a window, by its name.
    pub fn window_problem(&self) -> Option<&WindowProblem> {
        match self.cause() {
            ErrorKind::Window { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// A response window stopped the call, and nobody said how it is answered.
    pub fn is_asked(&self) -> bool {
        matches!(self.window_problem(), Some(WindowProblem::Asked { .. }))
    }

    /// The session is gone, with everything that was open in it.
    pub fn is_session_lost(&self) -> bool {
        matches!(self.window_problem(), Some(WindowProblem::SessionLost | WindowProblem::SessionEnded))
    }
}
