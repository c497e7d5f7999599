//! How a choice is checked.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;

impl<R: RowView> Checker<'_, R> {
    pub(in crate::check::row) fn choice(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        field: u16,
        value: &str,
        wants: &[u16],
        forbids: &[u16],
    ) {
        let schema = &self.group.element.fields[field as usize];
        let chosen = self.row.value(field).is_some_and(|set| schema.means(set, value));
        if !chosen {
            return;
        }
        // A partial row may rely on what is stored; only a new row must have all that its choice wants.
        let (is_new, may_be_new) = (self.is_new(walk), self.may_be_new(walk));
        let is_missing =
            |wanted: u16| (is_new || may_be_new) && self.row.filled(wanted).is_none() && !self.row.is_misspelt(wanted);
        for wanted in wants.iter().filter(|wanted| is_missing(**wanted)) {
            let wanted_name = self.name(*wanted);
            if may_be_new && !is_new {
                walk.if_new(format!("needs `{wanted_name}` of `{}`", self.group.element.name));
                continue;
            }
            let problem = format!("`{}` is `{value}`, but `{wanted_name}` is missing", schema.name);
            let remedy = format!("set `{wanted_name}`");
            self.report(walk, Code::ChoiceWants, None, *wanted, problem, why(&rule.why), remedy);
        }
        for forbidden in forbids.iter().filter(|field| self.row.filled(**field).is_some()) {
            let name = self.name(*forbidden);
            let problem = format!("`{}` is `{value}`, but `{name}` is set", schema.name);
            let remedy = format!("leave `{name}` out, or choose another `{}`", schema.name);
            self.report(
                walk,
                Code::ChoiceForbids,
                self.place_of(*forbidden),
                *forbidden,
                problem,
                why(&rule.why),
                remedy,
            );
        }
    }
}
