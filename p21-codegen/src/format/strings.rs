//! Strings that are wider than a line: they go on in the next one, after a backslash.

use super::{STEP, WIDTH, indent, is_wider};

/// Breaks the strings of a line of code until it fits.
pub(super) fn split(line: &str, out: &mut String) {
    let further = " ".repeat(indent(line) + STEP);
    let mut rest = line.to_owned();
    let mut in_string = false;
    while is_wider(&rest, WIDTH) {
        let Some((at, inside)) = place(&rest, in_string) else { break };
        out.push_str(&rest[..at]);
        out.push_str("\\\n");
        rest = format!("{further}{}", &rest[at..]);
        in_string = inside;
    }
    out.push_str(&rest);
    out.push('\n');
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
