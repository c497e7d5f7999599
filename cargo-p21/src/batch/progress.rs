//! How far a run is: a bar, on a terminal only.

use std::io::IsTerminal as _;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use p21_batch::{Progress, Snapshot};

/// The bar of a run.
#[derive(Debug, Clone)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// Hidden where nobody watches.
    pub(super) fn new() -> Self {
        let is_watched = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let target = if is_watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::with_draw_target(Some(0), target).with_style(style))
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn at(&self, at: &Snapshot) {
        self.0.set_length(at.total);
        self.0.set_position(at.stored + at.refused + at.ambiguous);
        let left = at.left.map(|left| format!(", {} left", HumanDuration(left))).unwrap_or_default();
        let failed = match (at.refused, at.ambiguous) {
            (0, 0) => String::new(),
            (refused, 0) => format!(", {refused} failed"),
            (refused, ambiguous) => format!(", {refused} failed, {ambiguous} ambiguous"),
        };
        self.0.set_message(format!("{:.1}/s{failed}{left}", at.rate));
    }
}
