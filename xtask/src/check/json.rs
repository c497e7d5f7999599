//! Findings for other programs.

use anyhow::Result;
use p21_model::check::Severity;
use serde::Serialize;

use super::document::Located;

#[derive(Serialize)]
struct Item<'a> {
    code: &'static str,
    severity: &'static str,
    path: &'a str,
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
    let mut places = Places { text, at: 0, line: 1, line_start: 0 };
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
    Ok(serde_json::to_string_pretty(&items)? + "\n")
}

/// Lines and columns of ascending offsets, in one pass over the text.
struct Places<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    line_start: usize,
}

impl Places<'_> {
    fn of(&mut self, offset: usize) -> (usize, usize) {
        for (index, _) in self.text[self.at..offset].match_indices('\n') {
            self.line += 1;
            self.line_start = self.at + index + 1;
        }
        self.at = offset;
        (self.line, self.text[self.line_start..offset].chars().count() + 1)
    }
}
