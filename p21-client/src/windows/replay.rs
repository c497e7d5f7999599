//! A transcript played again: the same calls, and where their answers differ first.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::Value;

use super::link::XML;
use super::transcript::VERSION;
use super::wire::Op;
use super::{InteractiveFlavour, WindowProblem};
use crate::api::Sending;
use crate::auth::{self, Token};
use crate::client::Client;
use crate::error::Error;
use crate::http::RawAnswer;

/// What came of a transcript that was played again; see [`Client::replay`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Replayed {
    /// How many calls were made again.
    pub calls: usize,
    /// Where the first answer differs; nothing was played behind it.
    pub difference: Option<ReplayDifference>,
}

/// Where an answer differs from the one that a transcript has.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ReplayDifference {
    /// The number of the call in the transcript, from 1.
    pub call: u64,
    /// The call in words.
    pub step: String,
    /// Where: `status`, or a path into the answer such as `Messages[0].Text`.
    pub place: String,
    /// What the transcript has there.
    pub recorded: Value,
    /// What there is now.
    pub replayed: Value,
}

impl fmt::Display for ReplayDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, step, place, recorded, replayed } = self;
        write!(f, "call {call} ({step}): `{place}` was {recorded} and is {replayed}")
    }
}

/// A line of a transcript.
#[derive(Deserialize)]
struct Call {
    call: u64,
    step: String,
    method: String,
    path: String,
    #[serde(default)]
    body: Option<Value>,
    /// What a session of the XML flavour is asked with: its login is not in a transcript.
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    answer: Value,
}

impl Client {
    /// Makes the calls of a [transcript](super::SessionBuilder::transcript) again, in a session of their own, and compares the
    /// answers: what P21 did then it should do now. Ids that P21 gives are followed, and the moment of an error or of a window
    /// that opens counts for nothing; everything else has to be the same. It
    /// stops at the first answer that differs. What was saved then is saved again: play it against a sandbox. A session of the
    /// XML flavour is asked for with this client's user and password.
    ///
    /// ```no_run
    /// # async fn example(sandbox: p21_client::Client) -> Result<(), p21_client::Error> {
    /// let replayed = sandbox.replay("session.jsonl").await?;
    /// match &replayed.difference {
    ///     None => println!("{} calls, answered as they were", replayed.calls),
    ///     Some(difference) => println!("{difference}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The file can't be read, or a line of it is none of a transcript's; the client's token has a session already; the
    /// server can't be reached.
    pub fn replay(&self, transcript: impl AsRef<Path>) -> Sending<'_, Replayed> {
        let transcript = transcript.as_ref().to_owned();
        Box::pin(async move {
            let said = Said::read(&transcript)?;
            let client = self.clone();
            // In a task of its own: whoever stops waiting leaves no session behind.
            let played = tokio::spawn(async move { play(&client, said).await }).await;
            played.unwrap_or_else(|_| Err(Error::input("the runtime that the transcript was played on is gone")))
        })
    }
}

/// What a transcript has: the flavour, and the calls.
struct Said {
    flavour: InteractiveFlavour,
    calls: Vec<Call>,
}

/// Where the calls of versions 1 and 2 are.
const IN_JSON: [&str; 3] = ["/api/ui/interactive/", "/ui/interactive/", "/ui/common/v1/sessions"];

/// Where those of the XML flavour are.
const IN_XML: [&str; 9] =
    ["/common/session", "/window", "/data", "/change", "/row", "/row/data", "/tab", "/tools", "/values"];

