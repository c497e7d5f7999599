//! JSON or XML on the wire.

use bytes::Bytes;
use p21_model::payload::{self, TransactionStateRequest};
use p21_model::row::{Service, TransactionSet};
use p21_model::xml::{Root, XmlWriteError, to_json};
use reqwest::header::HeaderValue;

use super::call::{Call, json};
use crate::auth::JSON;
use crate::client::Client;
use crate::error::{Error, ServerError};
use crate::http::RawAnswer;
use crate::xml;

/// What P21 is spoken to in.
///
/// Both say the same, and every call takes and gives the same; JSON is smaller and quicker. What is written in XML are
/// [`submit`](Client::submit), [`read`](Client::read), [`services`](Client::services) and
/// [`definition`](Client::definition) with their kin, where P21 is known to take it (verified on 25.2). Asynchronous
/// requests, commands, reports, `defaults` and `basics` are JSON in any case.
///
/// ```no_run
/// # fn example(credentials: p21_client::Credentials) -> Result<(), p21_client::Error> {
/// use p21_client::{Client, Flavour};
/// let client = Client::builder("https://p21.example.com").credentials(credentials).flavour(Flavour::Xml).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Flavour {
    /// JSON.
    #[default]
    Json,
    /// DataContract XML.
    ///
    /// It can't hold control characters: a payload that has one is refused, with element and field
    /// ([`Error::is_input`](crate::Error::is_input)).
    Xml,
}

impl Flavour {
    /// The value of `Accept` and `Content-Type`.
    pub(crate) fn media_type(self) -> HeaderValue {
        match self {
            Self::Json => JSON,
            Self::Xml => HeaderValue::from_static("application/xml"),
        }
    }
}

impl Client {
    /// The bytes of a typed set.
    pub(crate) fn body_of<S: Service>(&self, set: &TransactionSet<S>) -> Result<Bytes, Error> {
        match self.inner.flavour {
            Flavour::Json => Ok(set.to_json().into()),
            Flavour::Xml => written(set.to_xml()),
        }
    }

    /// The bytes of a raw set.
    pub(crate) fn body_of_raw(&self, set: &payload::TransactionSet) -> Result<Bytes, Error> {
        match self.inner.flavour {
            Flavour::Json => json(set),
            Flavour::Xml => written(set.to_xml()),
        }
    }

    /// The bytes of a read request.
    pub(crate) fn body_of_request(&self, request: &TransactionStateRequest) -> Result<Bytes, Error> {
        match self.inner.flavour {
            Flavour::Json => json(request),
            Flavour::Xml => written(request.to_xml()),
        }
    }

    /// Makes a call in the client's flavour. The answer is JSON, whatever it came as.
    pub(super) async fn run_as(&self, call: &mut Call<'_>, root: Root) -> Result<RawAnswer, Error> {
        call.flavour = self.inner.flavour;
        let mut answer = self.run(call).await?;
        if call.flavour == Flavour::Xml && xml::is_markup(&answer.body) && !xml::is_html(&answer.body) {
            let text = String::from_utf8_lossy(xml::without_bom(&answer.body));
            match to_json(&text, root) {
                Ok(value) => answer.body = json(&value)?,
                Err(error) => return Err(self.misread(call, &answer, &error.to_string())),
            }
        }
        Ok(answer)
    }

    /// The error for XML that is no answer: a refusal in disguise says more than the shape.
    fn misread(&self, call: &Call<'_>, answer: &RawAnswer, problem: &str) -> Error {
        // Without a known member the text is the body itself, which says nothing that the problem doesn't.
        let server = ServerError::read(&answer.body, &self.inner.redactor);
        if server.is_some_and(|server| !xml::is_markup(server.message.as_bytes())) {
            return self.refusal(call, answer);
        }
        answer.misread(".", problem).of(call.name())
    }
}

fn written(xml: Result<Vec<u8>, XmlWriteError>) -> Result<Bytes, Error> {
    xml.map(Bytes::from).map_err(|error| Error::input(format!("the payload can't be XML: {error}")).because(error))
}
