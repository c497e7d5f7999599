//! The text that generated bindings write the fields of an element as: a line a field, each ended.
//!
//! ```text
//! contract_no text required: Contract No
//! pricing_method_cd listed: Pricing Method
//! cf_total text computed:
//! ```
//!
//! First the name, then the type of its values or `listed`, which takes the next of the lists that stand beside the text,
//! then flags, then the label. `\s`, `\n` and `\\` are a space in a name, a line's end and a backslash; `\e` is a name of
//! nothing. `p21_codegen` writes it. Constants read it too, which the derives' checks are: hence no iterators.

use std::borrow::Cow;

use super::{FieldFlags, ValueType};

/// A line, read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its name, as it is written.
    pub(super) name: &'a str,
    /// The type of its values; none of one that is listed.
    pub(super) value_type: Option<ValueType>,
    pub(super) flags: FieldFlags,
    /// Its label, as it is written.
    pub(super) label: &'a str,
}

impl<'a> Line<'a> {
    /// Reads a line, without its end.
    ///
    /// # Panics
    /// No generator wrote it.
    pub(super) const fn read(line: &'a str) -> Self {
        let (name, rest) = until(line, b' ');
        let (words, label) = until(rest, b':');
        let (first, mut words) = until(words, b' ');
        let value_type = value_type(first);
        let mut flags = FieldFlags::NONE;
        while !words.is_empty() {
            let (word, rest) = until(words, b' ');
            flags = flags.and(flag(word));
            words = rest;
        }
        let label = match label.as_bytes() {
            [b' ', ..] => label.split_at(1).1,
            _ => label,
        };
        Self { name, value_type, flags, label }
    }
}

/// How many lines there are.
pub(super) const fn count(table: &str) -> usize {
    let (mut at, mut count) = (0, 0);
    let bytes = table.as_bytes();
    while let Some(chunk) = bytes.split_at(at).1.first_chunk() {
        count += line_ends(*chunk);
        at += CHUNK;
    }
    while at < bytes.len() {
        count += (bytes[at] == b'\n') as usize;
        at += 1;
    }
    count
}

/// The line of an index.
///
/// # Panics
/// There is none.
pub(super) const fn line(table: &'static str, index: usize) -> Line<'static> {
    let (mut at, mut left) = (0, index);
    let bytes = table.as_bytes();
    while let Some(chunk) = bytes.split_at(at).1.first_chunk() {
        let ends = line_ends(*chunk);
        if ends >= left {
            break;
        }
        left -= ends;
        at += CHUNK;
    }
    while left > 0 {
        assert!(at < bytes.len(), "a field of an index that the element hasn't");
        left -= (bytes[at] == b'\n') as usize;
        at += 1;
    }
    Line::read(until(table.split_at(at).1, b'\n').0)
}

/// Every line, in order.
pub(super) fn lines(table: &'static str) -> impl Iterator<Item = Line<'static>> {
    table.split_terminator('\n').map(Line::read)
}

/// A name or label as it is.
pub(super) fn plain(written: &'static str) -> Cow<'static, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    let mut out = String::with_capacity(written.len());
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(match chars.next() {
                Some('s') => Some(' '),
                Some('n') => Some('\n'),
                Some('e') => None,
                other => other,
            }),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Bytes that constants look at in one step: each step is a fraction of a microsecond of compiling, and elements have up to
/// hundreds of fields.
const CHUNK: usize = 16;

/// How many of the bytes end a line.
const fn line_ends(bytes: [u8; CHUNK]) -> usize {
    const LOW: u128 = u128::from_ne_bytes([0x7f; CHUNK]);
    let other = u128::from_ne_bytes(bytes) ^ u128::from_ne_bytes([b'\n'; CHUNK]);
    // The highest bit of each byte that is no different, and no other bit.
    let same = !(((other & LOW) + LOW) | other | LOW);
    same.count_ones() as usize
}

/// What stands before the first such byte, and what stands after it.
const fn until(text: &str, byte: u8) -> (&str, &str) {
    let mut at = 0;
    while at < text.len() {
        if text.as_bytes()[at] == byte {
            return (text.split_at(at).0, text.split_at(at + 1).1);
        }
        at += 1;
    }
    (text, "")
}

const fn value_type(word: &str) -> Option<ValueType> {
    Some(match word.as_bytes() {
        b"listed" => return None,
        b"text" => ValueType::Text,
        b"decimal" => ValueType::Decimal,
        b"integer" => ValueType::Integer,
        b"switch" => ValueType::Switch,
        b"date" => ValueType::DateTime,
        b"time" => ValueType::Time,
        _ => panic!("a type of fields that no generator writes: generate the bindings again"),
    })
}

const fn flag(word: &str) -> FieldFlags {
    match word.as_bytes() {
        b"required" => FieldFlags::REQUIRED,
        b"computed" => FieldFlags::COMPUTED,
        b"open" => FieldFlags::OPEN,
        b"odd" => FieldFlags::ODD_NAME,
        b"corrected" => FieldFlags::CORRECTED,
        _ => panic!("a flag of fields that no generator writes: generate the bindings again"),
    }
}
