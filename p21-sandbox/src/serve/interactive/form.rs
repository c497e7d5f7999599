//! A window: the engine's, and what of it is in view.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use p21_model::definition::ElementKind;

use super::answer::{Done, Failure, stopped};
use super::request::Change;
use super::session::{OpenWindows, Session};
use crate::facts::config::Config;
use crate::facts::settings::interactive::{BurntCall, GoneWindow};
use crate::facts::{habits, texts};
use crate::serve::engine::Engine;
use crate::serve::pool::{Pool, Spoilt};
use crate::window::dialog::Reply;
use crate::window::refusal::Stop;
use crate::window::{Desk, Event, Post, Window, tabs};

/// Who calls, and what with.
pub(super) struct Call<'a> {
    pub(super) engine: &'a Engine,
    pub(super) session: &'a Session,
    pub(super) pool: &'a Pool,
    /// In XML: nothing can be asked there, and a window says what it refuses.
    pub(super) is_xml: bool,
}

/// A window of a session.
pub(super) struct Form {
    pub(super) id: String,
    pub(super) window: Window,
    /// The tab in front.
    pub(super) page: String,
    /// The tab that was worked on last: what `GET /data` shows.
    pub(super) touched: String,
    /// The tabs that were in front: their tools are known from then on.
    pub(super) seen: BTreeSet<String>,
    /// The tab in front was just selected, and its row with it.
    pub(super) is_fresh: bool,
    /// The next call about it is lost.
    pub(super) is_burnt: bool,
    /// The response window that is in the way.
    pub(super) popup: Option<String>,
    /// Something is typed that is not saved.
    pub(super) has_unsaved: bool,
    /// By storage: the row that was selected and is shown with the next selection, in windows that are one row behind.
    pub(super) ahead: BTreeMap<u16, usize>,
    /// Grids whose cursor has left the row that was typed into.
    pub(super) adrift: BTreeSet<u16>,
    /// How much was typed since the window was empty.
    typed: usize,
}

/// The most rows of a window, and the most characters that are typed into one before it is cleared. P21 has no such bounds
/// that are known; a sandbox that anybody can fill has to have some.
const MAX_ROWS: usize = 10_000;
const MAX_TYPED: usize = 4 * 1024 * 1024;

impl Call<'_> {
    pub(super) fn config(&self) -> &Config {
        &self.engine.config
    }

    /// Whether the server has a habit of its version.
    pub(super) fn has(&self, habit: habits::Habit) -> bool {
        habits::has(self.config().p21_version.version(), habit)
    }

    /// Whether response windows are handed out: the XML flavour knows of none.
    pub(super) fn hands_out(&self) -> bool {
        self.session.hands_out && !self.is_xml
    }

    /// A dialog that is in the way of a window which is opened, saved or cleared.
    pub(super) fn spoilt(&self, service: &str) -> Option<Spoilt> {
        self.session.spoilt(self.pool, service)
    }

    /// Works at a window. Whatever it asks is left up.
    pub(super) fn at<T>(
        &self,
        window: &mut Window,
        work: impl FnOnce(&mut Window, &mut Desk<'_>) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let mut store = self.engine.store();
        let mut post = Post::default();
        let desk = self.engine.desk(&mut store, &self.session.caller, &mut post);
        work(window, &mut Desk { policy: |_| Reply::LeaveUp, ..desk })
    }

    /// The answer about a window that is not there.
    pub(super) fn gone(&self) -> Failure {
        let status = match self.config().unknowns.gone_window {
            GoneWindow::NotFound => StatusCode::NOT_FOUND,
            GoneWindow::BadRequest => StatusCode::BAD_REQUEST,
        };
        Failure::envelope(status, texts::WINDOW_GONE)
    }
}

