//! Tokens: who has one, until when, and what they may do with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;

use super::{State, answer};
use crate::facts::clock::Clock;
use crate::facts::texts;
use crate::window::Caller;

/// The tokens that are good now.
#[derive(Default)]
pub(crate) struct Tokens {
    issued: Mutex<HashMap<String, Issued>>,
    last: AtomicU64,
}

struct Issued {
    number: u64,
    user: String,
    grant: Grant,
    until: Timestamp,
}

/// Which token a request came with. The token itself goes no further than this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Bearer {
    pub(crate) number: u64,
    /// It names a user of P21: that of a consumer key need not.
    pub(crate) is_somebody: bool,
}

/// What a token allows, beside being somebody.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// The scope of a consumer key, as it was when the token was issued; `None` for a password.
    pub(crate) scope: Option<std::sync::Arc<str>>,
}

/// The most tokens that are kept; beyond that the expired ones go, then those that expire first.
const MAX_TOKENS: usize = 10_000;

impl Tokens {
    /// Takes note of a token.
    pub(super) fn issue(&self, token: String, user: &str, grant: Grant, until: Timestamp, clock: &Clock, alone: bool) {
        let now = clock.now();
        let mut issued = self.lock();
        if alone {
            issued.retain(|_, other| other.user != user);
        }
        if issued.len() >= MAX_TOKENS {
            issued.retain(|_, other| other.until > now);
        }
        while issued.len() >= MAX_TOKENS {
            let Some(first) = issued.iter().min_by_key(|(_, other)| other.until).map(|(token, _)| token.clone()) else {
                break;
            };
            issued.remove(&first);
        }
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        issued.insert(token, Issued { number, user: user.to_owned(), grant, until });
    }

    /// The user of a token, which one it is, and what it allows, if it is good.
    fn holder(&self, token: &str, clock: &Clock) -> Option<(String, Bearer, Grant)> {
        let issued = self.lock();
        let issued = issued.get(token).filter(|issued| issued.until > clock.now())?;
        let bearer = Bearer { number: issued.number, is_somebody: !issued.user.is_empty() };
        Some((issued.user.clone(), bearer, issued.grant.clone()))
    }

    /// How many tokens are good now.
    pub(crate) fn count(&self, clock: &Clock) -> usize {
        let now = clock.now();
        self.lock().values().filter(|issued| issued.until > now).count()
    }

    /// Makes every token expire now.
    pub(crate) fn expire_all(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Issued>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets requests with a good token pass and adds the caller to them.
pub(super) async fn guard(Extract(state): Extract<State>, mut request: Request, next: Next) -> Response {
    let Some(token) = bearer(request.headers()) else { return no_token() };
    let Some((user, bearer, grant)) = state.tokens.holder(token, &state.engine.config.clock) else {
        return bad_token();
    };
    // A key without a user name acts as the user that installed the middleware.
    let user = if user.is_empty() { state.engine.config.install_user.clone() } else { user };
    request.extensions_mut().insert(Caller { user });
    request.extensions_mut().insert(bearer);
    request.extensions_mut().insert(grant);
    next.run(request).await
}

/// The token of an `Authorization` header: `Bearer`, capital B, one space.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").filter(|token| !token.is_empty() && !token.starts_with(' '))
}

fn no_token() -> Response {
    answer::json_value(
        StatusCode::UNAUTHORIZED,
        &json!({
            "Description": texts::NO_BEARER.pattern(),
            "Error": "invalid_request",
            "Uri": "",
        }),
    )
}

/// P21's body for a bad token is not documented; this one has the members of the body for a missing one.
fn bad_token() -> Response {
    let body =
        json!({"Description": "The access token is invalid or has expired.", "Error": "invalid_token", "Uri": ""});
    answer::marked(answer::json_value(StatusCode::UNAUTHORIZED, &body), true)
}
