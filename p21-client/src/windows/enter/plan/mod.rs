//! What is done to type a record into its window: worked out from the record and the rules before anything is sent.
//!
//! A plan is a pure function of schema, record and what is said beside it. What no rule says is never guessed: the record
//! is then [not typed](NotTyped), with everything that is missing, and no window is opened.

mod gaps;
mod lay;
mod rows;
mod say;
mod step;

pub use gaps::{Gap, NotTyped};
pub use step::{PlanQuestion, PlanStep, Popup, Value};

use p21_model::row::RawRow;
use p21_model::schema::WindowFacts;

/// Whether a record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum NewOrStored {
    /// It is created.
    New,
    /// It is loaded by its key and changed.
    Stored,
}

impl NewOrStored {
    pub(super) fn is_new(self) -> bool {
        self == Self::New
    }
}

/// What is to be typed, and what is said beside it.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct Wanted<'a> {
    /// What is known of the window.
    pub facts: WindowFacts<'a>,
    /// The rows of the record, with their children.
    pub rows: &'a [RawRow],
    /// The elements whose rows are told apart by other fields than the definition's keys.
    pub keyed_by: &'a [(u16, Vec<u16>)],
    /// Whether the record is there.
    pub record: NewOrStored,
    /// Questions, and what is answered to each.
    pub answers: &'a [(&'a str, &'a str)],
    /// Element, which of its rows, field of the popup, value.
    pub beside: &'a [(u16, usize, &'a str, String)],
    /// Several fields a call, where rules allow it.
    pub batched: bool,
}

/// What is done, in order.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    facts: WindowFacts<'a>,
    record: NewOrStored,
    steps: Vec<PlanStep>,
    questions: Vec<PlanQuestion>,
}

impl<'a> Plan<'a> {
    /// Works it out.
    ///
    /// # Errors
    /// Everything that the record lacks, or that no rule says.
    #[doc(hidden)]
    pub fn of(wanted: Wanted<'a>) -> Result<Self, NotTyped> {
        let rows = rows::Rows::of(&wanted);
        let gaps = gaps::find(&wanted, &rows);
        if !gaps.is_empty() {
            return Err(NotTyped::new(&wanted.facts.schema().name, gaps));
        }
        let (steps, questions) = (lay::steps(&wanted, &rows), questions(&wanted, &rows));
        Ok(Self { facts: wanted.facts, record: wanted.record, steps, questions })
    }

    /// The steps.
    pub fn steps(&self) -> &[PlanStep] {
        &self.steps
    }

    /// What the window may ask, as far as rules say.
    pub fn questions(&self) -> &[PlanQuestion] {
        &self.questions
    }

    /// Whether the record is there.
    pub fn record(&self) -> NewOrStored {
        self.record
    }

    /// What is known of the window.
    pub fn facts(&self) -> WindowFacts<'a> {
        self.facts
    }
}

/// What the fields of the record, or its save, may make the window ask.
fn questions(wanted: &Wanted<'_>, rows: &rows::Rows<'_>) -> Vec<PlanQuestion> {
    let mut questions = Vec::new();
    for (dialog, _) in wanted.facts.dialogs() {
        let asks = |element: u16, fields: &[u16]| fields.iter().any(|field| rows.sets(element, *field));
        if !dialog.on_save && !dialog.typed.as_ref().is_some_and(|(element, fields)| asks(*element, fields)) {
            continue;
        }
        let given = wanted.answers.iter().find(|(question, _)| *question == dialog.name).map(|(_, answer)| *answer);
        let always = || dialog.always.and_then(|at| dialog.answers.iter().nth(at.into())).map(|(answer, _)| answer);
        let answer = given.or_else(always);
        let tool = answer.and_then(|answer| dialog.answers.iter().find(|(name, _)| *name == answer));
        questions.push(PlanQuestion {
            name: dialog.name.to_string(),
            class: dialog.class.to_string(),
            says: dialog.says.to_string(),
            typed: dialog.typed.as_ref().map(|(element, fields)| (*element, fields.to_vec())),
            on_save: dialog.on_save,
            tool: tool.map(|(_, tool)| tool.to_owned()),
        });
    }
    questions
}
