//! What a program calls the place of a finding: the element by its module's name, and which of its rows.

use std::collections::HashMap;
use std::fmt;

use super::Finding;
use crate::facts::schema::ServiceSchema;

/// A row of an element, as the program has it that built the payload.
///
/// A payload repeats an element for every parent row, so that its path says little: the second `extended_info` of a program
/// is the first row of the fifth element.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RowPlace {
    /// The name of the element's module in the bindings: `extended_info`.
    pub element: String,
    /// Which of the element's rows in the transaction, from 0; `None` for all of them.
    pub index: Option<usize>,
}

impl RowPlace {
    /// In words, and the path that leads to it.
    pub(super) fn beside(&self, path: &str) -> String {
        format!("{self} ({path})")
    }
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.element.escape_debug())?;
        match self.index {
            Some(index) => write!(f, ", {} row", Ordinal(index + 1)),
            None => Ok(()),
        }
    }
}

/// `second`, `17th`.
struct Ordinal(usize);

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WORDS: [&str; 10] =
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        if let Some(word) = self.0.checked_sub(1).and_then(|at| WORDS.get(at)) {
            return f.write_str(word);
        }
        let ending = match (self.0 % 10, self.0 % 100) {
            (_, 11..=13) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        write!(f, "{}{ending}", self.0)
    }
}

/// Names the rows that findings are about. `elements` are those of a transaction, in their order in the payload: each with its
/// module, empty if it has none, and its number of rows. Of an element that is missing only the module is named.
pub(super) fn name_rows<'m>(
    schema: &ServiceSchema,
    findings: &mut [Finding],
    elements: impl Fn(usize) -> Option<Vec<(&'m str, usize)>>,
) {
    let mut known: HashMap<usize, Vec<(&str, usize)>> = HashMap::new();
    for finding in findings {
        let Some((transaction, element, row)) = place(&finding.path) else {
            let about = finding.element.as_deref().and_then(|name| schema.element(name));
            finding.row = about.map(|element| RowPlace { element: element.module.to_string(), index: None });
            continue;
        };
        let elements = known.entry(transaction).or_insert_with(|| starts(elements(transaction).unwrap_or_default()));
        if let Some((module, start)) = elements.get(element).filter(|(module, _)| !module.is_empty()) {
            finding.row = Some(RowPlace { element: (*module).to_owned(), index: row.map(|row| start + row) });
        }
    }
}

/// Of each element how many rows of its name stand before it.
fn starts(elements: Vec<(&str, usize)>) -> Vec<(&str, usize)> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let start = |(module, rows)| {
        let seen = seen.entry(module).or_default();
        let start = *seen;
        *seen += rows;
        (module, start)
    };
    elements.into_iter().map(start).collect()
}

/// Transaction, element and row of a path.
fn place(path: &str) -> Option<(usize, usize, Option<usize>)> {
    let (transaction, rest) = path.strip_prefix("Transactions[")?.split_once("].DataElements[")?;
    let (element, rest) = rest.split_once(']')?;
    let row = rest.strip_prefix(".Rows[").and_then(|rest| rest.split_once(']')?.0.parse().ok());
    Some((transaction.parse().ok()?, element.parse().ok()?, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_over_the_whole_transaction() {
        let elements = vec![("header", 1), ("items", 1), ("extended_info", 1), ("items", 2), ("extended_info", 1)];
        let named: Vec<usize> = starts(elements).into_iter().map(|(_, start)| start).collect();
        assert_eq!(named, [0, 0, 0, 1, 1]);
        assert_eq!(place("Transactions[3].DataElements[4].Rows[1].Edits[0]"), Some((3, 4, Some(1))));
        assert_eq!(place("Transactions[3].DataElements[4].Keys[0]"), Some((3, 4, None)));
        assert_eq!(place("Transactions[3].Status"), None);
        assert_eq!(place("$"), None);
    }

    #[test]
    fn places_are_said_in_words() {
        let said = |index| RowPlace { element: "items".to_owned(), index }.to_string();
        assert_eq!(said(Some(1)), "`items`, second row");
        assert_eq!(said(None), "`items`");
        let numbers = [10, 11, 12, 20, 21, 22, 99, 110].map(|index| said(Some(index)));
        let rows = ["11th", "12th", "13th", "21st", "22nd", "23rd", "100th", "111th"];
        assert_eq!(numbers, rows.map(|row| format!("`items`, {row} row")));
    }
}
