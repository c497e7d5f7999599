//! Findings for people: each with the line of the payload that it is about.

use std::fmt::{self, Write as _};
use std::io::IsTerminal as _;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use p21_model::check::Severity;

use super::document::Located;

/// Lines longer than this are cut around what a finding is about: minified payloads are one line.
const LONGEST_LINE: usize = 160;
/// How much of a long line is shown on either side.
const AROUND: usize = 60;
/// How wide texts are set.
const WIDTH: usize = 110;

/// The findings, in colour only on a terminal, and their number.
pub(super) fn render(name: &str, text: &str, findings: &[Located]) -> String {
    let source = Source::new(name, text);
    let handler = GraphicalReportHandler::new_themed(theme()).with_width(WIDTH).with_links(false);
    let mut out = String::new();
    for located in findings {
        let report = Report { located, source: &source };
        // Writing to a string can't fail, so only a source without the span could.
        if handler.render_report(&mut out, &report).is_err() {
            let _ = writeln!(out, "{}", located.finding);
        }
        out.push('\n');
    }
    let errors = findings.iter().filter(|located| located.finding.severity() == Severity::Error).count();
    let _ = match findings.len() {
        0 => writeln!(out, "{name}: no findings"),
        all => writeln!(
            out,
            "{name}: {}, {}; docs/findings has a page on each code",
            count(errors, "error"),
            count(all - errors, "warning")
        ),
    };
    out
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn theme() -> GraphicalTheme {
    let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    match std::io::stdout().is_terminal() {
        true if colours => GraphicalTheme::unicode(),
        true => GraphicalTheme::unicode_nocolor(),
        false => GraphicalTheme::none(),
    }
}

/// A finding as miette shows it.
struct Report<'a> {
    located: &'a Located,
    source: &'a Source<'a>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.located.finding.fmt(f)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.located.finding.code.title().trim_end_matches('.'))
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.located.finding.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.located.finding.severity() {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    /// miette has one footer; effect and remedy share it, each on lines of its own.
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let finding = &self.located.finding;
        match (finding.consequence.is_empty(), finding.remedy.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Box::new(&finding.remedy)),
            _ => Some(Box::new(format!("{}\nnote: {}", finding.remedy, finding.consequence))),
        }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let at = &self.located.at;
        let label = LabeledSpan::new(Some(self.located.finding.problem.clone()), at.start, at.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// The payload, of which one line at a time is shown.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
    /// Where lines start.
    lines: Vec<usize>,
}

impl SourceCode for Source<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let inside = self.text.get(span.offset()..end).ok_or(MietteError::OutOfBounds)?;
        let line_start = self.text[..span.offset()].rfind('\n').map_or(0, |before| before + 1);
        let line_end = self.text[end..].find('\n').map_or(self.text.len(), |after| end + after);
        let (start, stop) = if (lines_before, lines_after) == (0, 0) {
            // Asked only where the span starts.
            (span.offset(), end)
        } else if line_end - line_start > LONGEST_LINE {
            (
                self.boundary(span.offset().saturating_sub(AROUND).max(line_start)),
                self.boundary((end + AROUND).min(line_end)),
            )
        } else {
            (self.before(line_start, lines_before), self.after(line_end, lines_after))
        };
        let column = self.text[self.text[..start].rfind('\n').map_or(0, |before| before + 1)..start].chars().count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_owned(),
            &self.text.as_bytes()[start..stop],
            SourceSpan::new(start.into(), stop - start),
            self.lines.partition_point(|line| *line <= start).saturating_sub(1),
            column,
            inside.matches('\n').count() + 1,
        )))
    }
}

impl<'a> Source<'a> {
    fn new(name: &'a str, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { name, text, lines }
    }

    /// The start of some lines before, as long as they are short.
    fn before(&self, mut start: usize, lines: usize) -> usize {
        for _ in 0..lines {
            let Some(line) = start.checked_sub(1).map(|end| self.text[..end].rfind('\n').map_or(0, |at| at + 1)) else {
                break;
            };
            if start - line > LONGEST_LINE {
                break;
            }
            start = line;
        }
        start
    }

    /// The end of some lines after, as long as they are short.
    fn after(&self, mut end: usize, lines: usize) -> usize {
        for _ in 0..lines {
            let Some(rest) = self.text.get(end + 1..).filter(|rest| !rest.is_empty()) else { break };
            let line = rest.find('\n').unwrap_or(rest.len());
            if line > LONGEST_LINE {
                break;
            }
            end += 1 + line;
        }
        end
    }

    fn boundary(&self, mut at: usize) -> usize {
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
