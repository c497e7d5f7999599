//! A job as P21 shows it: two generations of one object.

use jiff::Zoned;
use p21_model::schema::Quirk;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::facts::config::Config;
use crate::facts::unknowns::AsyncForm;
use crate::serve::engine::Answer;

/// A job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: Uuid,
    started: Zoned,
    finished: Option<Finished>,
    /// How the callback went; `None` without one, or before it was made.
    pub(crate) callback_result: Option<String>,
}

#[derive(Debug, Clone)]
struct Finished {
    at: Zoned,
    /// A transaction failed, or all of it did.
    failed: bool,
    /// The whole answer that `/transaction` would have given.
    answer: String,
    /// The texts in it.
    texts: String,
    has_own_words: bool,
}

impl Job {
    pub(crate) fn new(id: Uuid, started: Zoned) -> Self {
        Self { id, started, finished: None, callback_result: None }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished.is_some()
    }

    /// Takes note of the answer, or of what went wrong in the sandbox itself.
    pub(crate) fn finish(&mut self, answer: Result<Answer, String>, at: Zoned) {
        let has_own_words = answer.as_ref().is_ok_and(|answer| answer.has_own_words);
        let (failed, answer, texts) = match answer {
            Ok(Answer { json: answer, .. }) => {
                let value: Value = serde_json::from_str(&answer).unwrap_or_default();
                let texts: Vec<&str> =
                    value["Messages"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                (value["Summary"]["Failed"].as_u64() != Some(0), answer, texts.join("\n"))
            }
            Err(problem) => {
                let text = format!("this local P21 failed: {problem}");
                (true, text.clone(), text)
            }
        };
        self.finished = Some(Finished { at, failed, answer, texts, has_own_words });
    }

    /// Whether some of the words of its answer are not P21's.
    pub(crate) fn has_own_words(&self) -> bool {
        self.finished.as_ref().is_some_and(|finished| finished.has_own_words)
    }

    /// What is answered, in the generation that is wanted.
    pub(crate) fn to_json(&self, config: &Config) -> Value {
        if is_legacy(config) { self.legacy() } else { self.current() }
    }

    /// What is answered to the submission: before 26.1 only that it is queued.
    pub(crate) fn receipt(&self, config: &Config) -> Value {
        if is_legacy(config) { json!({"RequestId": self.id.to_string(), "Status": "Active"}) } else { self.current() }
    }

    /// Before 26.1: the status is a word, and a failed transaction shows in it.
    fn legacy(&self) -> Value {
        let status = match &self.finished {
            None => "Active",
            Some(finished) if finished.failed => "Failed",
            Some(_) => "Complete",
        };
        json!({
            "RequestId": self.id.to_string(),
            "Status": status,
            "CompletedDate": self.completed(),
            "CallbackResult": self.callback_result,
            "Messages": self.finished.as_ref().map(|finished| &finished.texts),
        })
    }

    /// Since 26.1: 3 is queued or running, 2 is completed, whatever became of the transactions. `Messages` is JSON in a
    /// string.
    fn current(&self) -> Value {
        json!({
            "RequestId": self.id.to_string(),
            "RequestType": "V2 Transaction",
            "Key": "N/A",
            "StartDate": format!("{}{}", self.started.datetime(), self.started.strftime("%:z")),
            "CompletedDate": self.completed(),
            "Status": if self.is_finished() { 2 } else { 3 },
            "CallbackResult": self.callback_result,
            "Messages": self.finished.as_ref().map(|finished| &finished.answer),
        })
    }

    /// P21 leaves the offset out here.
    fn completed(&self) -> Option<String> {
        self.finished.as_ref().map(|finished| finished.at.datetime().to_string())
    }
}

/// Whether the answers have the form from before 26.1.
pub(crate) fn is_legacy(config: &Config) -> bool {
    match config.unknowns.async_form {
        AsyncForm::ByVersion => config.p21_version.has(Quirk::StatusInWords),
        AsyncForm::Words => true,
        AsyncForm::Numbers => false,
    }
}