impl Said {
    fn read(path: &Path) -> Result<Self, Error> {
        let wrong = |line: usize, problem: &str| {
            Error::input(format!("the transcript `{}`, line {line}: {problem}", path.display()))
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::input(format!("the transcript `{}` can't be read", path.display())).because(error)
        })?;
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let head = lines.next().and_then(|(_, line)| serde_json::from_str::<Value>(line).ok()).unwrap_or_default();
        match &head["p21_transcript"] {
            version if *version == VERSION => {}
            version if version.is_u64() => {
                return Err(wrong(1, &format!("it is of version {version}, and this client reads version {VERSION}")));
            }
            _ => return Err(wrong(1, "a transcript begins with `{\"p21_transcript\":1}`")),
        }
        let flavour = match head["flavour"].as_str() {
            None => InteractiveFlavour::V2,
            Some(name) => *InteractiveFlavour::ALL
                .iter()
                .find(|flavour| flavour.name() == name)
                .ok_or_else(|| wrong(1, &format!("it is in `{name}`, which this client doesn't speak")))?,
        };
        let mut calls = Vec::new();
        for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let call: Call = serde_json::from_str(line).map_err(|error| wrong(at, &error.to_string()))?;
            if !is_ours(flavour, &call.path) || Method::from_bytes(call.method.as_bytes()).is_err() {
                return Err(wrong(at, "it is no call of the Interactive API"));
            }
            calls.push(call);
        }
        Ok(Self { flavour, calls })
    }
}

fn is_ours(flavour: InteractiveFlavour, path: &str) -> bool {
    match flavour {
        InteractiveFlavour::Xml => {
            let path = path.split('?').next().unwrap_or_default();
            IN_XML.contains(&path)
        }
        _ => IN_JSON.iter().any(|start| path.starts_with(start)),
    }
}

async fn play(client: &Client, said: Said) -> Result<Replayed, Error> {
    let inner = client.inner();
    let (token, ui) = (inner.token().await?, inner.ui_url().await?);
    if !token.hold() {
        return Err(Error::of_window(WindowProblem::SessionExists, None));
    }
    let mut play = Play { client, flavour: said.flavour, token, ui, ids: HashMap::new(), session: None };
    let played = play.all(&said.calls).await;
    let ended = play.end().await;
    play.token.release();
    let played = played?;
    ended?;
    Ok(played)
}

struct Play<'a> {
    client: &'a Client,
    flavour: InteractiveFlavour,
    token: Arc<Token>,
    ui: Arc<Url>,
    /// Ids of the transcript, and those that stand for them now.
    ids: HashMap<String, String>,
    /// The path of the session that was started, until it is ended.
    session: Option<String>,
}

