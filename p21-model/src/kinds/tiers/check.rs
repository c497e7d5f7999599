//! Quantity breaks: each more than the one before it, without a gap, and each with the value of its tier.

use crate::check::Code;
use crate::check::row::Checker;
use crate::check::transaction::{Walk, why};
use crate::check::view::RowView;
use crate::facts::schema::ElementRule;
use crate::rows::value::{Decimal, FieldValue as _};

/// What a break says.
enum Break {
    /// Nothing, or nothing that can be read; the latter is a finding of its own.
    Open,
    /// 0 ends the list.
    End,
    /// The first quantity of the next tier.
    From(Decimal),
}

/// What is wrong with the tiers, and at which field.
struct Broken {
    field: u16,
    problem: String,
    remedy: String,
}

impl<R: RowView> Checker<'_, R> {
    /// The first thing that is wrong: what comes after it follows from it.
    pub(in crate::check::row) fn tiers(
        &self,
        walk: &mut Walk<'_>,
        rule: &ElementRule,
        values: &[u16],
        breaks: &[u16],
        zero_first: bool,
    ) {
        let found = self
            .zero_as_first_break(values, breaks, zero_first)
            .or_else(|| self.broken_break(values, breaks))
            .or_else(|| self.value_without_tier(values, breaks));
        if let Some(Broken { field, problem, remedy }) = found {
            self.report(walk, Code::BrokenTiers, self.place_of(field), field, problem, why(&rule.why), remedy);
        }
    }

    /// A list that ends before it begins. With one tier the slot is merely unused, where the service takes that.
    fn zero_as_first_break(&self, values: &[u16], breaks: &[u16], zero_first: bool) -> Option<Broken> {
        let field = *breaks.first()?;
        if !matches!(self.threshold(field), Break::End) {
            return None;
        }
        let more = breaks.iter().skip(1).any(|field| matches!(self.threshold(*field), Break::From(_)))
            || values.iter().skip(1).any(|field| self.is_filled(*field));
        let name = self.name(field);
        let remedy = match (more, zero_first) {
            (false, true) => return None,
            (false, false) => format!("leave `{name}` out: one tier needs no break"),
            (true, _) => format!("set `{name}` to the first quantity of the second tier"),
        };
        Some(Broken { field, problem: format!("`{name}` is 0, which ends the list before its second tier"), remedy })
    }

    fn broken_break(&self, values: &[u16], breaks: &[u16]) -> Option<Broken> {
        let mut last: Option<(Decimal, u16)> = None;
        let mut ended = false;
        for (tier, field) in breaks.iter().copied().enumerate() {
            let Break::From(quantity) = self.threshold(field) else {
                ended = true;
                continue;
            };
            let name = self.name(field);
            let (problem, remedy) = if quantity.is_sign_negative() {
                (
                    format!("`{name}` is {quantity}: no quantity is less than 0"),
                    "send the first quantity of its tier".to_owned(),
                )
            } else if ended {
                (
                    format!("`{name}` comes after a tier without a break"),
                    "fill the breaks from the first one without a gap; 0 ends the list".to_owned(),
                )
            } else if let Some((before, other)) = last.filter(|(before, _)| *before >= quantity) {
                (
                    format!("`{name}` is {quantity}, not more than `{}`, which is {before}", self.name(other)),
                    "send breaks that rise, each the first quantity of its tier".to_owned(),
                )
            } else if values.get(tier + 1).is_some_and(|value| self.row.filled(*value).is_none()) {
                let value = self.name(values[tier + 1]);
                (format!("`{name}` starts a tier without `{value}`"), format!("set `{value}`"))
            } else {
                last = Some((quantity, field));
                continue;
            };
            return Some(Broken { field, problem, remedy });
        }
        None
    }

    /// A tier's value whose break is missing or 0: P21 never applies it.
    fn value_without_tier(&self, values: &[u16], breaks: &[u16]) -> Option<Broken> {
        let end = breaks.iter().position(|field| !matches!(self.threshold(*field), Break::From(_)))?;
        let field = values.iter().skip(end + 1).copied().find(|field| self.is_filled(*field))?;
        let before = values.iter().position(|value| *value == field)?.checked_sub(1)?;
        let (name, before) = (self.name(field), self.name(*breaks.get(before)?));
        Some(Broken {
            field,
            problem: format!("`{name}` belongs to a tier that no break starts"),
            remedy: format!("set `{before}`, the first quantity of its tier"),
        })
    }

    fn threshold(&self, field: u16) -> Break {
        let number = self.row.filled(field).map(Decimal::from_wire);
        match number {
            Some(Ok(number)) if number.is_zero() => Break::End,
            Some(Ok(number)) => Break::From(number),
            Some(Err(_)) | None => Break::Open,
        }
    }

    fn is_filled(&self, field: u16) -> bool {
        let value = self.row.filled(field);
        value.is_some_and(|value| !Decimal::from_wire(value).is_ok_and(|number| number.is_zero()))
    }
}
