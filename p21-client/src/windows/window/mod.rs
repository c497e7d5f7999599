//! A window: opened, typed into, saved, closed.

mod batch;
mod core;
mod cursor;
mod place;
mod proof;
mod question;
mod rows;
mod run;
mod save;
mod tools;

use std::marker::PhantomData;

use p21_model::commands::Unbound;
use p21_model::interactive::{Change, WindowData, WindowState};
use p21_model::row::{ElementOf, Field, Service};
use p21_model::value::{FieldValue, IntoValue};

pub use batch::FieldValues;
pub(crate) use core::{Core, named};
pub(crate) use place::{same, whole};
pub use rows::{AddedRow, WindowRow, WindowRows};
pub(in crate::windows) use save::open;
pub use save::{Cleared, Saved};

use super::action::{Action, Done, Step};
use super::asked::Asked;
use super::wire::Op;
use crate::api::Sending;
use crate::error::Error;

/// A window of P21, open in a [`Session`](super::Session), of a service whose bindings say what is on it.
///
/// It is driven as a person would, one call at a time: every method takes `&mut self`, so that two tasks can't use one
/// window at once, and [`close`](Self::close) takes the window itself, so that nothing can be done to it afterwards. Tabs
/// are selected as fields are typed; what is typed is in the window, and nowhere else, until [`save`](Self::save).
///
/// An error says what the window holds now ([`Error::window`]), and leaves the window open. A call whose future is dropped
/// is finished all the same where it was sent already, and the next call on the window says if it failed.
///
/// A window that is dropped unclosed is closed before its session opens another, at the latest when the session ends. What
/// wasn't saved is lost.
///
/// ```no_run
/// # async fn example(session: p21_client::windows::Session) -> Result<(), p21_client::Error> {
/// let mut window = session.open_named("SalesPricePage").await?;
/// window.type_named("FORM.form", "description", "Widgets 2027").await?;
/// let saved = window.save().await?;
/// println!("page {:?}", saved.key());
/// window.close().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a window that isn't closed stays open until its session opens another or ends"]
pub struct Window<S = Unbound> {
    core: Core,
    of: PhantomData<fn() -> S>,
}

impl<S> Window<S> {
    pub(super) fn new(mut core: Core) -> Self {
        core.cursor = Some(cursor::Cursor::default());
        Self { core, of: PhantomData }
    }

    /// Its id, which the calls on it name.
    pub fn id(&self) -> &str {
        &self.core.id
    }

    /// Its title: `Sales Price Page Entry`.
    pub fn title(&self) -> &str {
        &self.core.title
    }

    /// What it is made of now: its tabs, and the datawindows of the tab in front.
    ///
    /// # Errors
    /// P21 refuses.
    pub async fn state(&mut self) -> Result<WindowState, Error> {
        self.core.state().await
    }

    /// What is in it now: the datawindows of the tab last touched, and no others.
    ///
    /// # Errors
    /// P21 refuses.
    pub async fn data(&mut self) -> Result<WindowData, Error> {
        self.core.data().await
    }

    /// The tab in front, where that is known: it is, once something was typed or the window was read.
    pub fn tab(&self) -> Option<&str> {
        self.core.front.as_deref()
    }

    /// Brings a tab to the front by its name, not by what is written on it. Typing does this by itself.
    pub fn select_tab(&mut self, tab: impl Into<String>) -> Action<'_> {
        let front = Step::Front { tab: tab.into(), datawindow: String::new() };
        Action::new(&mut self.core, [front], |_, done| Ok(done))
    }

    /// The response window that waits for an answer: one that a call met and nobody answered.
    pub fn pending(&mut self) -> Option<Asked<'_, Done>> {
        let rest = Box::new(self.core.pending.clone()?);
        Some(Asked::new(&mut self.core, rest, None, |_, done| Ok(done)))
    }

    /// How many values were typed that aren't saved.
    pub fn unsaved(&self) -> usize {
        self.core.typed.len()
    }

    /// Types a value, spelt as P21 shows it, into a field of the current row of an element, `TAB.datawindow`. In an element
    /// without a tab, as of a response window, its name is the datawindow's.
    pub fn type_named(
        &mut self,
        element: impl AsRef<str>,
        field: impl Into<String>,
        value: impl Into<String>,
    ) -> Action<'_> {
        let (tab, datawindow) = p21_model::name::split_element(element.as_ref());
        let change = Change::new(Some(tab).filter(|tab| !tab.is_empty()), datawindow, field, value);
        self.typing(vec![change])
    }

    /// Reads a field of the current row of an element, by names; `None` if it is empty.
    ///
    /// # Errors
    /// P21 refuses, or the window shows no such datawindow on that tab.
    pub async fn read_named(&mut self, element: &str, field: &str) -> Result<Option<String>, Error> {
        let (tab, datawindow) = p21_model::name::split_element(element);
        self.bring(tab, datawindow).await?;
        self.core.restore_cursor(Some(datawindow)).await?;
        self.core.current(datawindow, field).await
    }

    /// Brings the tab of a datawindow to the front.
    async fn bring(&mut self, tab: &str, datawindow: &str) -> Result<(), Error> {
        let front = Step::Front { tab: tab.to_owned(), datawindow: datawindow.to_owned() };
        Action::new(&mut self.core, [front], |_, done| Ok(done)).await.map(drop)
    }

    /// Brings the tabs to the front and types, a call a tab.
    fn typing(&mut self, changes: Vec<Change>) -> Action<'_> {
        let mut steps: Vec<Step> = Vec::new();
        for change in changes {
            let tab = change.tab_name.clone().unwrap_or_default();
            if let Some(Step::Change(list)) = steps.last_mut()
                && list.last().is_some_and(|last| last.tab_name.as_deref().unwrap_or_default() == tab)
            {
                list.push(change);
                continue;
            }
            let datawindow = change.datawindow_name.clone().unwrap_or_default();
            steps.push(Step::Front { tab, datawindow });
            steps.push(Step::Change(vec![change]));
        }
        Action::new(&mut self.core, steps, |_, done| Ok(done))
    }

    /// Closes it. What was typed and not saved is lost.
    ///
    /// # Errors
    /// P21 refuses, or asks first what to do with unsaved values and no rule of the session answers; then it is closed
    /// when the session ends, at the latest. A window that is gone already is closed.
    pub async fn close(mut self) -> Result<(), Error> {
        self.core.close().await
    }
}

