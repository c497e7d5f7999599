//! Foreign text in what people read: what steers a terminal, turns the direction of the text or isn't seen is spelt out.

use std::fmt::{self, Write as _};

/// Whether a character does something to a terminal, or is not seen there. Line ends and tabs are neither.
pub fn is_unseen(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A text with such characters spelt out, as `\u{1b}`, and carriage returns too.
pub fn spelt(text: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        text.chars().try_for_each(|c| match is_unseen(c) || c == '\r' {
            true => write!(f, "{}", c.escape_unicode()),
            false => f.write_char(c),
        })
    })
}
