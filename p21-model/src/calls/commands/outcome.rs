//! What P21 answers to a batch of commands, and what became of each step.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Commands, Step};

/// The event that says that a save went through.
const SAVED: &str = "savesucceeded";

/// The answer of `POST /api/v2/commands`, as P21 spells it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CommandsResult {
    /// Of all commands: 1 is success.
    pub status: i64,
    /// A result a command.
    pub results: Option<Vec<CommandResult>>,
}

/// What P21 says of one command.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CommandResult {
    /// What became of it; null where nothing is said.
    pub result: Option<WindowResult>,
    /// What it brought.
    pub data: Value,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WindowResult {
    /// The window.
    pub window_id: Value,
    /// 0 none, 1 success, 2 failure, 3 blocked by a dialog.
    pub status: i64,
    /// What happened on the window.
    #[serde(deserialize_with = "null_is_empty")]
    pub events: Vec<WindowEvent>,
    /// What the window said: texts, or objects with a `Text`.
    #[serde(deserialize_with = "null_is_empty")]
    pub messages: Vec<Value>,
}

/// Something that happened on a window.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WindowEvent {
    /// Its name: `savesucceeded`, `windowopened`.
    pub name: String,
    /// What comes with it.
    pub data: Value,
}

fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// What became of a window's steps. HTTP 200 is not success: ask [`saved`](Self::saved).
#[derive(Debug, Clone, PartialEq)]
#[must_use = "HTTP 200 is not success: ask whether the window was saved"]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CommandsOutcome {
    /// P21's status of all: 1 is success.
    pub status: i64,
    /// What became of each step, the opening and the closing included.
    pub steps: Vec<StepOutcome>,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StepOutcome {
    /// The step.
    pub step: Step,
    /// P21's status: 0 none, 1 success, 2 failure, 3 blocked by a dialog.
    pub status: i64,
    /// What happened on the window.
    pub events: Vec<WindowEvent>,
    /// What the window said.
    pub messages: Vec<String>,
    /// What the step brought.
    pub data: Value,
}

/// A window was not saved, or not with everything that was typed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the window was not saved as it was meant: {reason}")]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NotSaved {
    /// The first step that went wrong, with what the window said; or that there is none.
    pub reason: String,
}

crate::debug_is_its_line!(NotSaved);

impl CommandsOutcome {
    /// Matches results to steps. `None` if their numbers differ, so that nothing says which is which.
    pub fn new<S>(sent: &Commands<S>, result: CommandsResult) -> Option<Self> {
        let results = result.results.unwrap_or_default();
        if results.len() != sent.steps.len() + 2 {
            return None;
        }
        let step = |(step, result): (&Step, CommandResult)| {
            let window = result.result.unwrap_or_default();
            StepOutcome {
                step: step.clone(),
                status: window.status,
                events: window.events,
                messages: window.messages.iter().map(message).collect(),
                data: result.data,
            }
        };
        Some(Self { status: result.status, steps: sent.all_steps().zip(results).map(step).collect() })
    }

    /// Whether everything was done and saved: no step before the last save failed or was blocked, and every save brought
    /// the event `savesucceeded`, which is how P21 says so, and the only way.
    ///
    /// P21 goes on after a step that failed, so a window may be saved without a value that was refused.
    ///
    /// # Errors
    /// A step failed, a save has no such event, or there is no step that saves. The error names the first step that went
    /// wrong.
    pub fn saved(&self) -> Result<(), NotSaved> {
        let Some(last) = self.steps.iter().rposition(|step| step.step == Step::Save) else {
            return Err(NotSaved { reason: "no step saves it".to_owned() });
        };
        let went_wrong = |step: &&StepOutcome| step.failed() || (step.step == Step::Save && !step.has_saved());
        match self.steps[..=last].iter().find(went_wrong) {
            Some(first) => Err(NotSaved { reason: first.to_string() }),
            None => Ok(()),
        }
    }
}

impl CommandsOutcome {
    /// Rewrites every text that the window says: messages, and the names of events. What a step brought stays.
    pub fn map_said(&mut self, map: &dyn Fn(&str) -> String) {
        for step in &mut self.steps {
            step.messages.iter_mut().for_each(|message| *message = map(message));
            step.events.iter_mut().for_each(|event| event.name = map(&event.name));
        }
    }
}

impl StepOutcome {
    /// Whether an event of that name happened.
    pub fn has_event(&self, name: &str) -> bool {
        self.events.iter().any(|event| event.name.eq_ignore_ascii_case(name))
    }

    /// Whether P21 says that the step failed, or that a dialog blocks it.
    pub fn failed(&self) -> bool {
        matches!(self.status, 2 | 3)
    }

    fn has_saved(&self) -> bool {
        self.has_event(SAVED)
    }
}

impl std::fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.status {
            2 => "failed",
            3 => "was blocked by a dialog",
            _ if self.step == Step::Save && !self.has_saved() => "brought no event that it succeeded",
            _ => "went through",
        };
        write!(f, "the step `{}` {what}", self.step)?;
        for (index, message) in self.messages.iter().enumerate() {
            write!(f, "{}{message}", if index == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

/// Messages are texts, or objects that hold one.
fn message(value: &Value) -> String {
    let text = value.as_str().or_else(|| ["Text", "Message"].iter().find_map(|member| value.get(member)?.as_str()));
    text.map_or_else(|| value.to_string(), str::to_owned)
}
