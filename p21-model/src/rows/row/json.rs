//! Rows -> JSON bytes, without a tree in between.
//!
//! The size is known before the first byte, and names and values that need no escaping are copied.

use super::transaction::RawTransaction;
use super::{Edit, RawRow};
use crate::facts::schema::{ElementSchema, FieldFlags, ServiceSchema};

const TRANSACTION_START: &[u8] = b"{\"Status\":\"New\",\"DataElements\":[";
const EDIT_START: &[u8] = b"{\"Name\":\"";
const EDIT_VALUE: &[u8] = b"\",\"Value\":\"";
const EDIT_END: &[u8] = b"\"}";
const EDIT_END_IGNORE: &[u8] = b"\",\"IgnoreIfEmpty\":true}";
const ROW_START: &[u8] = b"{\"Edits\":[";
const ROW_END: &[u8] = b"],\"RelativeDateEdits\":[]}";

pub(super) fn write<'a>(
    schema: &ServiceSchema,
    transactions: impl Iterator<Item = &'a RawTransaction> + Clone,
    codes: bool,
    ignore_disabled: bool,
) -> Vec<u8> {
    let size = schema.name.len() + 80 + transactions.clone().map(transaction_size).sum::<usize>();
    let mut out = Vec::with_capacity(size);
    out.extend_from_slice(b"{\"Name\":");
    string(&mut out, &schema.name);
    out.extend_from_slice(b",\"UseCodeValues\":");
    boolean(&mut out, codes);
    out.extend_from_slice(b",\"IgnoreDisabled\":");
    boolean(&mut out, ignore_disabled);
    out.extend_from_slice(b",\"Transactions\":[");
    for (index, raw) in transactions.enumerate() {
        comma(&mut out, index);
        transaction(&mut out, raw, codes);
    }
    out.extend_from_slice(b"]}");
    out
}

/// The bytes a transaction takes: exact, but for values with characters to escape, which count double, and for codes.
fn transaction_size(transaction: &RawTransaction) -> usize {
    let mut size = TRANSACTION_START.len() + 3;
    transaction.each_element(&mut |rows| {
        let element = rows[0].element();
        let keys = transaction.keys_of(element.index).iter();
        let keys: usize = keys.map(|key| element.fields[*key as usize].name.len() + 3).sum();
        size += element.name.len() + 43 + keys + rows.iter().map(row_size).sum::<usize>();
    });
    size
}

fn row_size(row: &RawRow) -> usize {
    let fields = &*row.element().fields;
    let edits: usize = row
        .edits()
        .iter()
        .map(|edit| {
            let end = if edit.ignore_if_empty() { EDIT_END_IGNORE } else { EDIT_END };
            let value = edit.value().len() << u8::from(edit.needs_escape());
            EDIT_START.len() + fields[edit.index() as usize].name.len() + EDIT_VALUE.len() + value + end.len() + 1
        })
        .sum();
    let extras: usize = row.extras().iter().map(|(name, value)| name.len() + value.len() + 26).sum();
    ROW_START.len() + edits + extras + ROW_END.len() + 1
}

fn transaction(out: &mut Vec<u8>, transaction: &RawTransaction, codes: bool) {
    out.extend_from_slice(TRANSACTION_START);
    let mut elements = 0;
    transaction.each_element(&mut |rows| {
        comma(out, elements);
        elements += 1;
        element(out, transaction, rows, codes);
    });
    out.extend_from_slice(b"]}");
}

fn element(out: &mut Vec<u8>, transaction: &RawTransaction, rows: &[RawRow], codes: bool) {
    let element = rows[0].element();
    out.extend_from_slice(b"{\"Name\":");
    string(out, &element.name);
    out.extend_from_slice(b",\"Type\":\"");
    out.extend_from_slice(element.kind.as_str().as_bytes());
    out.extend_from_slice(b"\",\"Keys\":[");
    for (index, key) in transaction.keys_of(element.index).iter().enumerate() {
        comma(out, index);
        string(out, &element.fields[*key as usize].name);
    }
    out.extend_from_slice(b"],\"Rows\":[");
    for (index, row) in rows.iter().enumerate() {
        comma(out, index);
        self::row(out, element, row, codes);
    }
    out.extend_from_slice(b"]}");
}

fn row(out: &mut Vec<u8>, element: &ElementSchema, row: &RawRow, codes: bool) {
    out.extend_from_slice(ROW_START);
    let fields = &*element.fields;
    for (index, edit) in row.edits().iter().enumerate() {
        comma(out, index);
        let field = &fields[edit.index() as usize];
        out.extend_from_slice(EDIT_START);
        if field.flags.has(FieldFlags::ODD_NAME) {
            escaped(out, &field.name);
        } else {
            out.extend_from_slice(field.name.as_bytes());
        }
        out.extend_from_slice(EDIT_VALUE);
        match codes.then(|| field.code(edit.value())).flatten() {
            Some(code) => escaped(out, code),
            None => value(out, edit),
        }
        out.extend_from_slice(if edit.ignore_if_empty() { EDIT_END_IGNORE } else { EDIT_END });
    }
    for (index, (name, value)) in row.extras().iter().enumerate() {
        comma(out, row.edits().len() + index);
        out.extend_from_slice(b"{\"Name\":");
        string(out, name);
        out.extend_from_slice(b",\"Value\":");
        string(out, value);
        out.push(b'}');
    }
    out.extend_from_slice(ROW_END);
}

fn value(out: &mut Vec<u8>, edit: &Edit) {
    if edit.needs_escape() {
        escaped(out, edit.value());
    } else {
        out.extend_from_slice(edit.value().as_bytes());
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

fn escaped(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    let mut clean_from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x08 => b'b',
            0x0c => b'f',
            0x00..0x20 => 0,
            _ => continue,
        };
        out.extend_from_slice(&bytes[clean_from..at]);
        clean_from = at + 1;
        if short == 0 {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        } else {
            out.extend_from_slice(&[b'\\', short]);
        }
    }
    out.extend_from_slice(&bytes[clean_from..]);
}

fn boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

fn comma(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}
