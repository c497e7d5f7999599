//! P21's messages: `Transaction 1:: General Exception: Column is disabled: company_id`.

use std::fmt;

use super::by_rule;
use crate::facts::schema::{ElementSchema, ServiceSchema};
use crate::wire::sentences::{self, Sentence, parts};

/// One message, attributed as far as P21 says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Message {
    /// The transaction it is about, from 0 (P21 counts from 1).
    pub transaction: Option<usize>,
    /// The element, in full if the schema knows it, else the datawindow.
    pub element: Option<String>,
    /// The field. P21's own attribution may mislead; where it has none, a rule's text tells.
    pub field: Option<String>,
    /// Which of the element's rows that were sent, from 0 (P21 counts from 1), where P21 says so or there is only one.
    pub row: Option<usize>,
    /// P21's text, without the leading `Transaction 1::`.
    pub text: String,
}

impl Message {
    /// Reads a message.
    ///
    /// ```
    /// use p21_model::outcome::Message;
    /// let message = Message::parse("Transaction 2:: General Exception: Column is disabled: company_id", None);
    /// assert_eq!((message.transaction, message.field.as_deref()), (Some(1), Some("company_id")));
    /// ```
    pub fn parse(raw: &str, schema: Option<&ServiceSchema>) -> Self {
        let (transaction, text) = split_transaction(raw);
        let mut message = Self { transaction, row: named_row(text), text: text.to_owned(), ..Self::default() };
        let mut element = leading_element(text, schema);
        if let Some((datawindow, column)) = trailing_attribution(text) {
            message.element = Some(datawindow.to_owned());
            message.field = Some(column.to_owned());
            element = schema.and_then(|schema| by_datawindow(schema, datawindow));
        }
        if let Some(page) = required(text).and_then(|(_, page)| schema.and_then(|schema| by_label(schema, page?))) {
            element = Some(page);
        }
        if let Some(element) = element {
            message.element = Some(element.name.to_string());
        }
        if message.field.is_none() {
            message.field = named_field(text).map(str::to_owned).or_else(|| labelled_field(text, element, schema));
        }
        if (message.field.is_none() || message.element.is_none())
            && let Some((element, field)) = schema.and_then(|schema| by_rule::of(text, element, schema))
        {
            let field = field.map(|field| field.name.to_string());
            if message.field.is_none() || message.field == field {
                (message.element, message.field) = (Some(element.name.to_string()), field);
            }
        }
        message
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a text of P21's says that a pooled session was contaminated: `Unexpected response window: …`.
///
/// A business rule's own dialog has the same prefix, but comes every time until the data is mended.
pub fn is_contamination(text: &str) -> bool {
    let of_a_rule = sentences::RULE_WINDOW.is_in(text) || sentences::ITEM_ISSUES.is_in(text);
    // Whatever follows: there are several forms of it.
    let is_window = parts(sentences::UNEXPECTED_WINDOW.pattern()).next();
    is_window.is_some_and(|(_, words)| text.contains(words.trim_end_matches([':', ' ']))) && !of_a_rule
}

/// `Transaction 1:: text` and `Transaction 1: text`.
fn split_transaction(raw: &str) -> (Option<usize>, &str) {
    let (_, before) = parts(sentences::TRANSACTION.pattern()).next().unwrap_or_default();
    let numbered = raw.strip_prefix(before).and_then(|rest| rest.split_once(':'));
    match numbered.and_then(|(number, text)| Some((number.trim().parse::<usize>().ok()?, text))) {
        Some((number, text)) if number > 0 => (Some(number - 1), text.trim_start_matches(':').trim()),
        _ => (None, raw.trim()),
    }
}

/// `Required value missing for Uom (for Job/Contract Line) on row 1.`
fn named_row(text: &str) -> Option<usize> {
    let (_, number) = at_row(text.trim_end_matches('.'))?;
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// A text up to where it says which row it is about, and what it says.
pub(super) fn at_row(text: &str) -> Option<(&str, &str)> {
    let (_, words) = parts(sentences::REQUIRED.pattern()).find(|(gap, _)| *gap == "page")?;
    text.rsplit_once(words.trim_start_matches(')'))
}

/// `VALUES.values: Error processing data element: …`.
fn leading_element<'a>(text: &str, schema: Option<&'a ServiceSchema>) -> Option<&'a ElementSchema> {
    let (name, _) = text.split_once(':')?;
    schema?.element(name.trim())
}

/// `… DataElement: order, Column: order_no`; the element's name is the part after the dot.
fn trailing_attribution(text: &str) -> Option<(&str, &str)> {
    // What was typed may stand before it, whatever that is.
    let (_, before) = parts(sentences::ATTRIBUTION.pattern()).next()?;
    let gaps = sentences::ATTRIBUTION.gaps(&text[text.rfind(before)?..])?;
    let [datawindow, column] = gaps[..] else { return None };
    Some((datawindow.trim(), column.trim().trim_end_matches('.')))
}

fn by_datawindow<'a>(schema: &'a ServiceSchema, datawindow: &str) -> Option<&'a ElementSchema> {
    let mut found = schema.elements.iter().filter(|element| element.datawindow() == datawindow);
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

