//! Callbacks: the finished job is posted to an address that the submitter named.
//!
//! Only this machine is called, unless the sandbox is told otherwise: whoever can submit could have it call any other.

use std::sync::OnceLock;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url};
use serde_json::Value;

use crate::facts::settings::jobs::AsyncSettings;
use crate::serve::http::host;
use crate::serve::json_net::{List, Text, object};
use crate::serve::transaction::request::TransactionSet;
use crate::serve::wire;

// What the server calls these types is not known.
object! {
    /// The body of `POST /api/v2/transaction/async/callback`.
    CallbackRequest as "AsyncCallbackRequest" {
        "Content" => content: Option<TransactionSet>,
        "Callback" => callback: Option<Callback>,
    }
}

object! {
    /// Where the finished job goes, and how.
    Callback as "AsyncCallback" {
        "Url" => url: Text,
        "Method" => method: Text,
        "ContentType" => content_type: Text,
        "Headers" => headers: List<Header>,
    }
}

object! {
    /// A header of the callback.
    Header as "AsyncCallbackHeader" {
        "Name" => name: Text,
        "Value" => value: Text,
    }
}

/// The most headers that a callback brings along.
const MAX_HEADERS: usize = 50;

/// Makes callbacks.
#[derive(Default)]
pub(super) struct Sender {
    client: OnceLock<Option<Client>>,
}

impl Sender {
    /// Posts the job; what `CallbackResult` says afterwards.
    pub(super) async fn send(&self, callback: &Callback, job: &Value, settings: &AsyncSettings) -> String {
        match self.attempt(callback, job, settings).await {
            Ok(status) => format!("{} : {}", if status.is_success() { "Success" } else { "Failure" }, spelt(status)),
            Err(problem) => format!("Failure : {problem}"),
        }
    }

    async fn attempt(
        &self,
        callback: &Callback,
        job: &Value,
        settings: &AsyncSettings,
    ) -> Result<reqwest::StatusCode, String> {
        let url = address(callback.url.as_str(), settings.callbacks_anywhere)?;
        let method = method(callback.method.as_str())?;
        let headers = headers(&callback.headers)?;
        let (media_type, body) = content(callback.content_type.as_str(), job)?;
        let client = self.client.get_or_init(client).as_ref().ok_or("the HTTP client can't be set up")?;
        let request = client
            .request(method, url)
            .timeout(settings.callback_timeout)
            .headers(headers)
            .header(CONTENT_TYPE, media_type)
            .body(body);
        // The answer's body is not read: only its status is of interest.
        request.send().await.map(|answer| answer.status()).map_err(|error| {
            let what = if error.is_timeout() {
                "the receiver took too long"
            } else if error.is_connect() {
                "the receiver can't be reached"
            } else {
                "the request failed"
            };
            what.to_owned()
        })
    }
}

fn address(text: &str, anywhere: bool) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "the callback's Url is no address".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https addresses are called".to_owned());
    }
    if !anywhere && !url.host_str().is_some_and(host::is_this_machine) {
        return Err("this local P21 calls this machine only; start it with --callbacks-anywhere \
                    (AsyncSettings::callbacks_anywhere) for others"
            .to_owned());
    }
    Ok(url)
}

fn method(text: &str) -> Result<Method, String> {
    match text.trim().to_ascii_uppercase().as_str() {
        "" | "POST" => Ok(Method::POST),
        "PUT" => Ok(Method::PUT),
        _ => Err("the callback's Method has to be POST or PUT".to_owned()),
    }
}

/// The headers to send. What belongs to the connection is not the caller's to set.
fn headers(given: &List<Header>) -> Result<HeaderMap, String> {
    const OWN: [&str; 6] = ["host", "content-length", "content-type", "connection", "transfer-encoding", "upgrade"];
    if given.0.len() > MAX_HEADERS {
        return Err(format!("a callback has at most {MAX_HEADERS} headers"));
    }
    let mut headers = HeaderMap::new();
    for header in given.iter() {
        let name: HeaderName =
            header.name.as_str().parse().map_err(|_| "a callback's header has no proper name".to_owned())?;
        let value: HeaderValue =
            header.value.as_str().parse().map_err(|_| format!("the callback's header {name} has no proper value"))?;
        if !OWN.contains(&name.as_str()) {
            headers.append(name, value);
        }
    }
    Ok(headers)
}

/// The job in the format that was asked for: JSON, or XML with the members' order that P21's serializer has.
fn content(media_type: &str, job: &Value) -> Result<(&'static str, String), String> {
    match media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" | "json" | "application/json" | "text/json" => Ok(("application/json; charset=utf-8", job.to_string())),
        "xml" | "application/xml" | "text/xml" => {
            Ok(("application/xml; charset=utf-8", wire::document("AsyncRequest", job)))
        }
        _ => Err("the callback's ContentType has to be json or xml".to_owned()),
    }
}

fn spelt(status: reqwest::StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} ({reason})", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// A client for callbacks: no redirects, for the address that was named is the one to call.
fn client() -> Option<Client> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing a race means that another thread installed one just now, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let client =
        Client::builder().user_agent("P21-SANDBOX").redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    client.inspect_err(|error| tracing::error!("no callbacks can be made: {error}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_called() {
        for text in ["http://127.0.0.1:1/x", "https://example.com"] {
            assert!(address(text, true).is_ok(), "{text}");
        }
        for text in ["", "/path", "file:///etc/passwd", "ftp://example.com", "javascript:alert(1)"] {
            assert!(address(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_called_unless_told_otherwise() {
        for text in
            ["http://127.0.0.1:1/x", "http://localhost/x", "https://[::1]:5/", "http://2130706433/", "http://0x7f.1/"]
        {
            assert!(address(text, false).is_ok(), "{text}");
        }
        for text in [
            "https://example.com",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
        ] {
            assert!(address(text, false).unwrap_err().contains("--callbacks-anywhere"), "{text}");
        }
    }

    #[test]
    fn headers_of_the_connection_are_left_out() {
        let header = |(name, value): (&str, &str)| Some(Header { name: text(name), value: text(value) });
        let headers = |given: &[(&str, &str)]| super::headers(&List(given.iter().copied().map(header).collect()));
        let kept = headers(&[("X-Key", "1"), ("Host", "other"), ("Content-Length", "9")]).unwrap();
        assert_eq!(kept.len(), 1);
        assert!(headers(&[("bad name", "1")]).is_err());
        assert!(headers(&[("X", "line\nbreak")]).is_err());
    }

    fn text(value: &str) -> Text {
        Text(Some(value.to_owned()))
    }
}
