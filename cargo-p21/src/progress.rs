//! How far it is: a bar on a terminal, now and then a line in logs.

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a log has a line.
const EVERY: Duration = Duration::from_secs(10);

/// Whether somebody looks at the terminal.
fn is_watched() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("CI").is_none()
}

/// Says on a terminal what is being done, as long as that takes; nothing of it stays.
pub(crate) fn busy<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !is_watched() {
        return work();
    }
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(100));
    let done = work();
    spinner.finish_and_clear();
    done
}

/// What is done of what there is to do.
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines { all: usize, done: Cell<usize>, said: Cell<Instant> },
}

impl Progress {
    pub(crate) fn new(all: usize) -> Self {
        if !is_watched() {
            return Self::Lines { all, done: Cell::new(0), said: Cell::new(Instant::now()) };
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self::Bar(ProgressBar::new(all as u64).with_style(style))
    }

    pub(crate) fn step(&self, name: &str) {
        match self {
            Self::Bar(bar) => {
                bar.set_message(name.escape_debug().to_string());
                bar.inc(1);
            }
            Self::Lines { all, done, said } => {
                done.set(done.get() + 1);
                if said.get().elapsed() >= EVERY {
                    eprintln!("{} of {all}", done.get());
                    said.set(Instant::now());
                }
            }
        }
    }

    pub(crate) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
