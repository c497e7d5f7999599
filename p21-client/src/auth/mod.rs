//! Login, token and UI server.

mod router;
mod token;

use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};

pub(crate) use router::check_ui_url;
pub(crate) use token::Token;

use crate::Error;
use crate::client::Inner;
use crate::error::{ErrorKind, Name, ServerError};
use crate::http::RawAnswer;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Inner {
    /// The token, fetched if there is none or it is about to expire.
    pub(crate) async fn token(&self) -> Result<Arc<Token>, Error> {
        // A login's future is large, and boxed so that calls that need none don't carry it around.
        Box::pin(self.token.get(|token| token.is_good(self.clock.now()), self.log_in())).await
    }

    /// The token, if there is one that is good for a while.
    pub(crate) fn good_token(&self) -> Option<Arc<Token>> {
        self.token.ready(|token| token.is_good(self.clock.now()))
    }

    /// The token, if there is one; nothing is fetched.
    pub(crate) fn current_token(&self) -> Option<Arc<Token>> {
        self.token.ready(|_| true)
    }

    /// Another token than the one that was refused.
    pub(crate) async fn token_after(&self, refused: &Arc<Token>) -> Result<Arc<Token>, Error> {
        let good = |token: &Arc<Token>| !Arc::ptr_eq(token, refused) && token.is_good(self.clock.now());
        Box::pin(self.token.get(good, self.log_in())).await
    }

    /// Logs in, once: what the login is for is tried again as a whole.
    pub(crate) async fn log_in(&self) -> Result<Token, Error> {
        let (name, request) = token::request_for(&self.base, &self.credentials, self.token_api)?;
        let answer =
            self.transport.exchange_within(request, self.timeouts.attempt).await.map_err(|e| e.of(name.clone()))?;
        if answer.status.is_success() {
            let token =
                token::read(&answer.body, self.clock.now()).map_err(|error| error.answered(answer.status).of(name))?;
            self.redactor.learn(token.secret().into());
            tracing::debug!("logged in");
            return Ok(token);
        }
        // The body may hold credentials, so only its known members are quoted.
        let said = ServerError::read_members(&answer.body, &self.redactor);
        let kind = match answer.status {
            status if status.is_redirection() => redirect(&answer, &self.redactor),
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                ErrorKind::Unauthorised { said }
            }
            // An unknown consumer key.
            StatusCode::INTERNAL_SERVER_ERROR if said.is_some() => ErrorKind::Unauthorised { said },
            status => ErrorKind::Status { status, said },
        };
        Err(Error::new(kind).answered(answer.status).of(name))
    }

    /// The UI server's address, without a slash at its end.
    pub(crate) async fn ui_url(&self) -> Result<Arc<Url>, Error> {
        Box::pin(self.ui.get(|_| true, self.find_ui_url())).await
    }

    /// The UI server's address, if it was found.
    pub(crate) fn known_ui_url(&self) -> Option<Arc<Url>> {
        self.ui.ready(|_| true)
    }
}

/// A request with the headers that every call carries.
pub(crate) fn request(method: Method, url: Url, body: Option<Bytes>) -> Request {
    let mut request = Request::new(method, url);
    request.headers_mut().insert(ACCEPT, JSON);
    request.headers_mut().insert(CONTENT_TYPE, JSON);
    *request.body_mut() = body.map(Into::into);
    request
}

/// `base` with a path appended that the caller vouches for.
pub(crate) fn at(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

/// The error for an answer that points elsewhere.
pub(crate) fn redirect(answer: &RawAnswer, redactor: &crate::redact::Redactor) -> ErrorKind {
    let target = answer.location.as_deref().unwrap_or("nowhere");
    // A query may carry what the request carried.
    let target = target.split(['?', '#']).next().unwrap_or_default();
    ErrorKind::Redirect { target: crate::redact::bounded(&redactor.clean(target), 200) }
}

/// What errors call a login or the router.
fn name(method: &Method, path: &str) -> Name {
    Name { method: method.clone(), path: path.to_owned(), written: false, before: true }
}

/// Puts a header in that is never printed or compressed.
fn secret_header(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), Error> {
    let Ok(mut value) = HeaderValue::from_bytes(value.as_bytes()) else {
        return Err(Error::input(format!("the `{name}` header can't carry this value; use the token API v2")));
    };
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}
