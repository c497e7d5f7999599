//! A payload's text: JSON or XML, told apart by its first character.

use std::ops::Range;

use p21_model::check::{CheckOptions, Code, Finding, Findings, JsonPayload, XmlPayload};
use p21_model::schema::ServiceSchema;

use super::locate::JsonText;

/// A payload.
pub(super) struct Document<'a> {
    text: &'a str,
    content: Content<'a>,
}

enum Content<'a> {
    Json(JsonPayload, JsonText<'a>),
    Xml(XmlPayload),
    /// Text that is not JSON, and where it stops being so.
    Broken(Box<Finding>, usize),
}

/// A finding and the bytes it is about.
pub(super) struct Located {
    pub(super) finding: Finding,
    pub(super) at: Range<usize>,
}

impl<'a> Document<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let content = if text.trim_start().starts_with('<') {
            Content::Xml(XmlPayload::read(text))
        } else {
            match JsonPayload::read(text) {
                Ok(payload) => Content::Json(payload, JsonText::new(text)),
                Err(error) => broken(text, &error),
            }
        };
        Self { text, content }
    }

    /// The text, without a byte order mark.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The service that the payload names.
    pub(super) fn service(&self) -> Option<&str> {
        match &self.content {
            Content::Json(payload, _) => payload.service(),
            Content::Xml(payload) => payload.service(),
            Content::Broken(..) => None,
        }
    }

    pub(super) fn check(&self, schema: Option<&ServiceSchema>, options: CheckOptions) -> Findings {
        match &self.content {
            Content::Json(payload, _) => payload.check(schema, options),
            Content::Xml(payload) => payload.check(schema, options),
            Content::Broken(finding, _) => Findings::from_iter([(**finding).clone()]),
        }
    }

    /// The findings in the order of the text.
    pub(super) fn locate(&self, findings: Findings) -> Vec<Located> {
        let mut located: Vec<Located> = findings
            .into_iter()
            .map(|finding| {
                let at = self.place(&finding);
                Located { finding, at }
            })
            .collect();
        located.sort_by_key(|located| located.at.start);
        located
    }

    /// The token that a finding is about.
    fn place(&self, finding: &Finding) -> Range<usize> {
        let at = match &self.content {
            Content::Json(_, text) => text
                .locate(&finding.token(), finding.is_about_name())
                .or_else(|| text.locate(&finding.path, finding.is_about_name())),
            Content::Xml(payload) => payload.locate(finding),
            Content::Broken(_, at) => Some(*at..*at),
        };
        at.map_or(0..0, |at| self.within(at))
    }

    /// Whole characters of the text. What is missing at its end is shown at its last character.
    fn within(&self, at: Range<usize>) -> Range<usize> {
        let boundary = |mut at: usize| {
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let written = self.text.trim_end();
        let last = written.char_indices().next_back().map_or(0, |(at, _)| at);
        let start = boundary(at.start.min(last));
        start..boundary(at.end.min(self.text.len())).max(start)
    }
}

fn broken<'a>(text: &str, error: &serde_json::Error) -> Content<'a> {
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = line_start + error.column().saturating_sub(1);
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let finding = Finding::new(
        Code::NotAPayload,
        "$",
        format!("this is not JSON: {said}"),
        "P21's parser refuses the request: HTTP 400 with the parser's text (documented).",
        "send well-formed JSON, or XML that starts with `<`",
    );
    Content::Broken(Box::new(finding), at)
}
