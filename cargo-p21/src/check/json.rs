//! Findings for other programs.

use anyhow::Result;
use p21_model::check::Severity;
use serde::Serialize;

use super::document::Located;
use crate::printable;

#[derive(Serialize)]
struct Item<'a> {
    code: &'static str,
    severity: &'static str,
    path: &'a str,
    /// Element and row as the program has them, and the path.
    place: String,
    line: usize,
    column: usize,
    element: Option<&'a str>,
    field: Option<&'a str>,
    problem: &'a str,
    effect: &'a str,
    remedy: &'a str,
}

/// The findings as one JSON list. Lines and columns count from 1, columns in characters.
pub(super) fn render(text: &str, findings: &[Located]) -> Result<String> {
    let mut places = Places { text, at: 0, line: 1, column: 0 };
    let items: Vec<Item<'_>> = findings
        .iter()
        .map(|Located { finding, at }| {
            let (line, column) = places.of(at.start);
            Item {
                code: finding.code.as_str(),
                severity: match finding.severity() {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                path: &finding.path,
                place: finding.place(),
                line,
                column,
                element: finding.element.as_deref(),
                field: finding.field.as_deref(),
                problem: &finding.problem,
                effect: &finding.consequence,
                remedy: &finding.remedy,
            }
        })
        .collect();
    Ok(printable::escaped(&serde_json::to_string_pretty(&items)?) + "\n")
}

/// Lines and columns of ascending offsets, in one pass over the text.
struct Places<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// How many characters of the line come before `at`.
    column: usize,
}

impl Places<'_> {
    fn of(&mut self, offset: usize) -> (usize, usize) {
        let passed = &self.text[self.at..offset];
        self.line += passed.matches('\n').count();
        self.column = match passed.rfind('\n') {
            Some(end) => passed[end + 1..].chars().count(),
            None => self.column + passed.chars().count(),
        };
        self.at = offset;
        (self.line, self.column + 1)
    }
}
