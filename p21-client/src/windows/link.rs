//! The line to a session: its one token, its turn, and every call on it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use p21_model::interactive::{Status, WindowOpened};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Request, Url};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::judge;
use super::policy::Policy;
use super::transcript::Transcript;
use super::wire::{InteractiveFlavour, Op, Spelt, is_no_such_call};
use super::{TARGET, WindowTimeouts};
use crate::api::Sending;
use crate::auth::{self, Token};
use crate::client::Client;
use crate::error::{Error, Name, TimeLimit};
use crate::http::RawAnswer;

pub(super) const XML: HeaderValue = HeaderValue::from_static("application/xml");

/// What a session's calls share.
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) flavour: InteractiveFlavour,
    pub(crate) limits: WindowTimeouts,
    /// The menu entries of windows, by their services: what the XML flavour opens them by.
    pub(crate) menus: BTreeMap<String, String>,
    /// How response windows are answered where a call doesn't say.
    pub(crate) policy: Policy,
    /// Response windows are left to this program.
    pub(crate) handled: bool,
    pub(crate) span: tracing::Span,
    transcript: Option<Transcript>,
    /// Only this token can end the session, so that it is never renewed.
    token: Arc<Token>,
    ui: Arc<Url>,
    /// One call at a time, keep-alive included.
    turn: tokio::sync::Mutex<()>,
    ended: AtomicBool,
    /// A call broke, so that nobody knows in what state the session is.
    broke: AtomicBool,
    shared: Mutex<Shared>,
}

/// What is known of the session's calls.
struct Shared {
    last: Instant,
    /// Windows whose owner is gone.
    leftover: Vec<String>,
    /// Failures of calls whose callers didn't wait.
    unheard: Vec<Unheard>,
    /// The windows that are open.
    open: Vec<String>,
}

/// A call that failed, or that opened a response window, and nobody waited.
pub(crate) struct Unheard {
    window: String,
    pub(crate) error: Error,
    /// The response window that it opened.
    pub(crate) opened: Option<String>,
}

/// What a line is set up with.
pub(crate) struct Setting {
    pub(crate) flavour: InteractiveFlavour,
    pub(crate) limits: WindowTimeouts,
    pub(crate) menus: BTreeMap<String, String>,
    pub(crate) policy: Policy,
    pub(crate) handled: bool,
    pub(crate) transcript: Option<Transcript>,
}

impl Link {
    /// A line of a token that nobody else holds. It is held until the line is dropped.
    ///
    /// # Errors
    /// The token has a session of this program already.
    pub(crate) fn new(client: Client, token: Arc<Token>, ui: Arc<Url>, setting: Setting) -> Result<Self, Error> {
        if !token.hold() {
            return Err(Error::of_window(super::WindowProblem::SessionExists, None));
        }
        let Setting { flavour, limits, menus, policy, handled, transcript } = setting;
        let last = client.inner().clock.now();
        Ok(Self {
            client,
            flavour,
            limits,
            menus,
            policy,
            handled,
            span: tracing::info_span!(target: TARGET, "p21.session", session = tracing::field::Empty),
            transcript,
            token,
            ui,
            turn: tokio::sync::Mutex::default(),
            ended: AtomicBool::new(false),
            broke: AtomicBool::new(false),
            shared: Mutex::new(Shared { last, leftover: Vec::new(), unheard: Vec::new(), open: Vec::new() }),
        })
    }

    /// Makes a call in its turn. It goes on if nobody waits for it any more, unless it wasn't sent yet: no call of a session
    /// ever meets another. What became of one that nobody waited for is kept for the window's next call.
    ///
    /// # Errors
    /// The session was ended; the call failed, or P21 refused it.
    pub(crate) async fn call(self: &Arc<Self>, op: Op, window: &str) -> Result<RawAnswer, Error> {
        self.call_within(&self.span, op, window).await
    }

