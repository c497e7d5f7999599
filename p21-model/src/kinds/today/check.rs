//! How a date is checked against the day of sending.

use crate::check::Code;
use crate::check::values::Problem;
use crate::facts::schema::FieldSchema;
use crate::rows::value::{Date, DateTime, FieldValue as _};

/// A date before the day of sending, if the caller says which day that is.
pub(super) fn problem(
    field: &FieldSchema,
    value: &str,
    today: Option<Date>,
    message: &str,
    consequence: String,
) -> Option<Problem> {
    let (today, date) = (today?, DateTime::from_wire(value).ok()?.date());
    (date < today).then(|| Problem {
        code: Code::PastDate,
        problem: format!("`{}` is {date}, before today ({today})", field.name),
        consequence: match message {
            "" => consequence,
            message => format!("{consequence}: `{message}`"),
        },
        remedy: format!("set `{}` to {today} or later", field.name),
    })
}
