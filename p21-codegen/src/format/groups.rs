//! Brackets that were broken over lines and fit one.

use super::{WIDTH, indent, is_wider};

/// Joins what fits, innermost first.
pub(super) fn join(lines: &[&str]) -> Vec<String> {
    let mut out = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let mut line = (*line).to_owned();
        at += 1;
        while let Some(length) = opener(&line).and_then(|opener| closing(opener, &lines[at..])) {
            let inner = join(&lines[at..at + length]);
            let closer = lines[at + length];
            at += length + 1;
            match one(&line, &inner, closer) {
                Some(joined) => line = joined,
                None => {
                    out.push(std::mem::replace(&mut line, closer.to_owned()));
                    out.extend(pack(inner));
                }
            }
        }
        out.push(line);
    }
    bodies(chains(out))
}

/// The bracket that a line ends with.
fn opener(line: &str) -> Option<char> {
    let last = line.chars().next_back().filter(|last| ['(', '[', '<'].contains(last))?;
    (!is_comment(line)).then_some(last)
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// How many lines stand between an opener and the line that begins with its closer.
fn closing(opener: char, lines: &[&str]) -> Option<usize> {
    let mut depth = 0;
    for (at, line) in lines.iter().enumerate() {
        if depth == 0 && line.trim_start().starts_with(closer(opener)) {
            return Some(at);
        }
        depth += if is_comment(line) { 0 } else { balance(line) };
    }
    None
}

fn closer(opener: char) -> char {
    match opener {
        '(' => ')',
        '[' => ']',
        _ => '>',
    }
}

/// Brackets opened less brackets closed, without those in strings. Angles don't count: they close within a bracket.
fn balance(line: &str) -> isize {
    let mut depth = 0;
    let mut chars = line.chars();
    let mut in_string = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => drop(chars.next()),
            '"' => in_string = !in_string,
            '(' | '[' | '{' if !in_string => depth += 1,
            ')' | ']' | '}' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth
}

/// A group in one line, if it fits.
fn one(opening: &str, inner: &[String], closing: &str) -> Option<String> {
    let simple = |line: &String| !is_comment(line) && opener(line).is_none() && !line.ends_with(['{', '}', ';']);
    let is_call = opening[..opening.len() - 1].ends_with(|c: char| c.is_alphanumeric() || ['_', '>', '!'].contains(&c));
    // The comma makes a tuple of one.
    if !inner.iter().all(simple) || (opening.ends_with('(') && !is_call && inner.len() == 1) {
        return None;
    }
    let mut joined = opening.to_owned();
    for (at, line) in inner.iter().enumerate() {
        let text = line.trim_start();
        if at > 0 && !text.starts_with('.') {
            joined.push(' ');
        }
        joined.push_str(text);
        if is_wider(&joined, WIDTH) {
            return None;
        }
    }
    joined.truncate(joined.trim_end_matches(',').len());
    joined.push_str(closing.trim_start());
    (!is_wider(&joined, WIDTH)).then_some(joined)
}

/// Texts, numbers and paths share lines; what is more keeps its own.
fn pack(lines: Vec<String>) -> Vec<String> {
    let is_atom = |line: &String| line.ends_with(',') && !line.contains(['(', '[', '{', '/', '#']);
    if lines.len() < 2 || !lines.iter().all(is_atom) {
        return lines;
    }
    let mut packed: Vec<String> = Vec::new();
    for line in lines {
        let text = line.trim_start();
        match packed.last_mut().filter(|last| !is_wider(last, WIDTH - 1 - text.len().min(WIDTH - 1))) {
            Some(last) => {
                last.push(' ');
                last.push_str(text);
            }
            None => packed.push(line),
        }
    }
    packed
}

/// Calls of a chain follow each other in one line where all of them fit.
fn chains(lines: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(head) = lines.next() {
        let mut calls = Vec::new();
        while let Some(call) = lines.next_if(|line| line.trim_start().starts_with('.') && indent(line) > 0) {
            calls.push(call);
        }
        let whole = calls.iter().fold(head.clone(), |whole, call| whole + call.trim_start());
        let complete = calls.iter().all(|call| opener(call).is_none() && !call.ends_with('{'));
        if complete && !is_comment(&head) && !is_wider(&whole, WIDTH) {
            out.push(whole);
        } else {
            out.push(head);
            out.extend(calls);
        }
    }
    out
}

/// Functions of one expression are lines of their own: rows have a setter a field, and nothing else.
fn bodies(lines: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(head) = lines.next() {
        out.push(head);
        let Some([head, body]) = out.last_chunk() else { continue };
        let is_fn = ["fn ", "pub fn ", "pub const fn "].iter().any(|start| head.trim_start().starts_with(start));
        let closes = lines.peek().is_some_and(|line| line.trim_start() == "}" && indent(line) == indent(head));
        let whole = format!("{head} {} }}", body.trim_start());
        if is_fn && head.ends_with('{') && closes && !is_comment(body) && !is_wider(&whole, WIDTH) {
            lines.next();
            out.truncate(out.len() - 2);
            out.push(whole);
        }
    }
    out
}