impl Form {
    /// A window with a new record in it, and its first tab in front.
    pub(super) fn open(call: &Call<'_>, id: String, window: Window) -> Result<Self, Failure> {
        let mut form = Self {
            id,
            window,
            page: String::new(),
            touched: String::new(),
            seen: BTreeSet::new(),
            is_fresh: false,
            is_burnt: false,
            popup: None,
            has_unsaved: false,
            ahead: BTreeMap::new(),
            adrift: BTreeSet::new(),
            typed: 0,
        };
        form.window.by_hand = true;
        form.empty(call)?;
        Ok(form)
    }

    /// Empties the window: a new record, the first tab in front.
    pub(super) fn empty(&mut self, call: &Call<'_>) -> Result<(), Failure> {
        self.renew(call)?;
        let service = &self.window.service;
        let first = service.header.or((!service.elements.is_empty()).then_some(0));
        let page = first.map_or("", |element| service.page(element)).to_owned();
        self.show(page);
        self.is_fresh = false;
        Ok(())
    }

    /// Puts a new record into the window. One that can't start with a new record shows none.
    pub(super) fn renew(&mut self, call: &Call<'_>) -> Result<(), Failure> {
        self.window.clear();
        self.window.edited.clear();
        match call.at(&mut self.window, Window::begin) {
            Ok(()) => {}
            Err(Stop::Store(error)) => return Err(Failure::Store(error)),
            Err(_) => self.window.clear(),
        }
        self.window.take_events();
        (self.has_unsaved, self.typed) = (false, 0);
        self.forget_cursors();
        Ok(())
    }

    /// Nothing is known of selections any more.
    pub(super) fn forget_cursors(&mut self) {
        self.ahead.clear();
        self.adrift.clear();
    }

    /// Brings a tab to the front.
    pub(super) fn show(&mut self, page: String) {
        self.touched.clone_from(&page);
        self.seen.insert(page.clone());
        self.page = page;
        self.is_fresh = true;
    }