impl<S: Service> Window<S> {
    /// Types a value into a field, in the current row of the field's element: one call, and before it one for the tab where
    /// that isn't in front. P21 selects the first row of a grid again when its tab comes back: the row that the program
    /// selected or added is selected again then, and compared, before anything is typed.
    ///
    /// P21 reacts at once: it fills in other fields, enables and disables fields and tabs ([`Done::enabled_tabs`]), and
    /// may ask something. A field that loads a record by its key fails if there is none
    /// ([`NoSuchRecord`](super::WindowProblem::NoSuchRecord)), and the window is empty and takes values all the same: don't.
    ///
    /// ```ignore
    /// window.type_in(form::DESCRIPTION, "Widgets 2027").await?;
    /// window.type_in(values::CALCULATION_VALUE1, dec!(0.85)).await?;
    /// ```
    pub fn type_in<E: ElementOf<S>, T: FieldValue>(
        &mut self,
        field: Field<E, T>,
        value: impl IntoValue<T>,
    ) -> Action<'_> {
        let change = self.core.change(E::schema(), field.index(), &value.into_value().into_wire());
        self.typing(vec![change])
    }

    /// Types several values, in one call a tab; see [`FieldValues`] for what that gives up.
    pub fn type_all(&mut self, batch: FieldValues<S>) -> Action<'_> {
        let values = batch.into_values();
        let fields: Vec<_> = values.iter().map(|(element, field, _)| (*element, *field)).collect();
        let problem = self.core.not_together(&fields);
        let changes = values.iter().map(|(element, field, value)| self.core.change(element, *field, value)).collect();
        let typing = self.typing(changes);
        match problem {
            Some(problem) => typing.refused(Error::input(problem)),
            None => typing,
        }
    }

    /// Reads a field of the current row of its element; `None` if it is empty.
    ///
    /// # Errors
    /// P21 refuses, or the text doesn't spell a value of the field's type.
    pub fn read<E: ElementOf<S>, T: FieldValue>(&mut self, field: Field<E, T>) -> Sending<'_, Option<T>> {
        let (element, field) = (E::schema(), field.name());
        Box::pin(async move {
            let text = self.read_named(&element.name, field).await?;
            let value = text.as_deref().map(T::from_wire).transpose();
            value.map_err(|error| self.core.explain("read a field", Error::decode(field, error.to_string())))
        })
    }

    /// Brings the tab of an element to the front.
    pub fn select_tab_of<E: ElementOf<S>>(&mut self) -> Action<'_> {
        let (tab, datawindow) = self.core.place(E::schema());
        Action::new(&mut self.core, [Step::Front { tab, datawindow }], |_, done| Ok(done))
    }
}

impl Core {
    /// Closes it in P21, once.
    pub(crate) fn close(&mut self) -> Sending<'_, ()> {
        Box::pin(async move {
            let id = self.id.clone();
            let closed = self.send(Op::Close, &id).await;
            let answer = match closed {
                Ok(answer) => answer,
                Err(error) if super::judge::is_gone(&error) => {
                    self.closed();
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            // What it answers isn't documented; where it is a result, that counts.
            let Ok(result) = super::judge::result(&answer, &self.link.client.inner().redactor) else {
                self.closed();
                return Ok(());
            };
            match result.status {
                p21_model::interactive::Status::Blocked => {
                    let question = self.closing_question(result).await?;
                    match question {
                        None => {
                            self.closed();
                            Ok(())
                        }
                        Some(question) => Err(self.not_answered(&question)),
                    }
                }
                p21_model::interactive::Status::Failure => {
                    Err(self.explain("close the window", super::judge::failure(result)))
                }
                _ => {
                    self.closed();
                    Ok(())
                }
            }
        })
    }
}

impl<S> std::fmt::Debug for Window<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window").field("id", &self.core.id).field("title", &self.core.title).finish_non_exhaustive()
    }
}
