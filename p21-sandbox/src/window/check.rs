//! What P21 wants before it saves.

use std::collections::BTreeSet;

use p21_model::definition::ElementKind;
use p21_model::schema::{ElementSchema, Occasion, RuleKind};

use super::Window;
use super::desk::Desk;
use super::refusal::Stop;
use crate::facts::texts::{self, REQUIRED};

impl Window {
    /// Refuses the record if something is missing: in the header first, then whole elements, then the other rows.
    pub(crate) fn check(&self, desk: &Desk<'_>) -> Result<(), Stop> {
        if let Some(header) = self.rows.first()
            && (header.is_new() || !header.sent.is_empty())
        {
            self.check_row(desk, 0)?;
        }
        self.check_elements()?;
        for row in 1..self.rows.len() {
            if self.rows[row].is_new() || !self.rows[row].sent.is_empty() {
                self.check_row(desk, row)?;
            }
        }
        Ok(())
    }

    /// What the last row of a grid still wants when another one is added below it.
    pub(crate) fn incomplete(&self, desk: &Desk<'_>, element: u16) -> Option<String> {
        let last = self.shown(element).last().copied().filter(|row| self.rows[*row].is_new())?;
        let schema = self.service.element(element);
        let (missing, ..) = self.missing_field(desk, last, element, schema)?;
        let number = (self.rows[last].position + 1).to_string();
        Some(self.filled(texts::ROW_INCOMPLETE.pattern(), element, missing).replace("{row}", &number))
    }

    fn check_elements(&self) -> Result<(), Stop> {
        for (element, schema) in (0..).zip(self.service.schema.elements.iter()) {
            for rule in schema.rules.iter() {
                if let RuleKind::RequiredElement { on, message } = &rule.kind
                    && on.includes(self.record.is_none())
                    && !self.edited.contains(&element)
                {
                    return Err(Stop::refused(message.clone()).own_if(rule.why.own_words));
                }
            }
        }
        Ok(())
    }

    /// The element that a new row belongs to, and every other one that was typed into.
    fn check_row(&self, desk: &Desk<'_>, row: usize) -> Result<(), Stop> {
        let of = &self.rows[row];
        let mut elements: BTreeSet<u16> = of.sent.iter().map(|(element, _)| *element).collect();
        if of.is_new() {
            elements.extend(self.service.element_index(&self.service.storages[of.storage as usize].element));
        }
        elements
            .into_iter()
            .try_for_each(|element| self.check_fields(desk, row, element, self.service.element(element)))
    }

    fn check_fields(&self, desk: &Desk<'_>, row: usize, element: u16, schema: &ElementSchema) -> Result<(), Stop> {
        match self.missing_field(desk, row, element, schema) {
            Some((field, message, is_own)) => Err(self.missing(message, row, element, field).own_if(is_own)),
            None => Ok(()),
        }
    }

    /// The first field that a row wants and does not have, with what is said of it, and whether that is ours.
    fn missing_field<'s>(
        &self,
        desk: &Desk<'_>,
        row: usize,
        element: u16,
        schema: &'s ElementSchema,
    ) -> Option<(u16, &'s str, bool)> {
        let of = &self.rows[row];
        let was_sent = |field: &u16| of.sent.contains(&(element, *field));
        for rule in schema.rules.iter() {
            let RuleKind::Required { fields, on, message, unless } = &rule.kind else { continue };
            if !on.includes(of.is_new()) || unless.iter().any(was_sent) {
                continue;
            }
            for field in fields.iter() {
                // An update has to repeat the value: that it is stored does not help.
                let must_be_sent = *on == Occasion::Update;
                if self.value(row, element, *field).is_empty() || (must_be_sent && !was_sent(field)) {
                    return Some((*field, message, rule.why.own_words));
                }
            }
        }
        let flagged = (0..).zip(schema.fields.iter()).filter(|(_, field)| field.is_required());
        let mut missing = flagged.map(|(index, _)| index).filter(|index| self.value(row, element, *index).is_empty());
        missing
            .next()
            .filter(|_| desk.config.required_flags && of.is_new())
            .map(|field| (field, REQUIRED.pattern(), false))
    }

    fn missing(&self, message: &str, row: usize, element: u16, field: u16) -> Stop {
        let number = match self.service.element(element).kind {
            ElementKind::List => self.rows[row].position + 1,
            ElementKind::Form => 1,
        };
        Stop::refused(self.filled(message, element, field).replace("{row}", &number.to_string()))
    }
}