    /// Works at the window and tells what happened. `None` if it asks something, or says no in a message.
    pub(super) fn drive<T>(
        &mut self,
        call: &Call<'_>,
        done: &mut Done,
        work: impl FnOnce(&mut Window, &mut Desk<'_>) -> Result<T, Stop>,
    ) -> Result<Option<T>, Failure> {
        let before = self.open_pages();
        let outcome = call.at(&mut self.window, work);
        let events = self.window.take_events();
        let is_saved = events.iter().any(|event| matches!(event, Event::Saved(_)));
        done.tell(events);
        if is_saved {
            self.saved(call, done)?;
        }
        self.tell_opened(done, &before);
        match outcome {
            Ok(worked) => Ok(Some(worked)),
            Err(Stop::Asked) => Ok(None),
            Err(stop) => {
                done.absorb(stopped(stop)?);
                Ok(None)
            }
        }
    }

    /// Tells of tabs that are enabled now.
    pub(super) fn tell_opened(&self, done: &mut Done, before: &BTreeSet<String>) {
        for page in self.open_pages().difference(before) {
            done.event("tabpageenabled", &[("pagename", page.as_str().into())]);
        }
    }

    /// What was saved is shown as it is stored.
    pub(super) fn saved(&mut self, call: &Call<'_>, done: &mut Done) -> Result<(), Failure> {
        (self.has_unsaved, self.typed) = (false, 0);
        if self.window.asked().is_some() {
            return Ok(());
        }
        self.forget_cursors();
        let reloaded = call.at(&mut self.window, Window::reload);
        self.window.take_events();
        if let Err(stop) = reloaded {
            done.absorb(stopped(stop)?);
        }
        Ok(())
    }

    /// The tabs that are enabled.
    pub(super) fn open_pages(&self) -> BTreeSet<String> {
        let service = &self.window.service;
        let elements = 0..service.elements.len() as u16;
        let open = elements.filter(|element| tabs::enabled(&self.window, *element).is_ok());
        open.map(|element| service.page(element).to_owned()).collect()
    }

    /// The tab that a name or a display text means.
    pub(super) fn page_of(&self, name: &str) -> Option<String> {
        let service = &self.window.service;
        let pages = || (0..service.elements.len() as u16).map(|element| (service.page(element), element));
        let found = pages().find(|(page, _)| *page == name).or_else(|| {
            pages().find(|(_, element)| {
                service.definition.elements[usize::from(*element)].parent_text.as_deref() == Some(name)
            })
        });
        found.map(|(page, _)| page.to_owned())
    }

    /// The element that a tab and a datawindow mean: there may be several datawindows of one name.
    pub(super) fn element(&self, tab: Option<&str>, datawindow: &str) -> Option<u16> {
        let service = &self.window.service;
        let tab = tab.and_then(|tab| self.page_of(tab)).unwrap_or_else(|| self.page.clone());
        let known = (0..service.elements.len() as u16).filter(|of| service.is_shown_as(*of, datawindow));
        let on = |page: &str| known.clone().find(|of| service.page(*of) == page);
        on(&tab).or_else(|| on(&self.page)).or_else(|| known.clone().next())
    }

    /// The element that has a field, where a change names no datawindow: a form of the tab, the header, then any of the tab.
    pub(super) fn element_with(&self, tab: Option<&str>, field: &str) -> Option<u16> {
        let service = &self.window.service;
        let page = tab.and_then(|tab| self.page_of(tab)).unwrap_or_else(|| self.page.clone());
        let has = |of: &u16| service.plan(*of).field(field).is_some();
        let here = || (0..service.elements.len() as u16).filter(|of| service.page(*of) == page).filter(has);
        here()
            .find(|of| service.element(*of).kind == ElementKind::Form)
            .or_else(|| service.header.filter(has))
            .or_else(|| here().next())
    }

    /// The element of a datawindow. The call after one that names none which is there is lost.
    pub(super) fn named(&mut self, call: &Call<'_>, tab: Option<&str>, datawindow: &str) -> Result<u16, Failure> {
        if let Some(element) = self.element(tab, datawindow) {
            return Ok(element);
        }
        Err(self.no_datawindow(call, datawindow))
    }

    /// The refusal of a datawindow that is not there.
    pub(super) fn no_datawindow(&mut self, call: &Call<'_>, datawindow: &str) -> Failure {
        self.is_burnt = match call.config().unknowns.burnt_call {
            BurntCall::From26 => call.config().p21_version.version() >= p21_model::Version::new(26, 1).early(),
            BurntCall::Always => true,
            BurntCall::Never => false,
        };
        Failure::bad(texts::NO_DATAWINDOW.with(&[datawindow]))
    }

    /// Takes note of something that is typed.
    pub(super) fn takes(&mut self, change: &Change) -> Result<(), Failure> {
        self.typed = self.typed.saturating_add(change.value.as_str().len());
        if self.typed > MAX_TYPED {
            let text = format!("more than {MAX_TYPED} bytes were typed into this window since it was empty");
            return Err(Failure::own(StatusCode::BAD_REQUEST, text));
        }
        Ok(())
    }

    /// Whether another row fits.
    pub(super) fn has_room(&self) -> Result<(), Failure> {
        if self.window.rows.len() < MAX_ROWS {
            return Ok(());
        }
        let text = format!("this local P21 keeps {MAX_ROWS} rows a window");
        Err(Failure::own(StatusCode::BAD_REQUEST, text))
    }

    /// Whether rows are counted from 0 and shown one selection late.
    pub(super) fn is_behind(&self, call: &Call<'_>) -> bool {
        call.config().interactive.one_behind.contains(self.window.service.name())
    }
}

impl OpenWindows {
    /// A window that can be worked at: it is there, the call is not lost, nothing is in its way.
    pub(super) fn form(&mut self, call: &Call<'_>, id: &str) -> Result<&mut Form, Failure> {
        let Self { forms, popups } = self;
        if id.is_empty() {
            return Err(Failure::no_window_id());
        }
        let Some(form) = forms.get_mut(id) else { return Err(call.gone()) };
        if std::mem::take(&mut form.is_burnt) {
            return Err(Failure::Silent);
        }
        match form.popup.as_ref().and_then(|popup| popups.get(popup)) {
            Some(popup) => Err(popup.blocks()),
            None => Ok(form),
        }
    }
}
