//! What the sandbox says: P21's sentences, which stand in the model, and words of its own where P21's are not known.

pub(crate) use p21_model::sentences::*;

/// A second record of the same identity; P21's words are not known.
pub(crate) const ALREADY_THERE: &str = "The record already exists.";

/// An element that the service does not have; P21's words are not known.
pub(crate) fn no_element(name: &str) -> String {
    format!("Invalid data element name: {name}")
}

/// What the sandbox does not do.
pub(crate) fn not_simulated(what: &str) -> String {
    format!("This local P21 does not simulate {what}.")
}

/// A window that nobody is there to answer, by its title where that is known.
pub(crate) fn unexpected_window(title: Option<&str>) -> String {
    match title {
        Some(title) => UNEXPECTED_WINDOW.with(&[title]),
        None => UNNAMED_WINDOW.into(),
    }
}
