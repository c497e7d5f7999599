//! How a date is checked against the day of sending.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;

impl<R: RowView> Checker<'_, R> {
    /// A date before the day of sending, if the caller says which day that is.
    pub(in crate::check::row) fn today(&self, walk: &mut Walk<'_>, rule: &ElementRule, field: u16, message: &str) {
        let (Some(today), Some(date)) = (walk.today, self.date(field)) else { return };
        if date.date() >= today {
            return;
        }
        let name = self.name(field);
        let problem = format!("`{name}` is {}, before today ({today})", date.date());
        let consequence = match message {
            "" => why(&rule.why),
            message => format!("{}: `{message}`", why(&rule.why)),
        };
        let remedy = format!("set `{name}` to {today} or later");
        self.report(walk, Code::PastDate, self.place_of(field), field, problem, consequence, remedy);
    }
}
