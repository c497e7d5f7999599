//! What a check can't know by itself.

use crate::facts::version::Version;
use crate::rows::value::Date;

/// What a check can't know by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckOptions {
    pub(super) today: Option<Date>,
    pub(super) version: Option<Version>,
    pub(super) created_once: bool,
    pub(super) only_sets: bool,
}

impl CheckOptions {
    /// Nothing is known; rules that would need it are silent.
    pub const fn new() -> Self {
        Self { today: None, version: None, created_once: false, only_sets: false }
    }

    /// The day on which the payload will be sent: P21 refuses some dates before it.
    #[must_use]
    pub const fn today(self, today: Date) -> Self {
        Self { today: Some(today), ..self }
    }

    /// The P21 version of the server: rules that hold there are checked, others are not. Without it, the version that
    /// the bindings or the definition are of.
    ///
    /// ```
    /// # use p21_model::{Version, check::CheckOptions};
    /// let options = CheckOptions::new().version(Version::new(26, 1));
    /// # assert_ne!(options, CheckOptions::new());
    /// ```
    #[must_use]
    pub const fn version(self, version: Version) -> Self {
        Self { version: Some(version), ..self }
    }

    /// P21 refuses to create what exists where a rule says so (an assembly, of which an item has one), and takes it only
    /// with its keys named. Without this a record that exists is changed, whether or not its keys are named: that is
    /// what is verified for other services.
    #[must_use]
    pub const fn created_once(self, refused: bool) -> Self {
        Self { created_once: refused, ..self }
    }

    /// The body goes where sets of transactions go: one that another endpoint takes (a read request, one with a callback,
    /// window commands) is an error that says so, and not checked as what it is.
    #[must_use]
    pub const fn only_sets(self) -> Self {
        Self { only_sets: true, ..self }
    }
}
