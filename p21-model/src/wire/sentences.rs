//! P21's own sentences, each once: the sandbox writes them, the outcome and the client recognise them, findings quote them.
//!
//! What a single service says is in its rules. A test of the sandbox holds all sources to that.

use std::fmt;

/// A sentence of P21's. Names in braces are gaps, whose text differs.
///
/// ```
/// use p21_model::sentences::{COLUMN_DISABLED, INVALID_VALUE};
/// assert_eq!(COLUMN_DISABLED.with(&["company_id"]), "Column is disabled: company_id");
/// let said = "Transaction 1:: Invalid row_status_flag value: 704";
/// assert_eq!(INVALID_VALUE.gaps(said), Some(vec!["row_status_flag", "704"]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence(&'static str);

impl Sentence {
    /// The sentence with its gaps as names in braces, which is how rules have their texts.
    pub const fn pattern(self) -> &'static str {
        self.0
    }

    /// The sentence with its gaps filled in, in their order; gaps that nothing is given for stay.
    pub fn with(self, gaps: &[&str]) -> String {
        let (mut parts, mut gaps) = (parts(self.0), gaps.iter());
        let mut text = parts.next().unwrap_or_default().1.to_owned();
        for (name, part) in parts {
            match gaps.next() {
                Some(gap) => text.push_str(gap),
                None => text.push_str(&format!("{{{name}}}")),
            }
            text.push_str(part);
        }
        text
    }

    /// What stands in the gaps, where a text has the sentence anywhere.
    pub fn gaps(self, text: &str) -> Option<Vec<&str>> {
        gaps(self.0, text)
    }

    /// Whether a text has the sentence, or what is known of it, anywhere.
    pub fn is_in(self, text: &str) -> bool {
        self.gaps(text).is_some()
    }
}

