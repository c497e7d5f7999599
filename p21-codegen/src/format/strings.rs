//! Strings that are wider than a line, or have lines of their own: they go on in the next one, after a backslash.

use super::{STEP, WIDTH, indent, is_wider};

/// Breaks the strings of a line of code where their own lines end, and until it fits.
pub(super) fn split(line: &str, out: &mut String) {
    let further = " ".repeat(indent(line) + STEP);
    let pieces = at_line_ends(line);
    let last = pieces.len() - 1;
    for (number, (piece, began_in_string)) in pieces.into_iter().enumerate() {
        let (mut rest, mut in_string) = (piece, began_in_string);
        // A backslash ends all but the last.
        let width = if number < last { WIDTH - 1 } else { WIDTH };
        while is_wider(&rest, width) {
            let Some((at, inside)) = place(&rest, in_string) else { break };
            out.push_str(&rest[..at]);
            out.push_str("\\\n");
            rest = format!("{further}{}", &rest[at..]);
            in_string = inside;
        }
        out.push_str(&rest);
        out.push_str(if number < last { "\\\n" } else { "\n" });
    }
}

/// Whether strings of a line of code may have lines of their own.
pub(super) fn has_line_ends(line: &str) -> bool {
    line.contains("\\n")
}

/// A line of code in pieces, each with whether it begins within a string: one ends where a line of the string does, and the
/// next begins below it. White space that begins a piece would be lost.
fn at_line_ends(line: &str) -> Vec<(String, bool)> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let (mut in_string, mut began_in_string, mut column) = (false, false, 0);
    let mut chars = line.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        piece.push(c);
        match c {
            '"' => {
                in_string = !in_string;
                column = at + 1;
            }
            '\\' if in_string => {
                let escaped = chars.next().map(|(_, c)| c);
                piece.extend(escaped);
                let goes_on = chars.peek().is_some_and(|(_, next)| *next != '"' && !next.is_whitespace());
                if escaped == Some('n') && goes_on {
                    pieces.push((std::mem::replace(&mut piece, " ".repeat(column)), began_in_string));
                    began_in_string = true;
                }
            }
            _ => {}
        }
    }
    pieces.push((piece, began_in_string));
    pieces
}

/// Where a line can be broken: the last place within its width, behind a space or a comma if there is one. White space that
/// begins the next line would be lost.
fn place(line: &str, mut in_string: bool) -> Option<(usize, bool)> {
    let start = indent(line);
    let (mut best, mut any) = (None, None);
    let mut before = ' ';
    let mut chars = line.char_indices().enumerate().skip(start).peekable();
    while let Some((column, (at, c))) = chars.next() {
        if column + 1 > WIDTH {
            break;
        }
        // A line that begins with the break would say nothing.
        if in_string && column > start && !c.is_whitespace() && c != '"' {
            any = Some(at);
            if [' ', ','].contains(&before) {
                best = Some((at, column));
            }
        }
        before = c;
        match c {
            '"' => in_string = !in_string,
            '\\' if in_string => {
                let escaped = chars.next().map(|(_, (_, c))| c);
                if escaped == Some('u') {
                    while chars.next_if(|(_, (_, c))| *c != '}').is_some() {}
                    chars.next();
                }
            }
            _ => {}
        }
    }
    let near = best.filter(|(_, column)| column + 40 > WIDTH).map(|(at, _)| at);
    near.or(any).map(|at| (at, true))
}
