//! What was said in a session, a line a call.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::wire::{InteractiveFlavour, Op, Spelt};
use crate::error::Error;
use crate::http::RawAnswer;
use crate::redact::Redactor;
use crate::windows::TARGET;

/// The form of transcripts.
pub(super) const VERSION: u32 = 1;

/// Writes a session's calls into a file: JSON, a line a call, after a first line that says which version of the form it is.
/// A body in XML is a text. A line has the step in words, method, path, body, status and answer, so that a person can read it and a program can play
/// it again. No token is in it, nor any other secret that the client knows.
pub(crate) struct Transcript {
    file: Mutex<(File, u64)>,
    redactor: Arc<Redactor>,
}

impl Transcript {
    /// Starts a file; one that is there is replaced.
    ///
    /// # Errors
    /// It can't be created.
    pub(crate) fn create(path: &Path, flavour: InteractiveFlavour, redactor: Arc<Redactor>) -> Result<Self, Error> {
        let create = || {
            let mut file = File::create(path)?;
            // Version 2 goes without saying.
            let mut first = json!({"p21_transcript": VERSION});
            if flavour != InteractiveFlavour::V2 {
                first["flavour"] = flavour.name().into();
            }
            writeln!(file, "{first}")?;
            Ok::<_, std::io::Error>(file)
        };
        let file = create().map_err(|error| {
            Error::input(format!("the transcript `{}` can't be written", path.display())).because(error)
        })?;
        Ok(Self { file: Mutex::new((file, 0)), redactor })
    }

    /// A call and what came of it. A transcript that can't be written any more is no reason to stop a session.
    pub(crate) fn record(
        &self,
        op: &Op,
        window: &str,
        spelt: &Spelt,
        answer: &Result<RawAnswer, Error>,
        elapsed: Duration,
    ) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, calls) = &mut *file;
        *calls += 1;
        let mut line = json!({
            "call": *calls,
            "step": op.name(),
            "method": spelt.method.as_str(),
            "path": spelt.path,
            "elapsed_ms": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        });
        let mut and = |member: &str, value: Value| line[member] = value;
        if !window.is_empty() {
            and("window", window.into());
        }
        // What a session of the XML flavour is asked with beside its login, which is the replaying client's.
        if let Op::Create(_, Some(login)) = op {
            and("company", login.company.as_str().into());
        }
        match &spelt.body {
            Some(_) if spelt.is_secret => and("body", "***".into()),
            Some(body) => and("body", value(body)),
            None => {}
        }
        match answer {
            Ok(answer) => {
                and("status", answer.status.as_u16().into());
                and("answer", value(&answer.body));
            }
            Err(error) => and("failed", error.to_string().into()),
        }
        self.redactor.clean_value(&mut line);
        if let Err(error) = writeln!(file, "{line}").and_then(|()| file.flush()) {
            tracing::warn!(target: TARGET, %error, "the transcript can't be written");
        }
    }
}

/// JSON as it is, anything else as text.
pub(super) fn value(body: &[u8]) -> Value {
    match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(_) if body.is_empty() => Value::Null,
        Err(_) => String::from_utf8_lossy(body).into_owned().into(),
    }
}
