//! How a service's window is laid out: what it is called, which tab holds what.

use p21_model::schema::WindowFacts;

use super::Service;

/// What a window is called.
pub(crate) struct Opening<'a> {
    /// Its class; empty where that is not known.
    pub(crate) class: &'a str,
    /// Its title; the service's name where that is not known.
    pub(crate) title: &'a str,
}

impl Service {
    /// What rules say of the window.
    pub(crate) fn window(&self) -> WindowFacts<'_> {
        self.schema.window(self.schema.version)
    }

    /// What the window is called.
    pub(crate) fn opening(&self) -> Opening<'_> {
        let opening = self.window().opening().map(|(opening, _)| opening);
        let title = opening.map(|opening| &*opening.title).filter(|title| !title.is_empty());
        Opening { class: opening.map_or("", |opening| &opening.class), title: title.unwrap_or(self.name()) }
    }

    /// The tab that an element stands on.
    pub(crate) fn page(&self, element: u16) -> &str {
        self.window().page(self.element(element))
    }

    /// Whether an element's datawindow has that name.
    pub(crate) fn is_shown_as(&self, element: u16, datawindow: &str) -> bool {
        self.window().datawindows(self.element(element)).contains(&datawindow)
    }

    /// Whether an element stands beside every tab.
    pub(crate) fn is_band(&self, element: u16) -> bool {
        self.window().is_band(element)
    }

    /// Whether a grid opens with a blank row.
    pub(crate) fn has_first_row(&self, element: u16) -> bool {
        self.window().has_first_row(element)
    }
}
