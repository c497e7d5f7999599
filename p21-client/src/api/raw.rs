//! The raw door: any request, with everything else kept.

use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;

use super::call::{Call, json};
use crate::client::Client;
use crate::error::Error;
use crate::http::RawAnswer;

pub use super::call::Host;

/// A request that has no method of its own; see [`Client::request`].
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    client: &'a Client,
    call: Call<'a>,
    problem: Option<Error>,
}

impl Client {
    /// Any request. Login, address, headers, limits, retries and errors are those of every other call.
    ///
    /// `path` starts with `/`, may have a query, and is percent-encoded. It is on the UI server, unless
    /// [`Request::host`] says otherwise. A `GET` is a read and may be repeated; anything else counts as a write, unless
    /// [`Request::reads`] says otherwise.
    ///
    /// ```no_run
    /// use p21_client::{Client, Method};
    ///
    /// # async fn example(client: Client) -> Result<(), p21_client::Error> {
    /// let info: serde_json::Value = client.request(Method::GET, "/ui/common/v1/serverinfo").send().await?.json()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request<'a>(&'a self, method: Method, path: &'a str) -> Request<'a> {
        let writes = !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
        Request { client: self, call: Call { method, writes, ..Call::get(path) }, problem: None }
    }
}

impl Request<'_> {
    /// The host that the path is on.
    pub fn host(mut self, host: Host) -> Self {
        self.call.host = host;
        self
    }

    /// The body, as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        match json(body) {
            Ok(body) => self.call.body = Some(body),
            Err(error) => self.problem = Some(error),
        }
        self
    }

    /// The body, already JSON.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.call.body = Some(body.into());
        self
    }

    /// The request stores nothing, whatever its method: it may be repeated.
    pub fn reads(mut self) -> Self {
        self.call.writes = false;
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// Everything that isn't a success: see [`Error`]. The body of a success is not looked at.
    pub async fn send(self) -> Result<RawAnswer, Error> {
        match self.problem {
            Some(problem) => Err(problem.of(self.call.name())),
            None => self.client.run(&self.call).await,
        }
    }
}
