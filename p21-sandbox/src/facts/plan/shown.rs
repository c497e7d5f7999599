//! How a service's window is laid out: what it is called, which tab holds what.

use super::Service;

/// What a window is called.
pub(crate) struct Opening<'a> {
    /// Its class; empty where that is not known.
    pub(crate) class: &'a str,
    /// Its title; the service's name where that is not known.
    pub(crate) title: &'a str,
}

impl Service {
    /// What the window is called.
    pub(crate) fn opening(&self) -> Opening<'_> {
        Opening { class: "", title: self.name() }
    }

    /// The tab that an element stands on.
    pub(crate) fn page(&self, element: u16) -> &str {
        let name = &self.element(element).name;
        name.split_once('.').map_or(name, |(page, _)| page)
    }

    /// Whether an element's datawindow has that name.
    pub(crate) fn is_shown_as(&self, element: u16, datawindow: &str) -> bool {
        self.element(element).datawindow() == datawindow
    }

    /// Whether an element stands beside every tab.
    pub(crate) fn is_band(&self, _element: u16) -> bool {
        false
    }

    /// Whether a grid opens with a blank row.
    pub(crate) fn has_first_row(&self, _element: u16) -> bool {
        false
    }
}
