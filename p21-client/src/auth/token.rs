//! The token endpoint.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Method, Request, Url};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{at, name, request, secret_header};
use crate::credentials::{ConsumerKey, Credentials, Kind as Login, TokenApi};
use crate::error::{Error, ErrorKind, Name, UnexpectedBody};
use crate::xml;

const V1: &str = "/api/security/token";
const V2: &str = "/api/security/token/v2";

/// A token is renewed when less than this remains.
const MARGIN: Duration = Duration::from_secs(300);

/// Assumed where the server doesn't say anything sensible.
const LIFETIME: Duration = Duration::from_secs(3_600);

/// A bearer token.
pub(crate) struct Token {
    header: HeaderValue,
    issued: Instant,
    /// When it is renewed; `None` is never.
    renew: Option<Instant>,
    /// When P21 stops taking it, as far as it said.
    expires: Option<Instant>,
    /// A session holds it: only this token can end that session, so that it isn't renewed early.
    held: AtomicBool,
}

impl Token {
    fn new(access: &str, lifetime: Duration, issued: Instant) -> Result<Self, Error> {
        let Ok(mut header) = HeaderValue::from_str(&format!("Bearer {access}")) else {
            return Err(unreadable("`AccessToken` has characters that no header can carry"));
        };
        header.set_sensitive(true);
        // A lifetime shorter than the margin would mean a login a call.
        let renew = issued.checked_add(lifetime - MARGIN.min(lifetime / 2));
        let expires = issued.checked_add(lifetime);
        Ok(Self { header, issued, renew, expires, held: AtomicBool::new(false) })
    }

    /// `Bearer …`, marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(crate) fn secret(&self) -> String {
        String::from_utf8_lossy(self.header.as_bytes()).trim_start_matches("Bearer ").to_owned()
    }

    /// Whether it may be used for another call: one that a session holds until P21 stops taking it, any other only while it
    /// is good for a while.
    pub(crate) fn is_good(&self, now: Instant) -> bool {
        let end = if self.is_held() { self.expires } else { self.renew };
        end.is_none_or(|end| now < end)
    }

    /// Holds it for a session. `false` if one holds it already.
    #[cfg(feature = "windows")]
    pub(crate) fn hold(&self) -> bool {
        !self.held.swap(true, Ordering::AcqRel)
    }

    /// No session holds it any more.
    #[cfg(feature = "windows")]
    pub(crate) fn release(&self) {
        self.held.store(false, Ordering::Release);
    }

    pub(crate) fn is_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    pub(crate) fn age(&self, now: Instant) -> Duration {
        now.duration_since(self.issued)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("renew", &self.renew).finish_non_exhaustive()
    }
}

/// The request for a token.
pub(super) fn request_for(base: &Url, credentials: &Credentials, api: TokenApi) -> Result<(Name, Request), Error> {
    let path = match api {
        TokenApi::V1 => V1,
        TokenApi::V2 => V2,
    };
    let name = name(&Method::POST, path);
    let body = (api == TokenApi::V2).then(|| body(credentials).to_string().into());
    let mut request = request(Method::POST, at(base, path), body);
    if api == TokenApi::V1 {
        credential_headers(&mut request, credentials).map_err(|error| error.of(name.clone()))?;
    }
    Ok((name, request))
}

fn body(credentials: &Credentials) -> Value {
    match &credentials.0 {
        Login::Password { user, password } => json!({"username": user, "password": password.expose_secret()}),
        Login::ConsumerKey(ConsumerKey { key, user }) => {
            let mut body = Map::new();
            body.insert("ClientSecret".to_owned(), key.expose_secret().into());
            body.insert("GrantType".to_owned(), "client_credentials".into());
            if let Some(user) = user {
                body.insert("username".to_owned(), user.as_str().into());
            }
            Value::Object(body)
        }
    }
}

fn credential_headers(request: &mut Request, credentials: &Credentials) -> Result<(), Error> {
    let headers = request.headers_mut();
    match &credentials.0 {
        Login::Password { user, password } => {
            secret_header(headers, "username", user)?;
            secret_header(headers, "password", password.expose_secret())
        }
        Login::ConsumerKey(ConsumerKey { key, user }) => {
            secret_header(headers, "appkey", key.expose_secret())?;
            user.as_deref().map_or(Ok(()), |user| secret_header(headers, "username", user))
        }
    }
}

/// Reads the answer: JSON, or XML where the middleware answers that. Nothing of it is ever quoted.
pub(super) fn read(body: &[u8], now: Instant) -> Result<Token, Error> {
    let body = xml::without_bom(body);
    if xml::is_markup(body) {
        let access = xml::text_of(body, "AccessToken").unwrap_or_default();
        let access: String = access.chars().filter(|c| !c.is_control()).collect();
        if access.is_empty() {
            let body = if xml::is_html(body) { UnexpectedBody::Html } else { UnexpectedBody::Xml };
            return Err(Error::new(ErrorKind::NotJson { body }));
        }
        let lifetime = ["ExpiresInSeconds", "ExpiresIn"].iter().find_map(|name| xml::text_of(body, name));
        return Token::new(&access, lifetime.as_deref().and_then(seconds).unwrap_or(LIFETIME), now);
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        return Err(unreadable("it is no JSON object"));
    };
    let access = ["AccessToken", "access_token"].iter().find_map(|name| body.get(*name)?.as_str());
    let Some(access) = access.map(str::trim).filter(|access| !access.is_empty()) else {
        return Err(unreadable("`AccessToken` is missing or empty"));
    };
    let lifetime = ["ExpiresInSeconds", "ExpiresIn", "expires_in"].iter().find_map(|name| match body.get(*name)? {
        Value::String(text) => seconds(text),
        Value::Number(number) => seconds(&number.to_string()),
        _ => None,
    });
    Token::new(access, lifetime.unwrap_or(LIFETIME), now)
}

/// A lifetime; `None` if it is none.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|lifetime| !lifetime.is_zero())
}

fn unreadable(problem: &str) -> Error {
    Error::decode(".", problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remaining(body: &str) -> Option<u64> {
        let token = read(body.as_bytes(), Instant::now()).unwrap();
        Some(token.renew?.duration_since(token.issued).as_secs())
    }

    #[test]
    fn lifetimes_of_every_spelling_are_read() {
        assert_eq!(remaining(r#"{"AccessToken":"a","ExpiresInSeconds":86400}"#), Some(86_100));
        assert_eq!(remaining(r#"{"AccessToken":"a","ExpiresIn":"86400"}"#), Some(86_100));
        assert_eq!(remaining(r#"{"AccessToken":"a","ExpiresIn":630720000}"#), Some(630_719_700));
        assert_eq!(remaining("<T><AccessToken>a</AccessToken><ExpiresIn>86400</ExpiresIn></T>"), Some(86_100));
        for nonsense in ["0", "-5", "\"soon\"", "null", "[]", "1e300"] {
            assert_eq!(remaining(&format!(r#"{{"AccessToken":"a","ExpiresIn":{nonsense}}}"#)), Some(3_300));
        }
    }

    #[test]
    fn short_lifetimes_are_used_for_half_their_length() {
        assert_eq!(remaining(r#"{"AccessToken":"a","ExpiresIn":60}"#), Some(30));
    }

    #[test]
    fn answers_without_a_token_are_never_quoted() {
        for body in ["", "[]", "{}", r#"{"AccessToken":""}"#, r#"{"AccessToken":5}"#, "s3cret", "<a>s3cret</a>"] {
            let error = read(body.as_bytes(), Instant::now()).unwrap_err();
            assert!(error.is_decode() && !format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }
}
