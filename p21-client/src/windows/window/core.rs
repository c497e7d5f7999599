//! A window without its type, so that what drives it is compiled once and not once a service.

use std::sync::Arc;

use p21_model::interactive::{ActionResult, Change, Datawindow, OpenRequest, TabPage, WindowData, WindowState};
use p21_model::schema::{ElementSchema, ServiceSchema, ValueType as FieldKind};
use p21_model::version::Version;
use serde::de::DeserializeOwned;

use super::cursor::Cursor;
use crate::api::Sending;
use crate::error::{Error, WindowContext};
use crate::http::RawAnswer;
use crate::windows::TARGET;
use crate::windows::action::Rest;
use crate::windows::asked::Question;
use crate::windows::judge;
use crate::windows::link::Link;
use crate::windows::problem::WindowProblem;
use crate::windows::wire::Op;

/// How many steps an error lists.
const LOG: usize = 20;

/// A window that is open.
pub(crate) struct Core {
    pub(crate) link: Arc<Link>,
    pub(crate) id: String,
    /// What logs have its calls in.
    span: tracing::Span,
    /// What it was opened as, so that it can be opened again.
    pub(crate) request: OpenRequest,
    pub(crate) schema: Option<&'static ServiceSchema>,
    /// The server's, as far as it is known.
    pub(crate) version: Version,
    pub(crate) title: String,
    /// The tab in front, if that is known.
    pub(crate) front: Option<String>,
    /// The datawindows that the window shows, where they are known, with their tabs.
    pub(crate) shown: Vec<(String, String)>,
    pub(crate) tabs: Vec<TabPage>,
    /// What was typed since it was opened, saved or cleared.
    pub(crate) typed: Vec<Change>,
    /// The question that waits, with what its call still has to do.
    pub(crate) pending: Option<Rest>,
    /// The rows that the program made current; not kept for who selects each row before it types.
    pub(crate) cursor: Option<Cursor>,
    /// It doesn't count rows from 1, so that what shows the row that is selected may show the one before.
    pub(crate) counts_apart: bool,
    /// What it does now, for errors.
    log: Vec<String>,
    /// A call was sent whose answer isn't known: the window is read before the next one.
    in_doubt: bool,
    /// It is gone in P21.
    lost: bool,
    /// So is its session.
    session_lost: bool,
    closed: bool,
}