impl From<Sentence> for String {
    fn from(sentence: Sentence) -> Self {
        sentence.0.to_owned()
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The words of a pattern, each with the name of the gap before it.
pub(crate) fn parts(pattern: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = pattern.split('{');
    let first = parts.next().map(|words| ("", words));
    first.into_iter().chain(parts.map(|part| part.split_once('}').unwrap_or((part, ""))))
}

/// What stands in the gaps of a pattern, where a text has its words, in their order. A last full stop may be missing.
pub(crate) fn gaps<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let stops = pattern.ends_with('.');
    let mut parts = parts(pattern.trim_end_matches('.'));
    let first = parts.next().map_or("", |(_, words)| words);
    let mut left = &text[text.find(first)? + first.len()..];
    let mut gaps = Vec::new();
    for (_, words) in parts {
        // Nothing behind the last gap: it is all the rest.
        let end = if words.is_empty() { left.len() } else { left.find(words)? };
        let gap = &left[..end];
        gaps.push(if words.is_empty() && stops { gap.trim_end_matches('.') } else { gap });
        left = &left[end + words.len()..];
    }
    Some(gaps)
}

macro_rules! sentences {
    ($($(#[$doc:meta])+ $name:ident = $text:literal;)+) => {
        $($(#[$doc])+ pub const $name: Sentence = Sentence($text);)+

        /// Every sentence.
        pub static ALL: &[Sentence] = &[$($name),+];
    };
}

/// No words of P21's: the type of the error by which the sandbox that plays it refuses what it doesn't simulate. It has
/// stored nothing then.
pub const NOT_SIMULATED: &str = "local-p21: not simulated";

sentences! {
    /// What a message says of the transaction that it is about, counted from 1.
    TRANSACTION = "Transaction {number}:: {text}";
    /// An error of the window that replays a transaction.
    GENERAL = "General Exception: {text}";
    /// The second message about a tab, behind the number of its transaction and one colon.
    ELEMENT_ERROR = "{element}: Error processing data element: {datawindow} : {text}";
    /// What a message ends with that says what it is about.
    ATTRIBUTION = "DataElement: {datawindow}, Column: {field}";

    /// A column that is disabled.
    COLUMN_DISABLED = "Column is disabled: {field}";
    /// A tab that is disabled.
    TAB_DISABLED = "Tab page is disabled and cannot be selected";
    /// A field that a rule wants.
    COLUMN_REQUIRED = "This column is required.";
    /// A field that the definition flags as required.
    REQUIRED = "Required value missing for {label} (for {page}) on row {row}.";
    /// The same, of which no more was written down.
    REQUIRED_ALONE = "Required value missing for {label}";
    /// A field by its label.
    LABEL_REQUIRED = "'{label}' is a required column.";
    /// A field by its name or its label.
    IS_REQUIRED = "{field} is required";
    /// A field that came too early.
    SET_FIRST = "{before} must be set before {field}";
    /// A value that a field does not take.
    INVALID_VALUE = "Invalid {field} value: {value}";
    /// The same, as older texts have it.
    INVALID_VALUE_FOR = "Invalid value for {field}: '{value}'";
    /// The same, without the value.
    INVALID_VALUE_ALONE = "Invalid {field} value";
    /// A name that is no field of its element.
    INVALID_COLUMN = "Invalid column name: {name}";
    /// A key that a row does not carry.
    NO_MATCH = "Sequence contains no matching element";
    /// Something that P21 wants to use and that is not there: the row that a child applies to, a transaction.
    NO_OBJECT = "Object reference not set to an instance of an object.";
    /// A save that is not due.
    NOTHING_TO_SAVE = "Save is not enabled.";
    /// What another record names and that is not there.
    NOT_FOUND = "Record specified was not found.";
    /// The key of a record that is not there, as windows say it.
    NO_SUCH_RECORD = "Enter a valid ID or leave ID blank.";
    /// A window that nobody is there to answer.
    UNEXPECTED_WINDOW = "Unexpected response window: {title}";
    /// The same, without its title.
    UNNAMED_WINDOW = "Unexpected response window encountered";
    /// The class of a window, behind the text about it.
    WINDOW_CLASS = ". Window class: {class}";
    /// The title of the window that a business rule about items opens: it comes every time until the data is mended.
    ITEM_ISSUES = "Item Issues Detected";
    /// The class of windows that business rules open.
    RULE_WINDOW = "w_rule_callback_response";
    /// A datawindow that the window does not have.
    NO_DATAWINDOW = "Unable to find datawindow named {name}";

    /// A row of a grid that is not complete when the next one is added.
    ROW_INCOMPLETE = "Required value missing for {label} on row {row}";
    /// A field that a datawindow does not have, as older texts have it.
    NO_FIELD = "Field '{field}' not found in datawindow '{datawindow}'";
    /// The same in short.
    FIELD_GONE = "Field not found";
    /// A tab that a window does not have; the name is empty where `PageName` never arrived.
    NO_TAB = "Tab with name or display text of {name} does not exist.";
    /// The same, of a response window: it has no tabs.
    NO_TAB_HERE = "Tab with name {name} does not exist";
    /// A window that can't be opened, by the name that the registry has for it, if it has one.
    NOT_OPENED = "Cannot open window {window} because is not available or user {user} does not have permission.";
    /// A response window is in the way of a call.
    BLOCKED = "Unable to process request on window {window} since response window {popup} blocks it: {class} ({title}) - {text}";
    /// A call that does not say which window it is about.
    NO_WINDOW_ID = "Window ID was not provided";
    /// A listing of tools that does not say of which window.
    NO_TOOLS_WINDOW = "The windowId field is required.";
    /// A window that is gone.
    WINDOW_GONE = "Window not found";
    /// The same, as older texts have it.
    WINDOW_NOT_OPEN = "Window not open";
    /// A session that is gone.
    SESSION_GONE = "Session not found or expired";
    /// The same in short.
    NO_SESSION = "Session not found";
    /// A second session of one token.
    SESSION_EXISTS = "Session already exists.";
    /// A session that is deleted with another token.
    INVALID_SESSION = "Invalid session";
    /// A session of a token that names no user of P21.
    NO_USER = "Error retrieving/validating user";

    /// A body that binds to nothing.
    CONTENT_REQUIRED = "The content field is required.";
    /// JSON of another shape.
    UNEXPECTED_CHARACTER = "Unexpected character encountered while parsing value: {character}";
    /// A value that is none of its type's.
    NOT_CONVERTIBLE = "Error converting value {value} to type '{type}'";
    /// Where servers of some versions meet a status other than `New`.
    STATUS_TRACE = "ToInternalBeSpecification";
    /// A list of services of an unknown type.
    SERVICE_TYPE = "Service Type is invalid.";
    /// A service whose window is not deployed.
    WINDOW_UNAVAILABLE = "Window <<{service}>> is not available or user does not have permission";
    /// A report that can't be made, and why.
    NO_REPORT = "Unexpected results generating document request from criteria. --> {text}";
    /// A report whose range is empty.
    NO_RECORDS = "No records to print for this range.";

    /// A call without a token.
    NO_BEARER = "Authorization header was not present or 'Bearer' was missing.";
    /// A key that this server does not know.
    NO_CLIENT_TOKEN = "Unable to generate client token.";
    /// Rights that a user or a key does not have.
    NOT_AUTHORIZED = "You are not authorized to access API. Please contact administrator to get access.";

    /// What the server's own information calls its version.
    SERVER_VERSION = "Version/Application Version";

    /// A column that a table does not have.
    NO_PROPERTY = "Could not find a property named '{property}' on type 'dbo.{table}'";
    /// Two sides that don't compare.
    INCOMPATIBLE_TYPES = "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator kind '{operator}'.";
    /// A column against a column.
    NOT_CONVERTED = "Failed to convert parameter value from a String to a {type}.";
    /// A filter that can't be read.
    SYNTAX = "Syntax error at position {position}";
    /// The same, as it is documented.
    INVALID_FILTER = "Invalid filter expression";
    /// A filter beyond all bounds.
    TOO_COMPLEX = "Query is too complex";
    /// A table that is not there, as it is documented.
    NO_RESOURCE = "Resource not found";
    /// The web server's page for a name that it does not let through.
    HIDDEN_SEGMENT = "404 - File or directory not found.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_found_in_what_it_was_filled_into() {
        for sentence in ALL {
            let names: Vec<String> = parts(sentence.0).skip(1).map(|(name, _)| format!("x_{name}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let text = sentence.with(&names);
            assert!(!text.contains(['{', '}']), "{text}");
            assert_eq!(sentence.gaps(&text), Some(names), "{text}");
            assert!(sentence.is_in(&format!("Transaction 1:: {text}")), "{text}");
            assert!(!sentence.is_in("Transaction 1: something else"), "{text}");
        }
    }

    #[test]
    fn a_full_stop_at_the_end_may_be_missing() {
        assert!(COLUMN_REQUIRED.is_in("This column is required") && NOTHING_TO_SAVE.is_in("Save is not enabled"));
        assert_eq!(NOTHING_TO_SAVE.with(&["of no use"]), NOTHING_TO_SAVE.pattern());
        assert_eq!(INVALID_VALUE.with(&["a"]), "Invalid a value: {value}");
    }
}
