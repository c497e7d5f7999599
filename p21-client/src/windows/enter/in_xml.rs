//! What of a record the XML flavour has no form for: said by name, before anything is sent.

use p21_model::row::RawRow;
use p21_model::schema::{ServiceSchema, ValueType, WindowFacts};
use p21_model::value::{DateTime, FieldValue as _};

use super::call::Said;
use crate::error::Error;
use crate::windows::wire::no_form;
use crate::windows::xml::menu_entry;

/// # Errors
/// The record has something that can't be typed in this session.
pub(super) fn check(
    knows_menu: bool,
    schema: &'static ServiceSchema,
    facts: WindowFacts<'_>,
    said: &Said<'_>,
) -> Result<(), Error> {
    if menu_entry(schema, facts.version()).is_none() && !knows_menu {
        return Err(no_form(&format!(
            "the window `{}`: it opens by its menu entry, which isn't known; say it with `SessionBuilder::menu_id`",
            schema.name
        )));
    }
    if let Some((question, _)) = said.answers.first() {
        return Err(no_form(&format!(
            "an answer to what the window asks (`{question}`): it knows of no response windows"
        )));
    }
    said.rows.iter().try_for_each(|row| fits(facts, row))
}

fn fits(facts: WindowFacts<'_>, row: &RawRow) -> Result<(), Error> {
    let element = row.element();
    if let Some(entry) = facts.popup_entry(element.index) {
        return Err(no_form(&format!(
            "`{}`, which the tool `{}` enters in a response window: it knows of none",
            element.name, entry.tool
        )));
    }
    for edit in row.edits() {
        let field = &element.fields[usize::from(edit.index())];
        let (name, value) = (&field.name, edit.value());
        let is_time = |moment: DateTime| moment != moment.date().at(0, 0, 0, 0);
        if field.value_type == ValueType::DateTime && DateTime::from_wire(value).is_ok_and(is_time) {
            return Err(no_form(&format!("a time of day (`{}` `{name}`)", element.name)));
        }
        if let Some(character) = value.chars().find(|character| p21_model::xml::is_no_character(*character)) {
            let number = u32::from(character);
            return Err(no_form(&format!("the character U+{number:04X} (`{}` `{name}`)", element.name)));
        }
    }
    row.children().iter().try_for_each(|child| fits(facts, child))
}