impl Core {
    pub(crate) fn new(
        link: Arc<Link>,
        id: String,
        title: String,
        request: OpenRequest,
        schema: Option<(&'static ServiceSchema, Version)>,
    ) -> Self {
        let (schema, version) = schema.unzip();
        link.opened(&id);
        let name = named(&request).unwrap_or(&title);
        let span = tracing::info_span!(target: TARGET, parent: &link.span, "p21.window", window = name, id);
        Self {
            link,
            id,
            span,
            request,
            schema,
            version: version.unwrap_or(Version::new(0, 0)),
            title,
            front: None,
            shown: Vec::new(),
            tabs: Vec::new(),
            typed: Vec::new(),
            pending: None,
            cursor: None,
            counts_apart: false,
            log: Vec::new(),
            in_doubt: false,
            lost: false,
            session_lost: false,
            closed: false,
        }
    }

    /// What it is called in errors.
    pub(crate) fn name(&self) -> String {
        self.schema.map_or_else(|| named(&self.request).unwrap_or(&self.title), |schema| &*schema.name).to_owned()
    }

    /// Makes a call, which logs have in the window's span.
    pub(crate) async fn call(&self, op: Op, window: &str) -> Result<RawAnswer, Error> {
        self.link.call_within(&self.span, op, window).await
    }

    /// Makes a call on the window, or on its response window.
    pub(crate) fn send<'c>(&'c mut self, op: Op, window: &'c str) -> Sending<'c, RawAnswer> {
        Box::pin(async move {
            let step = op.name();
            if self.lost || self.closed {
                let problem = if self.session_lost { WindowProblem::SessionLost } else { WindowProblem::WindowLost };
                return Err(self.explain(&step, Error::of_window(problem, None)));
            }
            let op = self.in_dialect(op).map_err(|error| self.explain(&step, error))?;
            self.settle(&op).await.map_err(|error| self.explain(&step, error))?;
            let result_due = op.has_result();
            self.in_doubt = !op.reads();
            let answer = self.call(op, window).await;
            match &answer {
                Ok(_) => self.in_doubt = false,
                Err(error) => self.after(window, error).await,
            }
            let answer = answer.map_err(|error| {
                self.note(&step, &format!("{error}"));
                self.explain(&step, error)
            })?;
            if !result_due {
                self.note(&step, "answered");
            }
            Ok(answer)
        })
    }

    /// What has to be known before another call: what became of one that nobody waited for, and of one whose answer was lost.
    async fn settle(&mut self, op: &Op) -> Result<(), Error> {
        if self.in_doubt {
            // One that nobody waits for may still be on its way, and fail.
            self.link.quiet().await;
        }
        if let Some(unheard) = self.link.take_unheard(&self.id) {
            self.in_doubt = false;
            if let Some(opened) = unheard.opened {
                let question = self.question(&opened).await?;
                let (steps, done) = Default::default();
                self.pending = Some(Rest { question, steps, done });
            }
            let said = unheard.error.server().cloned();
            return Err(Error::of_window(WindowProblem::Unseen, said).because(unheard.error));
        }
        if self.in_doubt && !op.reads() && !matches!(op, Op::Close) {
            // Whatever it says, the call after it is a normal one again.
            let read = self.call(Op::State, &self.id).await;
            if let Err(error) = read {
                self.mark_lost(&self.id.clone(), &error);
                self.meet_blocking(&error).await;
                if self.lost || matches!(error.window_problem(), Some(WindowProblem::Blocked { .. })) {
                    return Err(error);
                }
            }
            self.front = None;
            self.in_doubt = false;
        }
        Ok(())
    }

    /// What an error says of the window.
    async fn after(&mut self, window: &str, error: &Error) {
        self.mark_lost(window, error);
        match error.window_problem() {
            // P21 swallows the call after this one, whatever it is: let it be one that does nothing.
            Some(WindowProblem::UnknownDatawindow { .. }) => {
                let swallowed = self.call(Op::State, &self.id).await;
                tracing::debug!(
                    target: TARGET, swallowed = swallowed.is_err(),
                    "read the window after an unknown datawindow"
                );
                self.in_doubt = false;
            }
            Some(WindowProblem::EmptyAnswer | WindowProblem::AcceptLost) | None => {
                self.front = None;
            }
            Some(_) => self.in_doubt = false,
        }
        if window == self.id {
            self.meet_blocking(error).await;
        }
    }

    fn mark_lost(&mut self, window: &str, error: &Error) {
        let is_lost = |problem: &WindowProblem| match problem {
            // Of a response window it says that it is closed.
            WindowProblem::WindowLost => window == self.id,
            problem => problem.is_lost(),
        };
        self.lost |= error.window_problem().is_some_and(is_lost);
        self.session_lost |= error.is_session_lost();
    }

    /// Makes a call that answers a result; whether that is a success is for the caller to say.
    pub(crate) fn act<'c>(&'c mut self, op: Op, window: &'c str) -> Sending<'c, ActionResult> {
        Box::pin(async move {
            let step = op.name();
            let writes = op.writes();
            let answer = self.send(op, window).await?;
            let result = judge::result(&answer, &self.link.client.inner().redactor);
            let result = result.map_err(|error| {
                let name = crate::error::Name {
                    method: reqwest::Method::PUT,
                    path: String::new(),
                    written: writes,
                    before: false,
                };
                self.explain(&step, error.of(name))
            })?;
            self.learn(&result);
            self.note(&step, &result.status.to_string());
            Ok(result)
        })
    }

    /// Tabs that a result enables.
    fn learn(&mut self, result: &ActionResult) {
        for tab in result.tabs_enabled() {
            if let Some(known) = self.tabs.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&tab)) {
                known.enabled = Some(true);
            }
        }
    }

    /// Makes a call that answers something else.
    pub(crate) async fn fetch<T: DeserializeOwned>(&mut self, op: Op, window: &str) -> Result<T, Error> {
        let step = op.name();
        let answer = self.send(op, window).await?;
        answer.json().map_err(|error| self.explain(&step, error))
    }

    /// Reads the window.
    pub(crate) fn state(&mut self) -> Sending<'_, WindowState> {
        Box::pin(async move {
            let id = self.id.clone();
            let mut state: WindowState = self.fetch(Op::State, &id).await?;
            self.state_as_known(&mut state);
            self.tabs.clone_from(&state.definition.tab_page_list);
            let shown = state.definition.datawindows.iter().map(|of| (of.name.clone(), of.parent_page.clone()));
            self.shown = shown.collect();
            if self.front.is_none() {
                self.front = self.front_of(&state.definition.datawindows);
            }
            Ok(state)
        })
    }

    /// The first tab of which something is shown.
    fn front_of(&self, shown: &[Datawindow]) -> Option<String> {
        let is_shown = |tab: &&TabPage| shown.iter().any(|of| of.parent_page.eq_ignore_ascii_case(&tab.name));
        self.tabs.iter().find(is_shown).map(|tab| tab.name.clone())
    }

    /// Reads the data that the window shows.
    pub(crate) fn data(&mut self) -> Sending<'_, WindowData> {
        Box::pin(async move {
            let id = self.id.clone();
            let mut data: WindowData = self.fetch(Op::Data, &id).await?;
            self.data_as_known(&mut data);
            Ok(data)
        })
    }

    /// An element by its tab and datawindow.
    pub(crate) fn element(&self, datawindow: &str) -> Option<&'static ElementSchema> {
        self.schema?.elements.iter().find(|element| element.datawindow() == datawindow)
    }

    /// The code of a label, as a change would type it.
    pub(crate) fn code_of(&self, change: &Change) -> Option<String> {
        let (_, field) = self.element(change.datawindow_name.as_deref()?)?.field(&change.field_name)?;
        let has_labels = matches!(field.value_type, FieldKind::Label | FieldKind::Switch);
        has_labels.then(|| field.code(&change.value)).flatten().map(str::to_owned)
    }

    /// That nobody answers a question.
    pub(crate) fn not_answered(&self, question: &Question) -> Error {
        let clean = |text: &str| self.link.clean(text);
        let problem = WindowProblem::Asked { title: clean(question.title()), class: clean(question.class()) };
        let said = question.text().map(str::to_owned).into_iter().collect();
        self.explain("answer", Error::of_window(problem, crate::error::ServerError::of_texts(said)))
    }

    pub(crate) fn note(&mut self, step: &str, came: &str) {
        if self.log.len() == LOG {
            self.log.remove(0);
        }
        self.log.push(format!("{step}: {}", crate::redact::bounded(came, 200)));
    }

    /// Says which window an error is about, what it did, and what P21 holds now.
    pub(crate) fn explain(&self, step: &str, error: Error) -> Error {
        error.in_window(WindowContext {
            window: self.name(),
            step: step.to_owned(),
            holds: self.holds(),
            log: self.log.clone(),
            batch: None,
        })
    }

    /// What P21 holds of the window.
    pub(crate) fn holds(&self) -> String {
        if self.lost {
            return "P21 holds nothing of the window any more".to_owned();
        }
        let typed = match self.typed.len() {
            0 => "nothing typed that isn't saved".to_owned(),
            1 => "1 value typed and not saved".to_owned(),
            typed => format!("{typed} values typed and not saved"),
        };
        let doubt = if self.in_doubt { ", and a call whose outcome isn't known" } else { "" };
        let question =
            self.pending.as_ref().map(|rest| format!("; the response window `{}` is open", rest.question.title()));
        format!("P21 holds the window open, with {typed}{doubt}{}", question.unwrap_or_default())
    }

    /// A call was sent whose effect isn't known.
    pub(crate) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// It was closed, as far as this program is concerned.
    pub(crate) fn closed(&mut self) {
        self.closed = true;
    }

    /// It was opened again.
    pub(crate) fn reopened(&mut self, id: String) {
        self.link.opened(&id);
        self.span.record("id", &id);
        self.id = id;
        self.forget();
        (self.lost, self.session_lost, self.in_doubt, self.pending) = (false, false, false, None);
    }

    /// What was known of what it shows is not true any more.
    pub(crate) fn forget(&mut self) {
        self.front = None;
        self.shown.clear();
        self.typed.clear();
        self.cursor = self.cursor.take().map(|_| Cursor::default());
    }
}

/// What a window was asked for as.
pub(crate) fn named(request: &OpenRequest) -> Option<&str> {
    let names = [&request.service_name, &request.title, &request.name];
    names.into_iter().flatten().next().map(String::as_str)
}

impl Drop for Core {
    fn drop(&mut self) {
        if !self.closed && !self.lost {
            self.link.leave(&self.id);
        }
    }
}
