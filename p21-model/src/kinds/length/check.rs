//! How lengths are checked.

use crate::check::Code;
use crate::check::values::Problem;
use crate::facts::schema::FieldSchema;

pub(super) fn problem(field: &FieldSchema, value: &str, max: u16, consequence: String) -> Option<Problem> {
    // A text has at most as many characters as bytes, which are counted already.
    if value.len() <= usize::from(max) {
        return None;
    }
    let length = value.chars().count();
    (length > usize::from(max)).then(|| Problem {
        code: Code::TooLong,
        problem: format!("`{}` has {length} characters, but takes {max}", field.name),
        consequence,
        remedy: "send a shorter text: what was cut off could not be told from the real value".to_owned(),
    })
}
