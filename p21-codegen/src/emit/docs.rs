//! Doc comments. Labels and texts come from servers: they become code spans, never markup.

use p21_model::definition::DataType;
use p21_model::unseen::is_unseen;
use proc_macro2::TokenStream;
use quote::quote;

/// A doc comment of some lines.
pub(crate) fn outer<T: AsRef<str>>(lines: &[T]) -> TokenStream {
    let lines = lines.iter().map(spaced);
    quote!(#(#[doc = #lines])*)
}

/// The doc comment of a module.
pub(crate) fn inner<T: AsRef<str>>(lines: &[T]) -> TokenStream {
    let lines = lines.iter().map(spaced);
    quote!(#(#![doc = #lines])*)
}

/// A line of a doc comment; an empty one has no space at its end.
fn spaced<T: AsRef<str>>(line: &T) -> String {
    if line.as_ref().is_empty() { String::new() } else { format!(" {}", line.as_ref()) }
}

/// Server text as a code span: one line, no backtick of its own, nothing that could end the comment. An empty one would
/// be no span but two loose backticks.
pub(crate) fn code(text: &str) -> String {
    match plain(text).replace('`', "'").as_str() {
        "" => "(blank)".to_owned(),
        text => format!("`{text}`"),
    }
}

/// The type of a field: the known ones are words of ours, any other is the server's.
pub(crate) fn data_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Other(name) => code(name),
        known => known.as_str().to_owned(),
    }
}

/// Text of rules as prose: one line, with what rustdoc would take for markup escaped, code spans left alone.
pub(crate) fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for c in plain(text).chars() {
        match c {
            '`' => in_code = !in_code,
            '\\' | '[' | ']' | '<' | '>' | '*' | '_' | '#' | '|' | '&' | '~' | '!' if !in_code => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    if in_code {
        out.push('`');
    }
    out
}

/// A list of code spans, cut after some.
pub(crate) fn codes<'a>(labels: impl Iterator<Item = &'a str>, at_most: usize) -> String {
    let labels: Vec<&str> = labels.collect();
    let mut shown: Vec<String> = labels.iter().take(at_most).map(|label| code(label)).collect();
    if labels.len() > at_most {
        shown.push(format!("{} more", labels.len() - at_most));
    }
    shown.join(", ")
}

/// Whether a text is one line of characters that everybody sees, with single spaces.
pub(crate) fn is_plain(text: &str) -> bool {
    plain(text) == text && !text.chars().any(|c| c.is_whitespace() && c != ' ')
}

/// One line without control characters, trimmed and bounded.
fn plain(text: &str) -> String {
    const MAX: usize = 400;
    let clean: String = text.chars().map(|c| if c.is_control() || is_unseen(c) { ' ' } else { c }).take(MAX).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_text_stays_inside_its_code_span() {
        assert_eq!(code("a`b\n*/ <b>"), "`a'b */ <b>`");
        assert_eq!(code(" trailing "), "`trailing`");
    }

    #[test]
    fn no_text_is_no_loose_backtick() {
        assert_eq!(code(" \u{202e}\u{200b}\n"), "(blank)");
        assert_eq!(code("`"), "`'`");
    }

    #[test]
    fn types_that_a_server_makes_up_are_code() {
        assert_eq!(data_type(&DataType::from("Decimal")), "Decimal");
        assert_eq!(data_type(&DataType::from("<script>")), "`<script>`");
    }

    #[test]
    fn prose_keeps_code_and_escapes_markup() {
        assert_eq!(prose("\\<script> &lt;b&gt;"), "\\\\\\<script\\> \\&lt;b\\&gt;");
        assert_eq!(prose("see [x] and `a_b[0]`, 5 < 6"), "see \\[x\\] and `a_b[0]`, 5 \\< 6");
        assert_eq!(prose("open ` end"), "open ` end`");
    }
}
