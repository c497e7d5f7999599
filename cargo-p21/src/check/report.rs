//! Findings for people: each with the line of the payload that it is about.

use std::fmt::{self, Write as _};
use std::io::IsTerminal as _;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use p21_model::check::Severity;

use super::document::Located;
use crate::printable;

/// Lines longer than this are cut around what a finding is about: minified payloads are one line.
const LONGEST_LINE: usize = 160;
/// How much of a long line is shown on either side.
const AROUND: usize = 60;
/// How wide texts are set.
const WIDTH: usize = 110;

/// The findings, in colour only on a terminal, and their number.
///
/// No more than `limit` are shown; how many more there are is said.
pub(super) fn render(name: &str, text: &str, findings: &[Located], limit: usize) -> String {
    let (name, text) = (&*printable::spelt(name), &*printable::masked(text));
    let source = Source::new(name, text);
    let handler = GraphicalReportHandler::new_themed(theme()).with_width(WIDTH).with_links(false);
    let mut out = String::new();
    for located in findings.iter().take(limit) {
        let report = Report { located, source: &source };
        // Writing to a string can't fail, so only a source without the span could.
        if handler.render_report(&mut out, &report).is_err() {
            let _ = writeln!(out, "{}", printable::spelt(&located.finding.to_string()));
        }
        out.push('\n');
    }
    if let Some(more) = findings.len().checked_sub(limit).filter(|more| *more > 0) {
        let _ = writeln!(out, "… and {more} more; `--limit 0` prints all\n");
    }
    let errors = findings.iter().filter(|located| located.finding.severity() == Severity::Error).count();
    let _ = match findings.len() {
        0 => writeln!(out, "{name}: no findings"),
        all => writeln!(
            out,
            "{name}: {}, {}; `cargo p21 explain CODE` explains each",
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

    /// miette has one footer; remedy, effect and place share it, each on lines of its own.
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let finding = &self.located.finding;
        let effect =
            (!finding.consequence.is_empty()).then(|| format!("note: {}", printable::spelt(&finding.consequence)));
        let remedy = (!finding.remedy.is_empty()).then(|| printable::spelt(&finding.remedy));
        // The line above shows where it is in the text; this says where it is in the program that wrote it.
        let place = format!("place: {}", printable::spelt(&finding.place()));
        let lines: Vec<String> = remedy.into_iter().chain(effect).chain([place]).collect();
        Some(Box::new(lines.join("\n")))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Located { finding, at } = self.located;
        let label = LabeledSpan::new(Some(printable::spelt(&finding.problem)), at.start, at.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// The payload, of which one line at a time is shown.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
    /// Where lines start.
    lines: Vec<usize>,
    /// How many characters there are before every so many bytes: a minified payload is one line, and counting from its
    /// start for each finding would take the square of it.
    marks: Vec<usize>,
}

/// The bytes between two marks.
const STRIDE: usize = 1024;

impl SourceCode for Source<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let inside = self.text.get(span.offset()..end).ok_or(MietteError::OutOfBounds)?;
        let line_start = self.line_start(span.offset());
        let next = self.lines.partition_point(|line| *line <= end);
        let line_end = self.lines.get(next).map_or(self.text.len(), |next| next - 1);
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
        let column = self.characters(start) - self.characters(self.line_start(start));
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
        let mut count = 0;
        let marks = text
            .as_bytes()
            .chunks(STRIDE)
            .map(|chunk| {
                let before = count;
                count += chunk.iter().filter(|byte| starts_character(**byte)).count();
                before
            })
            .collect();
        Self { name, text, lines, marks }
    }

    /// Where the line of a place starts.
    fn line_start(&self, at: usize) -> usize {
        let next = self.lines.partition_point(|line| *line <= at);
        next.checked_sub(1).map_or(0, |line| self.lines[line])
    }

    /// How many characters there are before a place.
    fn characters(&self, at: usize) -> usize {
        let mark = (at / STRIDE).min(self.marks.len().saturating_sub(1));
        let bytes = &self.text.as_bytes()[mark * STRIDE..at];
        self.marks.get(mark).map_or(0, |before| before + bytes.iter().filter(|byte| starts_character(**byte)).count())
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

/// Whether a byte of UTF-8 begins a character.
fn starts_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}
