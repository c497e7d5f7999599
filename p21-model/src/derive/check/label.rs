//! Labels that an enum of the user's names.

use super::super::message::Message;
use crate::rows::value::Label;

/// Checks that a field takes a label; the span is that of the label.
///
/// # Panics
/// It doesn't: the compiler shows which it takes.
#[track_caller]
pub const fn check_label<L: Label>(label: &str) {
    let labels = L::LABELS;
    let mut nearest = 0;
    let mut least = usize::MAX;
    let mut at = 0;
    while at < labels.len() {
        let distance = distance(label.as_bytes(), labels[at].as_bytes());
        if distance == 0 {
            return;
        }
        if distance < least {
            (nearest, least) = (at, distance);
        }
        at += 1;
    }
    let message = Message::new().code(label).text(" is not a label of this field").text("\nP21 refuses the value");
    if least <= 1 + label.len() / 3 {
        message.mend().text("did you mean ").code(labels[nearest]).text("?").fail();
    }
    let mut message = message.mend().text("use one of ");
    let mut at = 0;
    while at < labels.len() && at < SHOWN {
        message = message.text(if at == 0 { "" } else { ", " }).code(labels[at]);
        at += 1;
    }
    message.text(if labels.len() > SHOWN { ", ..." } else { "" }).fail();
}

/// How many labels a message lists.
const SHOWN: usize = 8;

/// The longest label that distances are measured for.
const LONGEST: usize = 64;

/// How many bytes have to be put in, taken out or changed to make one of the other.
const fn distance(one: &[u8], other: &[u8]) -> usize {
    if one.len() > LONGEST || other.len() > LONGEST {
        return usize::MAX;
    }
    let mut row = [0; LONGEST + 1];
    let mut at = 0;
    while at <= other.len() {
        row[at] = at;
        at += 1;
    }
    let mut i = 0;
    while i < one.len() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut j = 0;
        while j < other.len() {
            let change = diagonal + (one[i] != other[j]) as usize;
            diagonal = row[j + 1];
            let shorter = if row[j] < diagonal { row[j] } else { diagonal };
            row[j + 1] = if change <= shorter { change } else { shorter + 1 };
            j += 1;
        }
        i += 1;
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_changes() {
        for (one, other, expected) in [("", "", 0), ("abc", "", 3), ("Prise", "Price", 1), ("Prce", "Price", 1)] {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
        }
    }
}
