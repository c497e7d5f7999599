//! What a check finds.

use std::fmt;

use super::{Code, RowPlace, Severity};
use crate::facts::unseen::spelt;

/// One thing that P21 would refuse or store otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing; stable.
    pub code: Code,
    /// Where: `Transactions[0].DataElements[1].Rows[0]`, with `.Edits[2]` where it is about one; `$` is the whole
    /// payload. It always leads to something in the payload: what is missing is reported at what lacks it.
    pub path: String,
    /// The element, if it is about one.
    pub element: Option<String>,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// Where it is as the program that built the payload has it, where that is known.
    pub row: Option<RowPlace>,
    /// What is wrong.
    pub problem: String,
    /// What P21 would do, and how that is known.
    pub consequence: String,
    /// How to mend it.
    pub remedy: String,
}

impl Finding {
    /// A finding at a path (`$` for the whole payload), about no element or field in particular.
    pub fn new(
        code: Code,
        path: impl Into<String>,
        problem: impl Into<String>,
        consequence: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (path, problem) = (path.into(), problem.into());
        let (consequence, remedy) = (consequence.into(), remedy.into());
        Self { code, path, element: None, field: None, row: None, problem, consequence, remedy }
    }

    /// Whether P21 would store something else, or nothing; warnings may be meant.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The path of the very token that is wrong: of an edit its name or its value, else the same as `path`.
    pub fn token(&self) -> String {
        let is_edit =
            self.path.ends_with(']') && self.path.rsplit_once('[').is_some_and(|(list, _)| list.ends_with(".Edits"));
        match self.code {
            _ if !is_edit => self.path.clone(),
            Code::WrongValue
            | Code::UnknownLabel
            | Code::CodeForLabel
            | Code::NoCodeForLabel
            | Code::TooLong
            | Code::BrokenTiers
            | Code::DateOrder
            | Code::PastDate
            | Code::NotAscending
            | Code::OtherThanParent
            | Code::OpensWindow => format!("{}.Value", self.path),
            // The edit itself lacks what the finding is about.
            Code::MemberMissing | Code::WrongJsonType => self.path.clone(),
            _ => format!("{}.Name", self.path),
        }
    }

    /// Whether the name of what the path leads to is wrong, not what it holds.
    pub fn is_about_name(&self) -> bool {
        matches!(
            self.code,
            Code::WrongCase
                | Code::UnknownMember
                | Code::FlagBelowRoot
                | Code::ReadKeysAtTop
                | Code::XmlOrder
                | Code::XmlUnknown
                | Code::MemberTwice
        )
    }

    /// The index of the transaction that it is in, from 0.
    pub fn transaction(&self) -> Option<usize> {
        let index = self
            .path
            .strip_prefix("Transactions[")
            .or_else(|| self.path.split_once(".Transactions[").map(|(_, at)| at));
        index?.split_once(']')?.0.parse().ok()
    }

    /// Where it is, in words: the element and its row as the program has them, and the path.
    ///
    /// ```text
    /// `extended_info`, second row (Transactions[0].DataElements[4].Rows[0])
    /// ```
    pub fn place(&self) -> String {
        match &self.row {
            Some(row) => row.beside(&self.path),
            None => self.path.clone(),
        }
    }

    pub(super) fn is_about_nothing(&self) -> bool {
        self.element.as_deref() == Some("") || self.field.as_deref() == Some("")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, spelt(&self.place()), spelt(&self.problem))?;
        if !self.consequence.is_empty() {
            write!(f, "\n  effect: {}", spelt(&self.consequence))?;
        }
        if !self.remedy.is_empty() {
            write!(f, "\n  remedy: {}", spelt(&self.remedy))?;
        }
        Ok(())
    }
}

/// All findings about a payload, in the order of the payload.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Findings(pub(super) Vec<Finding>);

crate::debug_is_its_line!(Findings);

impl Findings {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is more than a warning.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity() == Severity::Error)
    }

    /// The first that is more than a warning.
    pub fn first_error(&self) -> Option<&Finding> {
        self.0.iter().find(|finding| finding.severity() == Severity::Error)
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        Self(findings.into_iter().collect())
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(f, "{separator}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}
