//! What has happened in a window, in order: what drives it tells its caller, and the trace shows it.

use std::fmt;

use super::Window;
use crate::facts::plan::Service;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A stored record came into the window.
    Retrieved,
    /// A new record was begun.
    Begun,
    /// What a datawindow shows is another: nothing, for a key that no record has.
    Changed,
    /// Another tab was opened: its element.
    Tab(u16),
    /// A question came up: its title.
    Asked(String),
    /// P21 gave the record its key: field and value.
    KeyGenerated(String, String),
    /// The record was saved: the datawindow that holds its keys.
    Saved(Option<String>),
    /// The record is shown as it is stored.
    Reloaded,
    /// The question that was up has got its answer.
    Answered,
    /// The window is gone.
    Closed,
}

/// An event in words.
struct Told<'a>(&'a Event, &'a Service);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Event::Retrieved => f.write_str("a stored record is shown"),
            Event::Changed => f.write_str("no record is shown"),
            Event::Begun => f.write_str("a new record is begun"),
            Event::Tab(element) => write!(f, "the tab of {} is opened", self.1.element(*element).name),
            Event::Asked(title) => write!(f, "a window asks: {title}"),
            Event::KeyGenerated(field, key) => write!(f, "{field} is {key}"),
            Event::Saved(_) => f.write_str("the record is saved"),
            Event::Reloaded => f.write_str("the record is shown as it is stored"),
            Event::Answered => f.write_str("the question is answered"),
            Event::Closed => f.write_str("the window is closed"),
        }
    }
}

impl Window {
    pub(super) fn log(&mut self, event: Event) {
        tracing::trace!(service = self.service.name(), "{}", Told(&event, &self.service));
        self.events.push(event);
    }

    /// What has happened since this was asked last.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}
