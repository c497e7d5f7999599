//! Window commands: one window, driven from the first request of a batch to the last.
//!
//! The window is the engine's own, so it refuses, fills in and saves what it would in a transaction.

mod request;
mod session;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::facts::plan::Service;
use crate::facts::texts::WINDOW_GONE;
use crate::serve::engine::Engine;
use crate::store::StoreError;
use crate::window::{Caller, Post};
pub(crate) use request::Batch;
use request::{Action, Command};
use session::Session;

/// What a batch comes to.
pub(crate) enum Outcome {
    /// A result a command.
    Answered {
        answer: Value,
        /// Some of its words are not P21's.
        has_own_words: bool,
        /// The services whose windows were opened.
        services: Vec<Arc<Service>>,
    },
    /// A command in it voids the whole answer: 204.
    Void,
    /// A command that P21 does not have: an empty 500.
    Silent,
    /// The service can't be opened.
    NoService(String),
}

/// Runs a batch in order. A command that fails does not end it; what was saved stays saved, whatever comes after.
pub(crate) fn run(engine: &Engine, batch: &Batch, caller: &Caller) -> Result<Outcome, StoreError> {
    let (mut results, mut services, mut has_own_words) = (Vec::new(), Vec::new(), false);
    let mut commands = batch.requests().peekable();
    while let Some(command) = commands.next() {
        match command.action() {
            Action::Void => return Ok(Outcome::Void),
            Action::Unknown => return Ok(Outcome::Silent),
            Action::Open => {
                let Some(service) = find(engine, command) else {
                    return Ok(Outcome::NoService(command.args().service().to_owned()));
                };
                let mut store = engine.store();
                let mut post = Post::default();
                let desk = &mut engine.desk(&mut store, caller, &mut post);
                let mut session = Session::open(engine.window(&service), desk)?;
                results.push(session.opened());
                // Until it is closed, or another one is opened in its place.
                while let Some(command) = commands.next_if(|next| next.action().is_in_window()) {
                    results.push(session.run(desk, command)?);
                    if command.action() == Action::Close {
                        break;
                    }
                }
                has_own_words |= session.close();
                services.push(service);
            }
            _ => {
                has_own_words = true;
                results.push(result("", FAILURE, &[], &[WINDOW_GONE.into()]));
            }
        }
    }
    let worst = results.iter().filter_map(|result| result["Result"]["Status"].as_u64()).max().unwrap_or(SUCCESS);
    let answer = json!({"Status": worst, "Results": results});
    Ok(Outcome::Answered { answer, has_own_words, services })
}

fn find(engine: &Engine, command: &Command) -> Option<Arc<Service>> {
    let name = command.args().service();
    if engine.is_undeployed(name) { None } else { engine.catalogue.get(name).cloned() }
}

/// The command has done what it should.
const SUCCESS: u64 = 1;
/// It has not; its messages say why.
const FAILURE: u64 = 2;

/// A result: the window, its status, and what happened.
fn result(window: &str, status: u64, events: &[Value], messages: &[String]) -> Value {
    // 2 is an error.
    let messages: Vec<Value> = messages.iter().map(|text| json!({"Text": text, "Type": 2})).collect();
    json!({
        "Result": {"WindowId": window, "Status": status, "Events": events, "Messages": messages},
        "Data": null,
    })
}
