//! Where the UI server is.

use reqwest::header::AUTHORIZATION;
use reqwest::{Method, StatusCode, Url};
use serde_json::Value;

use super::{at, name, redirect, request};
use crate::client::Inner;
use crate::error::{Error, ErrorKind, ServerError};
use crate::http::RawAnswer;
use crate::redact::bounded;
use crate::xml;

/// The slash at the end matters: without it the server redirects.
const ROUTER: &str = "/api/ui/router/v1/";

/// How many redirects the router may make.
const HOPS: usize = 3;

impl Inner {
    /// Asks the router, once: what the address is for is tried again as a whole.
    pub(super) async fn find_ui_url(&self) -> Result<Url, Error> {
        let url = self.ask_router().await.map_err(|error| error.of(name(&Method::GET, ROUTER)))?;
        tracing::debug!(ui = self.redactor.clean(url.as_str()), "found the UI server");
        Ok(url)
    }

    async fn ask_router(&self) -> Result<Url, Error> {
        let mut url = at(&self.base, ROUTER);
        url.set_query(Some("urlType=external"));
        let mut token = self.token().await?;
        let mut renewed = false;
        let mut hops = 0;
        loop {
            let mut request = request(Method::GET, url.clone(), None);
            request.headers_mut().insert(AUTHORIZATION, token.header());
            let answer = self.transport.exchange_within(request, self.timeouts.attempt).await?;
            match answer.status {
                status if status.is_success() => return self.read_router(&answer),
                StatusCode::UNAUTHORIZED if !renewed => {
                    renewed = true;
                    token = self.token_after(&token).await?;
                }
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT if hops < HOPS => {
                    hops += 1;
                    url = same_origin(&url, &answer).ok_or_else(|| self.router_refusal(&answer))?;
                }
                _ => return Err(self.router_refusal(&answer)),
            }
        }
    }

    fn router_refusal(&self, answer: &RawAnswer) -> Error {
        let said = ServerError::read(&answer.body, &self.redactor);
        let kind = match answer.status {
            status if status.is_redirection() => redirect(answer, &self.redactor),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::Unauthorised { said },
            status => ErrorKind::Status { status, said },
        };
        Error::new(kind).answered(answer.status)
    }

    fn read_router(&self, answer: &RawAnswer) -> Result<Url, Error> {
        let text = if xml::is_markup(&answer.body) && !xml::is_html(&answer.body) {
            xml::text_of(&answer.body, "Url")
        } else {
            let body: Value = answer.json()?;
            ["Url", "url"].iter().find_map(|member| body.get(member)?.as_str().map(str::to_owned))
        };
        let problem = match text {
            Some(text) => match check_ui_url(&text, Some(&self.base)) {
                Ok(url) => return Ok(url),
                Err(problem) => format!("{problem}: `{}`", bounded(&self.redactor.clean(&text), 200).escape_debug()),
            },
            None => "it is missing".to_owned(),
        };
        Err(Error::decode("Url", problem).answered(answer.status))
    }
}

/// The target of a redirect, if it stays where the token belongs.
fn same_origin(url: &Url, answer: &RawAnswer) -> Option<Url> {
    let target = url.join(answer.location.as_deref()?).ok()?;
    (target.origin() == url.origin() && target.username().is_empty() && target.password().is_none()).then_some(target)
}

/// Reads a UI server's address. One that the server handed out (`given_by`) can't lead from `https` to `http`.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_ui_url(text: &str, given_by: Option<&Url>) -> Result<Url, &'static str> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    let mut url = Url::parse(&text)
        .map_err(|_| "it is no address: one begins with `https://`, as in `https://p21.example.com`")?;
    match (url.scheme(), given_by.map(Url::scheme)) {
        ("http", Some("https")) => {
            return Err("it leads from `https` to `http`; name the UI server with `ui_url` if you must");
        }
        ("http" | "https", _) => {}
        _ => {
            return Err(
                "it is neither `http` nor `https`: an address begins with that, as in `https://p21.example.com`",
            );
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds credentials");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_a_server_hands_out_are_checked() {
        let base = Url::parse("https://p21.example.com").unwrap();
        let given = |text| check_ui_url(text, Some(&base)).map(String::from);
        assert_eq!(given(" https://ui.example.com/uiserver0/ ").as_deref(), Ok("https://ui.example.com/uiserver0"));
        for bad in [
            "",
            "uiserver0",
            "http://p21.example.com/ui",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user:pass@p21.example.com",
            "https://p21.example.com/?a=1",
            "https://p21.example.com/#a",
        ] {
            assert!(given(bad).is_err(), "{bad}");
        }
        let plain = Url::parse("http://p21.example.com").unwrap();
        assert!(check_ui_url("http://p21.example.com/ui", Some(&plain)).is_ok());
    }
}