    /// The same, where logs have it in the span of its window.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub(crate) async fn call_within(
        self: &Arc<Self>,
        parent: &tracing::Span,
        op: Op,
        window: &str,
    ) -> Result<RawAnswer, Error> {
        let (heard, reply) = oneshot::channel();
        let (link, name) = (Arc::clone(self), window.to_owned());
        let span =
            tracing::info_span!(target: TARGET, parent: parent, "p21.window_call", id = window, step = op.name());
        let op = Arc::new(op);
        let sent = Arc::clone(&op);
        let run = async move {
            let _turn = link.turn.lock().await;
            if heard.is_closed() {
                return;
            }
            let answer = link.send(&sent, &name).await;
            if let Err(answer) = heard.send(answer) {
                link.unheard(&sent, &name, answer);
            }
        };
        tokio::spawn(run.instrument(span));
        let mut waiting = Waiting { reply, link: self, window, op };
        let answer = (&mut waiting.reply).await;
        answer.unwrap_or_else(|_| Err(Error::input("the runtime that the session's calls run on is gone")))
    }

    /// Until no call is on its way.
    pub(crate) async fn quiet(&self) {
        drop(self.turn.lock().await);
    }

    /// Makes a call now, whoever else is calling: only for the first and the last of a session.
    pub(crate) async fn send(&self, op: &Op, window: &str) -> Result<RawAnswer, Error> {
        if self.has_ended() && !matches!(op, Op::End | Op::Create(..)) {
            return Err(Error::of_window(super::WindowProblem::SessionEnded, None));
        }
        let spelt = op.spell(self.flavour, window)?;
        let name = Name {
            method: spelt.method.clone(),
            path: spelt.path.split('?').next().unwrap_or_default().to_owned(),
            written: op.writes(),
            before: false,
        };
        let result = self.exchange(op, &spelt, window).await.map_err(|error| error.of(name.clone()));
        match &result {
            Ok(_) => tracing::debug!(target: TARGET, "answered"),
            Err(error) => {
                tracing::debug!(target: TARGET, %error, "failed");
                // A refusal leaves the session as it was; a question without a window is about none.
                let is_refusal = error.window_problem().is_some_and(|problem| match op {
                    Op::Probe => *problem != super::WindowProblem::SessionLost && !problem.leaves_doubt(),
                    _ => !problem.is_lost() && !problem.leaves_doubt(),
                });
                self.broke.fetch_or(!is_refusal, Ordering::AcqRel);
            }
        }
        self.lock().last = self.client.inner().clock.now();
        result
    }

    async fn exchange(&self, op: &Op, spelt: &Spelt, window: &str) -> Result<RawAnswer, Error> {
        let url = Url::parse(&format!("{}{}", self.ui.as_str().trim_end_matches('/'), spelt.path))
            .map_err(|error| Error::input("the UI server's address can't be used").because(error))?;
        let request = self.request(spelt, url);
        let limit = op.limit(&self.limits);
        let started = Instant::now();
        let answer = tokio::time::timeout(limit, Box::pin(self.client.inner().transport.exchange(request))).await;
        let answer = answer.unwrap_or_else(|_| Err(Error::timeout(TimeLimit::Operation)));
        if let Some(transcript) = &self.transcript {
            transcript.record(op, window, spelt, &answer, started.elapsed());
        }
        let answer = judge::judge(self, op, answer?)?;
        match op {
            Op::Close => self.lock().open.retain(|open| open != window),
            Op::End => drop(std::mem::take(&mut self.lock().open)),
            _ => {}
        }
        Ok(answer)
    }

    fn request(&self, spelt: &Spelt, url: Url) -> Request {
        let mut request = auth::request(spelt.method.clone(), url, spelt.body.clone());
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.token.header());
        if spelt.is_xml {
            headers.insert(ACCEPT, XML);
            headers.insert(CONTENT_TYPE, XML);
        }
        request
    }

    /// Ends the session, once. That it is gone already is no error.
    pub(crate) fn end(&self) -> Sending<'_, ()> {
        Box::pin(async move {
            if self.ended.swap(true, Ordering::AcqRel) {
                return Ok(());
            }
            let _turn = self.turn.lock().await;
            if self.flavour == InteractiveFlavour::Xml {
                self.close_all().await;
            }
            let mut ended = self.send(&Op::End, "").await;
            // Nobody else can end it, and a session that is ended twice is gone.
            if ended.as_ref().is_err_and(judge::is_unanswered) {
                tracing::debug!(target: TARGET, "whether the session was ended isn't known; ending it again");
                ended = self.send(&Op::End, "").await;
            }
            self.token.release();
            match ended {
                // What ends a session of the XML flavour isn't documented: without its windows it is idle, and expires.
                Err(error)
                    if self.flavour == InteractiveFlavour::Xml && error.own_status().is_some_and(is_no_such_call) =>
                {
                    tracing::warn!(target: TARGET, %error, "the server has no call that ends the session: it lives until it expires");
                    Ok(())
                }
                Err(error) if judge::is_gone(&error) => {
                    tracing::debug!(target: TARGET, %error, "the session was gone already");
                    Ok(())
                }
                ended => ended.map(drop),
            }
        })
    }

    /// Closes whatever is open, as far as it can be.
    async fn close_all(&self) {
        let windows = {
            let mut shared = self.lock();
            let left = std::mem::take(&mut shared.leftover);
            let open = std::mem::take(&mut shared.open);
            open.into_iter().chain(left).collect::<std::collections::BTreeSet<String>>()
        };
        for window in windows {
            let closed = match Op::Close.spell(self.flavour, &window) {
                Ok(spelt) => self.exchange(&Op::Close, &spelt, &window).await.map(drop),
                Err(error) => Err(error),
            };
            if let Err(error) = closed {
                tracing::debug!(target: TARGET, %error, "a window can't be closed before its session ends");
            }
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// A line of its own for a session that has to be ended where the runtime it lived on is gone.
    pub(crate) async fn end_elsewhere(&self, limit: Duration) -> Result<(), Error> {
        let spelt = Op::End.spell(self.flavour, "")?;
        let url = Url::parse(&format!("{}{}", self.ui.as_str().trim_end_matches('/'), spelt.path))
            .map_err(|error| Error::input("the UI server's address can't be used").because(error))?;
        let request = self.request(&spelt, url);
        let transport = self.client.inner().transport.anew()?;
        transport.exchange_within(request, limit).await.map(drop)
    }

    /// Whether every call came to an end that leaves the session usable.
    pub(crate) fn is_sound(&self) -> bool {
        !self.has_ended() && !self.broke.load(Ordering::Acquire)
    }

    /// How long nothing was said.
    pub(crate) fn idle(&self) -> Duration {
        self.client.inner().clock.now().saturating_duration_since(self.lock().last)
    }

    pub(crate) fn opened(&self, window: &str) {
        self.lock().open.push(window.to_owned());
    }

    /// A window that is open, if there is one.
    pub(crate) fn some_window(&self) -> Option<String> {
        self.lock().open.last().cloned()
    }

    /// A window whose owner is gone: it is closed before the next one opens.
    pub(crate) fn leave(&self, window: &str) {
        self.lock().leftover.push(window.to_owned());
    }

    pub(crate) fn take_leftover(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().leftover)
    }

    /// A call was answered, and nobody waited.
    fn unheard(&self, op: &Op, window: &str, answer: Result<RawAnswer, Error>) {
        let unheard = match answer {
            // A window that nobody knows of.
            Ok(answer) if matches!(op, Op::Open(_)) => {
                if let Ok(opened) = answer.json::<WindowOpened>() {
                    self.leave(&opened.window_id);
                }
                return;
            }
            Ok(answer) if op.has_result() => match judge::result(&answer, &self.client.inner().redactor) {
                Ok(result) if matches!(result.status, Status::Success) => return,
                Ok(result) => {
                    let opened = result.windows_opened().pop();
                    Unheard { window: window.to_owned(), error: judge::failure(result), opened }
                }
                Err(error) => Unheard { window: window.to_owned(), error, opened: None },
            },
            Ok(_) => return,
            Err(_) if op.reads() => return,
            Err(error) => Unheard { window: window.to_owned(), error, opened: None },
        };
        tracing::warn!(target: TARGET, error = %unheard.error, "a call failed that nobody waited for");
        self.lock().unheard.push(unheard);
    }

    /// What became of a call on the window that nobody waited for, if it failed.
    pub(crate) fn take_unheard(&self, window: &str) -> Option<Unheard> {
        let mut shared = self.lock();
        let at = shared.unheard.iter().position(|unheard| unheard.window == window)?;
        Some(shared.unheard.remove(at))
    }

    pub(crate) fn clean(&self, text: &str) -> String {
        self.client.inner().redactor.clean(text)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.token.release();
    }
}

/// Whoever waits for a call.
struct Waiting<'a> {
    reply: oneshot::Receiver<Result<RawAnswer, Error>>,
    link: &'a Arc<Link>,
    window: &'a str,
    op: Arc<Op>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.reply.close();
        // It was answered, and nobody looked.
        if let Ok(answer) = self.reply.try_recv() {
            self.link.unheard(&self.op, self.window, answer);
        }
    }
}
