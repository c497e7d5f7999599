//! Finding out which Interactive API a server has.
//!
//! What a server answers without a session isn't known, so that a session is started, and its windows' address is asked for
//! without a window: where the call is there, that is refused (verified for version 2), where it isn't, it is not found.

use reqwest::StatusCode;

use super::{Session, SessionBuilder, start};
use crate::error::Error;
use crate::windows::TARGET;
use crate::windows::problem::WindowProblem;
use crate::windows::wire::{InteractiveFlavour, Op, is_no_such_call};

/// Starts a session in the flavour that the server has: it is asked once a client, and known from then on.
pub(super) async fn start(builder: SessionBuilder) -> Result<Session, Error> {
    let (client, mut started) = (builder.client.clone(), None);
    let found = client.inner().interactive.get(|_| true, async {
        let session = first(&builder).await?;
        let flavour = session.flavour();
        tracing::info!(target: TARGET, flavour = flavour.name(), "the server has this Interactive API");
        started = Some(session);
        Ok(flavour)
    });
    let flavour = *found.await?;
    match started {
        Some(session) => Ok(session),
        None => start::start(builder.in_flavour(flavour)).await,
    }
}

/// A session in the first flavour that the server has.
async fn first(builder: &SessionBuilder) -> Result<Session, Error> {
    for flavour in InteractiveFlavour::ALL {
        if flavour == InteractiveFlavour::Xml && builder.company.is_none() {
            continue;
        }
        let session = match start::start(builder.clone().in_flavour(flavour)).await {
            Ok(session) => session,
            Err(error) if is_missing(&error) => continue,
            Err(error) => return Err(error),
        };
        match has_windows(&session).await {
            Ok(true) => return Ok(session),
            Ok(false) => session.end().await?,
            Err(error) => {
                // It says more than what ending it comes to.
                let ended = session.end().await;
                tracing::debug!(target: TARGET, ended = ended.is_ok(), "nothing shows which Interactive API it is");
                return Err(error);
            }
        }
    }
    let what = match builder.company {
        Some(_) => "anything on this server: it has neither version 2, nor version 1, nor the XML flavour",
        None => {
            "anything on this server: it has neither version 2 nor version 1, and the XML flavour wants a company (`company`)"
        }
    };
    Err(Error::of_window(WindowProblem::NotInThisFlavour { what: what.to_owned() }, None))
}

/// Whether windows are where the flavour has them. A server may have its sessions there, and no windows.
async fn has_windows(session: &Session) -> Result<bool, Error> {
    // Nothing tells a missing call from a missing window there; its session is its own.
    if session.flavour() == InteractiveFlavour::Xml {
        return Ok(true);
    }
    match session.link.send(&Op::Probe, "").await {
        Ok(_) => Ok(true),
        Err(error) if is_missing(&error) => Ok(false),
        Err(error) if error.own_status().is_some_and(|status| status.is_client_error() && status != UNASKED) => {
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

/// Nobody has looked at what was asked.
const UNASKED: StatusCode = StatusCode::UNAUTHORIZED;

fn is_missing(error: &Error) -> bool {
    error.own_status().is_some_and(is_no_such_call)
}
