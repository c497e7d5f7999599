//! P21's own sentences, each once. What a single service says is in its rules or its behaviour.

pub(crate) use p21_model::rules::texts::{COLUMN_DISABLED, REQUIRED, TAB_DISABLED};

/// A field that came too early, where a rule does not know P21's text: it is that of price pages.
pub(crate) const SET_FIRST: &str = "{before} must be set before {field}";

/// Something that P21 wants to use and that is not there: the row that a child applies to, a transaction.
pub(crate) const NO_OBJECT: &str = "Object reference not set to an instance of an object.";

/// A save that is not due.
pub(crate) const NOTHING_TO_SAVE: &str = "Save is not enabled.";

/// A second record of the same identity.
pub(crate) const ALREADY_THERE: &str = "The record already exists.";

/// What another record names and that is not there.
pub(crate) const NOT_FOUND: &str = "Record specified was not found.";

/// The key of a record that is not there, as windows say it.
pub(crate) const NO_SUCH_RECORD: &str = "Enter a valid ID or leave ID blank.";

/// A column that is disabled.
pub(crate) fn column_disabled(field: &str) -> String {
    COLUMN_DISABLED.replace("{field}", field)
}

/// A window that nobody is there to answer, by its title where that is known.
pub(crate) fn unexpected_window(title: Option<&str>) -> String {
    match title {
        Some(title) => format!("Unexpected response window: {title}"),
        None => "Unexpected response window encountered".to_owned(),
    }
}
