//! How a text may be spelt: as it is, or escaped for JSON, HTML, XML or addresses, several times over and mixed.

use std::ops::Range;

/// How many times over. A stack trace in JSON in JSON has three.
const LAYERS: usize = 5;

/// A character and the bytes of the text that spell it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub(super) c: char,
    start: usize,
    end: usize,
}

/// The readings of a text: as it is, then each with one more layer of escapes resolved.
pub(super) fn readings(text: &str) -> Vec<Vec<Letter>> {
    let plain = text.char_indices().map(|(start, c)| Letter { c, start, end: start + c.len_utf8() }).collect();
    let mut readings: Vec<Vec<Letter>> = vec![plain];
    while readings.len() <= LAYERS {
        let last = &readings[readings.len() - 1];
        let next = resolved(last);
        if next.len() == last.len() {
            break;
        }
        readings.push(next);
    }
    readings
}

/// The bytes that spell a run of letters.
pub(super) fn bytes(run: &[Letter]) -> Range<usize> {
    match (run.first(), run.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}

/// One layer of escapes resolved. What is none stays.
fn resolved(letters: &[Letter]) -> Vec<Letter> {
    let mut out = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let escape = match rest[0].c {
            '\\' => backslash(rest),
            '&' => entity(rest),
            '%' => percent(rest),
            _ => None,
        };
        let (c, length) = escape.unwrap_or((rest[0].c, 1));
        out.push(Letter { c, start: rest[0].start, end: rest[length - 1].end });
        at += length;
    }
    out
}

/// `\"`, `\n`, `\u0041`, `\x41`.
fn backslash(rest: &[Letter]) -> Option<(char, usize)> {
    let c = match rest.get(1)?.c {
        'u' => return unicode(rest),
        'x' => return Some((char::from_u32(hex(rest.get(2..4)?)?)?, 4)),
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c @ ('"' | '\'' | '\\' | '/') => c,
        _ => return None,
    };
    Some((c, 2))
}

fn unicode(rest: &[Letter]) -> Option<(char, usize)> {
    let first = hex(rest.get(2..6)?)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 6));
    }
    let is_second = rest.get(6)?.c == '\\' && rest.get(7)?.c == 'u';
    let second = if is_second { hex(rest.get(8..12)?)? } else { return None };
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    char::decode_utf16(pair).next()?.ok().map(|c| (c, 12))
}

/// `&amp;`, `&#65;`, `&#x41;`.
fn entity(rest: &[Letter]) -> Option<(char, usize)> {
    const LONGEST: usize = 12;
    let end = rest.iter().take(LONGEST).position(|letter| letter.c == ';')?;
    let name: String = rest[1..end].iter().map(|letter| letter.c).collect();
    let c = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 1))
}

/// `%41`, and `%C3%A4` for one character.
fn percent(rest: &[Letter]) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let is_escape = rest.get(at)?.c == '%';
        if is_escape { u8::try_from(hex(rest.get(at + 1..at + 3)?)?).ok() } else { None }
    };
    let first = byte(0)?;
    let length = match first {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = (0..length).map(|at| byte(at * 3)).collect();
    let text = String::from_utf8(bytes?).ok()?;
    text.chars().next().map(|c| (c, length * 3))
}

fn hex(letters: &[Letter]) -> Option<u32> {
    letters.iter().try_fold(0, |number, letter| Some(number * 16 + letter.c.to_digit(16)?))
}
