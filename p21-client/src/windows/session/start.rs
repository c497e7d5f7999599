//! Starting a session, and what an earlier start may have left behind.

use std::sync::Arc;
use std::time::Duration;

use p21_model::interactive::SessionCreated;

use super::alive;
use super::builder::SessionBuilder;
use super::{Link, Session};
use crate::auth::Token;
use crate::error::{Error, ErrorKind, ServerError};
use crate::windows::TARGET;
use crate::windows::link::Setting;
use crate::windows::problem::WindowProblem;
use crate::windows::transcript::Transcript;
use crate::windows::wire::Op;

/// How often somebody else's session is looked after.
const AGAIN: Duration = Duration::from_secs(15);

pub(super) async fn start(builder: SessionBuilder) -> Result<Session, Error> {
    let login = builder.xml_login()?;
    let SessionBuilder {
        client, request, flavour, limits, menus, policy, alive, transcript, own_login, patience, ..
    } = builder;
    let inner = client.inner();
    let flavour = flavour.unwrap_or_default();
    let handled = request.response_window_handling_enabled != Some(false);
    let (mut ui, op) = (None, Op::Create(request.clone(), login));
    let mut line = async |token: &Arc<Token>| {
        let transcript = transcript.as_deref();
        let transcript =
            transcript.map(|path| Transcript::create(path, flavour, Arc::clone(&inner.redactor))).transpose()?;
        let ui = match &ui {
            Some(ui) => Arc::clone(ui),
            None => Arc::clone(ui.insert(inner.ui_url().await?)),
        };
        let setting = Setting { flavour, limits, menus: menus.clone(), policy: policy.clone(), handled, transcript };
        Link::new(client.clone(), Arc::clone(token), ui, setting)
    };
    let token = if own_login { Arc::new(inner.log_in().await?) } else { inner.token().await? };
    let mut link = line(&token).await?;
    let created = match create(&link, &op, patience).await {
        // Tokens may end before their time, as with the server that gave them: nothing was started.
        Err(error) if !own_login && is_refused(&error) => {
            tracing::debug!(target: TARGET, "the token was refused; renewing it");
            drop(link);
            link = line(&inner.token_after(&token).await?).await?;
            create(&link, &op, patience).await?
        }
        created => created?,
    };
    let link = Arc::new(link);
    link.span.record("session", created.session().unwrap_or_default());
    tracing::info!(
        target: TARGET, parent: &link.span, session = created.session().unwrap_or_default(),
        "a session was started"
    );
    let idle = request.session_timeout.map(Duration::from_secs);
    let alive = alive::keep(&link, alive, idle);
    Ok(Session { link, created, _alive: alive })
}

/// Whether the token was refused, and not the right to do this.
fn is_refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unauthorised { said } if !said.as_ref().is_some_and(ServerError::is_missing_right))
}

/// Creates it, over what is in its way.
async fn create(link: &Link, op: &Op, patience: Duration) -> Result<SessionCreated, Error> {
    let clock = link.client.inner().clock.clone();
    let until = crate::clock::later(clock.now(), patience);
    let mut ended_before = false;
    loop {
        let error = match attempt(link, op).await {
            Ok(created) => return Ok(created),
            Err(error) => error,
        };
        let problem = error.window_problem().cloned();
        let may_exist = match &problem {
            Some(WindowProblem::SessionExists | WindowProblem::EmptyAnswer | WindowProblem::AcceptLost) => true,
            Some(_) => false,
            None => may_have_reached(&error),
        };
        if !may_exist {
            return Err(error);
        }
        // With the token that made it, the only one that can. A start that failed may have made one all the same.
        let ended = link.send(&Op::End, "").await;
        let is_retryable = matches!(problem, Some(WindowProblem::SessionExists | WindowProblem::EmptyAnswer));
        match (&ended, is_retryable) {
            (Ok(_), true) if !ended_before => {
                tracing::warn!(
                    target: TARGET, %error,
                    "a session that an earlier start left behind was ended; starting again"
                );
                ended_before = true;
            }
            (_, true) if problem == Some(WindowProblem::SessionExists) && clock.now() + AGAIN <= until => {
                tracing::warn!(
                    target: TARGET,
                    "every session of this user is taken, by a token that isn't ours; waiting for the server to remove it"
                );
                clock.sleep(AGAIN).await;
            }
            _ => return Err(error),
        }
    }
}

async fn attempt(link: &Link, op: &Op) -> Result<SessionCreated, Error> {
    let answer = link.send(op, "").await?;
    let created: Result<SessionCreated, Error> = answer.json();
    let created = created.and_then(|created| match created.session() {
        Some(_) => Ok(created),
        None => Err(Error::decode("Id", "the answer has no session id")),
    });
    if created.is_err() {
        // It is there, and nobody knows what it is called.
        let ended = link.send(&Op::End, "").await;
        tracing::debug!(target: TARGET, ended = ended.is_ok(), "a session whose answer makes no sense");
    }
    created
}

/// Whether P21 may have made a session although the call failed.
fn may_have_reached(error: &Error) -> bool {
    match error.cause() {
        ErrorKind::Dropped { .. } | ErrorKind::TooLarge { .. } | ErrorKind::NotJson { .. } => true,
        ErrorKind::Timeout { .. } => !error.is_connect(),
        ErrorKind::Status { status, .. } => status.is_server_error(),
        _ => false,
    }
}