impl Play<'_> {
    async fn all(&mut self, calls: &[Call]) -> Result<Replayed, Error> {
        for (at, call) in calls.iter().enumerate() {
            let method = Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
            let body = self.body(call)?;
            let answer = self.send(method.clone(), &self.now(&call.path), body).await?;
            let path = call.path.trim_end_matches('/');
            if (path.ends_with("/sessions") || path == "/common/session") && answer.status.is_success() {
                match method {
                    Method::POST => self.session = Some(path.to_owned()),
                    Method::DELETE => self.session = None,
                    _ => {}
                }
            }
            // Of a call that broke the transcript has no answer.
            let Some(status) = call.status else { continue };
            let mut replayed = super::transcript::value(&answer.body);
            self.client.inner().redactor.clean_value(&mut replayed);
            let found = match answer.status.as_u16() == status {
                false => Some(("status".to_owned(), status.into(), answer.status.as_u16().into())),
                true => self.compare("", &call.answer, &replayed),
            };
            if let Some((place, recorded, replayed)) = found {
                let (number, step) = (call.call, call.step.clone());
                let difference = Some(ReplayDifference { call: number, step, place, recorded, replayed });
                return Ok(Replayed { calls: at + 1, difference });
            }
        }
        Ok(Replayed { calls: calls.len(), difference: None })
    }

    /// The body of a call, as it is now.
    fn body(&self, call: &Call) -> Result<Option<Bytes>, Error> {
        if let Some(company) = &call.company {
            let session = self.client.session().flavour(self.flavour).company(company);
            let login = Op::Create(Default::default(), session.xml_login()?);
            return Ok(login.spell(self.flavour, "")?.body);
        }
        let text = match (&call.body, self.flavour) {
            (None, _) => return Ok(None),
            (Some(Value::String(document)), InteractiveFlavour::Xml) => document.clone(),
            (Some(body), _) => body.to_string(),
        };
        Ok(Some(self.now(&text).into()))
    }

    async fn send(&self, method: Method, path: &str, body: Option<Bytes>) -> Result<RawAnswer, Error> {
        let url = Url::parse(&format!("{}{path}", self.ui.as_str().trim_end_matches('/')))
            .map_err(|error| Error::input("the UI server's address can't be used").because(error))?;
        let mut request = auth::request(method, url, body);
        request.headers_mut().insert(AUTHORIZATION, self.token.header());
        if self.flavour == InteractiveFlavour::Xml {
            request.headers_mut().insert(ACCEPT, XML);
            request.headers_mut().insert(CONTENT_TYPE, XML);
        }
        self.client.inner().transport.exchange(request).await
    }

    async fn end(&mut self) -> Result<(), Error> {
        match self.session.take() {
            Some(path) => self.send(Method::DELETE, &path, None).await.map(drop),
            None => Ok(()),
        }
    }

    /// A text of the transcript, with the ids that are now.
    fn now(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (then, now)| text.replace(then, now))
    }

    /// Where two answers differ first.
    fn compare(&mut self, place: &str, recorded: &Value, replayed: &Value) -> Option<(String, Value, Value)> {
        let differ = || Some((place.to_owned(), recorded.clone(), replayed.clone()));
        match (recorded, replayed) {
            (Value::Object(then), Value::Object(now)) => {
                let member = |name: &String| match place {
                    "" => name.clone(),
                    place => format!("{place}.{name}"),
                };
                // What is one value before what holds several, so that a status is named before its messages.
                let (values, lists): (Vec<_>, Vec<_>) =
                    then.iter().partition(|(_, value)| !value.is_array() && !value.is_object());
                for (name, value) in values.into_iter().chain(lists) {
                    let found = self.compare(&member(name), value, now.get(name).unwrap_or(&Value::Null));
                    if found.is_some() {
                        return found;
                    }
                }
                let more = now.iter().find(|(name, value)| !then.contains_key(*name) && !value.is_null());
                more.map(|(name, value)| (member(name), Value::Null, value.clone()))
            }
            (Value::Array(then), Value::Array(now)) => {
                for (at, (then, now)) in then.iter().zip(now).enumerate() {
                    let found = self.compare(&format!("{place}[{at}]"), then, now);
                    if found.is_some() {
                        return found;
                    }
                }
                if then.len() == now.len() { None } else { differ() }
            }
            // When an error was made.
            (Value::String(_), Value::String(_)) if place == "DateTimeStamp" => None,
            (Value::String(then), Value::String(now)) if self.is_same_text(then, now) => None,
            (then, now) if then == now => None,
            _ => differ(),
        }
    }

    /// Whether two texts are the same but for the ids in them, which are followed from here on.
    fn is_same_text(&mut self, then: &str, now: &str) -> bool {
        let (then, now) = (without_moment(then), without_moment(now));
        let is_of_id = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
        let words = |text: &str| -> Vec<String> { text.split_inclusive(|c| !is_of_id(c)).map(str::to_owned).collect() };
        let (then, now) = (words(&then), words(&now));
        then.len() == now.len()
            && then.iter().zip(&now).all(|(then, now)| {
                let ends = [then, now].map(|word| word.chars().last().filter(|letter| !is_of_id(*letter)));
                let [then, now] = [then, now].map(|word| word.trim_end_matches(|letter| !is_of_id(letter)));
                ends[0] == ends[1]
                    && match self.ids.get(then) {
                        Some(known) => known == now,
                        None if is_id(then) && is_id(now) => self.ids.insert(then.to_owned(), now.to_owned()).is_none(),
                        None => then == now,
                    }
            })
    }
}

/// A document in XML without the moment at which a window was opened.
fn without_moment(text: &str) -> Cow<'_, str> {
    let (start, end) = ("<Timestamp>", "</Timestamp>");
    match text.find(start).zip(text.find(end)) {
        Some((from, to)) if from < to => Cow::Owned(format!("{}{}", &text[..from + start.len()], &text[to..])),
        _ => Cow::Borrowed(text),
    }
}

/// Whether a word is an id that P21 gives to a session or a window: 8-4-4-4-12 hexadecimal digits.
fn is_id(word: &str) -> bool {
    let parts: Vec<usize> = word.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && word.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}
