//! Doc comments that are wider than a line.

use super::{WIDTH, indent, is_wider};

/// Whether a line is a doc comment.
pub(super) fn is_doc(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with("///") || text.starts_with("//!")
}

/// Breaks a comment at spaces. A line that goes on with a point of a list stands under its text.
pub(super) fn wrap(line: &str, out: &mut String) {
    let (margin, text) = line.split_at(indent(line) + 3);
    let hanging = if text.starts_with(" - ") { "  " } else { "" };
    let mut current = margin.to_owned();
    for word in pieces(text.trim_start()) {
        if is_wider(&current, WIDTH - 1 - word.chars().count().min(WIDTH - 1)) && current.len() > margin.len() {
            out.push_str(&current);
            out.push('\n');
            current = format!("{margin}{}{hanging}", "");
        }
        current.push(' ');
        current.push_str(word);
    }
    out.push_str(&current);
    out.push('\n');
}

/// A text in pieces, each of which may begin a line: what markdown would take for the start of a list, a heading, a quote or
/// a block stays with the word before it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(' ') {
        if may_begin(&text[at + 1..]) {
            pieces.push(&text[start..at]);
            start = at + 1;
        }
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_begin(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = rest.len() < text.len();
    match rest.chars().next() {
        Some('.' | ')') if numbered => false,
        Some('`') => !rest.starts_with("``"),
        Some(first) => numbered || first.is_ascii_alphabetic() || first == '(',
        None => numbered,
    }
}