fn by_label<'a>(schema: &'a ServiceSchema, label: &str) -> Option<&'a ElementSchema> {
    schema.elements.iter().find(|element| element.caption() == label)
}

/// Texts that name the column itself.
fn named_field(text: &str) -> Option<&str> {
    for sentence in [sentences::COLUMN_DISABLED, sentences::INVALID_COLUMN, sentences::INVALID_VALUE_FOR] {
        if let Some(field) = first_gap(sentence, text) {
            return first_word(field);
        }
    }
    if let Some(field) = first_gap(sentences::INVALID_VALUE, text) {
        return first_word(field).filter(|word| *word == field);
    }
    let word = alone_required(text)?.rsplit(' ').next()?;
    // `customer_id is required` names a column; `Customer ID is required` and `This column is required.` don't.
    (is_column(word) && word.contains('_')).then_some(word)
}

/// Texts that name the column by its label, or by its name where it has none.
fn labelled_field(text: &str, element: Option<&ElementSchema>, schema: Option<&ServiceSchema>) -> Option<String> {
    let label = required(text)
        .map(|(label, _)| label)
        .or_else(|| first_gap(sentences::LABEL_REQUIRED, text))
        .or_else(|| Some(alone_required(text)?.trim()))?;
    let in_element = |element: &ElementSchema| {
        element
            .fields
            .iter()
            .find(|field| field.caption().eq_ignore_ascii_case(label))
            .map(|field| field.name.to_string())
    };
    match element {
        Some(element) => in_element(element),
        None => {
            let mut found: Vec<String> = schema?.elements.iter().filter_map(in_element).collect();
            found.dedup();
            if found.len() == 1 { found.pop() } else { None }
        }
    }
}

/// A label that is missing, and the page it is on.
fn required(text: &str) -> Option<(&str, Option<&str>)> {
    match sentences::REQUIRED.gaps(text).as_deref() {
        Some([label, page, ..]) => Some((label, Some(page))),
        _ => Some((first_gap(sentences::REQUIRED_ALONE, text)?.trim_end_matches('.'), None)),
    }
}

/// What is said to be required, by name or label; nothing follows that.
fn alone_required(text: &str) -> Option<&str> {
    let (_, after) = parts(sentences::IS_REQUIRED.pattern()).last()?;
    text.trim_end_matches('.').strip_suffix(after)
}

fn first_gap(sentence: Sentence, text: &str) -> Option<&str> {
    sentence.gaps(text)?.first().copied()
}

fn first_word(text: &str) -> Option<&str> {
    let word = text.split(|c: char| c.is_whitespace() || c == ',' || c == ':').next()?;
    let word = word.trim_end_matches('.');
    is_column(word).then_some(word)
}

fn is_column(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<usize>, Option<String>, Option<String>) {
        let message = Message::parse(text, None);
        (message.transaction, message.element, message.field)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn documented_texts_are_attributed() {
        assert_eq!(parsed("Transaction 1:: "), (Some(0), None, None));
        assert_eq!(
            parsed("Transaction 1:: General Exception: Column is disabled: company_id"),
            (Some(0), None, some("company_id"))
        );
        assert_eq!(
            parsed("Transaction 3:: A supplier ID must be entered. DataElement: tp_17_dw_17, Column: item_id"),
            (Some(2), some("tp_17_dw_17"), some("item_id"))
        );
        assert_eq!(
            parsed("Transaction 1:: Invalid row_status_flag value: 704"),
            (Some(0), None, some("row_status_flag"))
        );
        assert_eq!(
            parsed("Transaction 1:: Invalid value for price_page_type_cd: 'InvalidType'"),
            (Some(0), None, some("price_page_type_cd"))
        );
        assert_eq!(parsed("Transaction 1:: customer_id is required"), (Some(0), None, some("customer_id")));
        assert_eq!(parsed("Transaction 1:: Customer ID is required"), (Some(0), None, None));
        assert_eq!(parsed("This column is required."), (None, None, None));
        assert_eq!(parsed("Unexpected response window: Item Issues Detected"), (None, None, None));
    }

    #[test]
    fn odd_numbers_are_no_transactions() {
        assert_eq!(parsed("Transaction 0:: x").0, None);
        assert_eq!(parsed("Transaction 99999999999999999999:: x").0, None);
        assert_eq!(parsed("Transaction").0, None);
    }
}
