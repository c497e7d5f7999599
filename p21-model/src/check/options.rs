//! What a check can't know by itself.

use crate::value::Date;

/// What a check can't know by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckOptions {
    pub(super) today: Option<Date>,
}

impl CheckOptions {
    /// Nothing is known; rules that would need it are silent.
    pub const fn new() -> Self {
        Self { today: None }
    }

    /// The day on which the payload will be sent: P21 refuses some dates before it.
    #[must_use]
    pub const fn today(self, today: Date) -> Self {
        Self { today: Some(today) }
    }
}
