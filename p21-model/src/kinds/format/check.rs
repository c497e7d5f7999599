//! How texts of a form of their own are checked.

use crate::check::Code;
use crate::check::values::Problem;
use crate::facts::schema::{FieldSchema, TextForm};

pub(super) fn problem(field: &FieldSchema, value: &str, form: TextForm, consequence: String) -> Option<Problem> {
    let is_wrong = !value.trim().is_empty() && !form.takes(value);
    is_wrong.then(|| Problem {
        code: Code::WrongValue,
        problem: format!("`{}` is `{}`, not {}", field.name, value.escape_debug(), form.describe()),
        consequence,
        remedy: format!("send {}", form.describe()),
    })
}
