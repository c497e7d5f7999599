//! Asynchronous submission with a callback: P21 posts the result to an address.

use std::collections::BTreeSet;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::asynchronous::ASYNC;
use super::call::Call;
use crate::client::Client;
use crate::error::Error;

/// The header that carries the secret of a callback, unless another one is chosen.
pub const SECRET_HEADER: &str = "x-p21-callback-secret";

/// A value that is shorter is not taken for a secret.
const SHORTEST_REDACTED: usize = 8;

/// The least that a secret has, in bytes and in different characters.
const SHORTEST_SECRET: usize = 16;
const FEWEST_CHARACTERS: usize = 6;

/// Where P21 posts the result of an asynchronous request, and what it sends along.
///
/// ```
/// use p21_client::Callback;
/// let callback = Callback::to("https://erp-events.example.com/p21").secret("a long random text").header("x-tenant", "7");
/// assert!(!format!("{callback:?}").contains("random"));
/// ```
#[derive(Clone)]
pub struct Callback {
    url: Result<Url, Error>,
    headers: Vec<(String, SecretString)>,
    content_type: &'static str,
}

impl Callback {
    /// A `POST` of JSON to this address, which P21 has to reach. Put no secret into it: addresses end up in logs.
    pub fn to(url: impl AsRef<str>) -> Self {
        Self { url: address(url.as_ref()), headers: Vec::new(), content_type: "application/json" }
    }

    /// A header for P21 to send. Values of 8 bytes and more count as secrets and are taken out of errors and logs; P21
    /// knows them, of course.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The secret that the receiver asks for, in the header [`SECRET_HEADER`].
    #[must_use]
    pub fn secret(self, secret: impl Into<SecretString>) -> Self {
        self.header(SECRET_HEADER, secret)
    }

    /// P21 posts XML instead of JSON.
    #[must_use]
    pub fn xml(mut self) -> Self {
        self.content_type = "application/xml";
        self
    }

    /// The member `Callback` of a submission.
    fn body(&self) -> Result<Vec<u8>, Error> {
        let url = self.url.clone()?;
        for (name, value) in &self.headers {
            if name.eq_ignore_ascii_case(SECRET_HEADER) {
                check_secret(value)?;
            }
            let fits =
                HeaderName::try_from(name.as_str()).is_ok() && HeaderValue::from_str(value.expose_secret()).is_ok();
            if !fits {
                let name = name.escape_debug();
                return Err(Error::input(format!(
                    "the callback's header `{name}` has a name or value that no header can have"
                )));
            }
        }
        let header = |(name, value): &(String, SecretString)| json!({"Name": name, "Value": value.expose_secret()});
        let headers: Vec<_> = self.headers.iter().map(header).collect();
        let callback =
            json!({"Url": url.as_str(), "Method": "POST", "ContentType": self.content_type, "Headers": headers});
        Ok(callback.to_string().into_bytes())
    }
}

/// Refuses secrets that can be guessed: anyone who reaches the receiver could post results.
pub(crate) fn check_secret(secret: &SecretString) -> Result<(), Error> {
    let secret = secret.expose_secret().trim();
    let different: BTreeSet<char> = secret.chars().collect();
    if secret.len() < SHORTEST_SECRET || different.len() < FEWEST_CHARACTERS {
        return Err(Error::input(format!(
            "the callback's secret is weak: it has fewer than {SHORTEST_SECRET} bytes, or fewer than {FEWEST_CHARACTERS} \
             different characters; use a long random text"
        )));
    }
    Ok(())
}

fn address(url: &str) -> Result<Url, Error> {
    let refuse = |problem: &str| Err(Error::input(format!("the callback's address can't be used: {problem}")));
    match Url::parse(url) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => refuse("it is neither `http` nor `https`"),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            refuse("it has credentials; send a header instead")
        }
        Ok(url) if url.fragment().is_some() => refuse("it has a fragment"),
        Ok(url) => Ok(url),
        Err(_) => refuse("it is no address"),
    }
}

impl std::fmt::Debug for Callback {
    /// Without the query and the values of headers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Callback");
        match &self.url {
            Ok(url) => out.field("url", &url.as_str().split('?').next().unwrap_or_default()),
            Err(error) => out.field("error", error),
        };
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        out.field("headers", &names).field("content_type", &self.content_type).finish()
    }
}

impl Client {
    /// The call that queues a set, with or without a callback.
    pub(super) fn queue_call(&self, content: Bytes, callback: Option<&Callback>) -> Result<Call<'static>, Error> {
        match callback {
            Some(callback) => self.with_callback(&content, callback),
            None => Ok(Call::write(ASYNC, content)),
        }
    }

    fn with_callback(&self, content: &[u8], callback: &Callback) -> Result<Call<'static>, Error> {
        let callback_body = callback.body()?;
        // A short value is no secret, and taking it out of every text would shred them.
        for (_, value) in callback.headers.iter().filter(|(_, value)| value.expose_secret().len() >= SHORTEST_REDACTED)
        {
            self.inner.redactor.keep(value.clone());
        }
        let parts: [&[u8]; 5] = [b"{\"Content\":", content, b",\"Callback\":", &callback_body, b"}"];
        Ok(Call::write(format!("{ASYNC}/callback"), Bytes::from(parts.concat())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_headers_are_checked_and_never_quoted() {
        for bad in ["", "erp.example.com", "ftp://h/", "https://u:s3cret@h/", "https://h/#s3cret", "javascript:s3cret"]
        {
            let callback = Callback::to(bad);
            let error = callback.body().unwrap_err();
            assert!(error.is_input() && !format!("{error} {callback:?}").contains("s3cret"), "{error}");
        }
        let good = Callback::to("https://h/p?k=s3cret");
        assert!(!format!("{good:?}").contains("s3cret"));
        for (name, value) in [("a b", "s3cret"), ("", "s3cret"), ("a", "s3cret\r\nb: c"), ("a\0", "s3cret")] {
            let callback = good.clone().header(name, value);
            let error = callback.body().unwrap_err();
            assert!(error.is_input() && !format!("{error} {error:?} {callback:?}").contains("s3cret"), "{error}");
        }
    }
}
