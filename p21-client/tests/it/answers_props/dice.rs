//! Answers that are changed by chance, value by value or byte by byte.

use serde_json::{Value, json};

/// Numbers that were drawn, one after the other.
pub(super) struct Dice(pub(super) Vec<u32>, pub(super) usize);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.1 += 1;
        self.0[self.1 % self.0.len()] as usize % end.max(1)
    }
}

/// Changes one value somewhere, by its place among all.
pub(super) fn change_value(value: &mut Value, at: &mut usize, dice: &mut Dice) -> bool {
    if *at == 0 {
        let others = [
            json!(null),
            json!(0),
            json!(1),
            json!(-1),
            json!(1e300),
            json!(18_446_744_073_709_551_615_u64),
            json!(""),
            json!("x"),
            json!(true),
            json!([]),
            json!({}),
            json!("Passed"),
            json!("Failed"),
            json!([[[[]]]]),
            json!("\u{0}\u{202e}"),
            json!("x".repeat(70_000)),
            json!("1"),
            json!("2"),
            json!("J-2"),
            json!([null]),
            json!([{}]),
        ];
        *value = match dice.below(4) {
            0 => json!([value.clone()]),
            1 => json!({"Value": value.clone()}),
            _ => others[dice.below(others.len())].clone(),
        };
        return true;
    }
    *at -= 1;
    match value {
        Value::Array(items) => {
            if dice.below(6) == 0 && !items.is_empty() {
                let item = dice.below(items.len());
                if dice.below(2) == 0 {
                    drop(items.remove(item))
                } else {
                    items.push(items[item].clone())
                }
                return true;
            }
            items.iter_mut().any(|item| change_value(item, at, dice))
        }
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            if dice.below(6) == 0 && !names.is_empty() {
                let name = &names[dice.below(names.len())];
                let value = members.remove(name).unwrap_or_default();
                let other = [name.to_lowercase(), format!("{name}s"), "Status".to_owned(), String::new()];
                if dice.below(2) == 0 {
                    members.insert(other[dice.below(other.len())].clone(), value);
                }
                return true;
            }
            members.values_mut().any(|member| change_value(member, at, dice))
        }
        _ => false,
    }
}

pub(super) fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// Changes bytes, whatever they mean.
pub(super) fn change_bytes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const PIECES: [&str; 16] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "null",
        "\\ud800",
        "\u{feff}",
        "<a>",
        "</",
        "&x;",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "<![CDATA[",
        "\u{0}",
    ];
    let at = dice.below(bytes.len() + 1);
    match dice.below(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
        2 => drop(bytes.drain(at..(at + dice.below(30)).min(bytes.len()))),
        3 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.below(8)),
        4 => drop(bytes.splice(at..at, "[".repeat(dice.below(20_000)).bytes())),
        _ => {
            let piece = bytes[at..(at + dice.below(60)).min(bytes.len())].to_vec();
            let to = dice.below(bytes.len() + 1);
            drop(bytes.splice(to..to, piece));
        }
    }
}
