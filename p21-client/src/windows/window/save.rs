//! Saving, and starting anew.

use p21_model::interactive::{ActionResult, OpenRequest, Status, WindowOpened};
use p21_model::row::{ElementOf, Field};
use p21_model::value::FieldValue;

use super::{Core, Window};
use crate::api::Sending;
use crate::error::Error;
use crate::windows::TARGET;
use crate::windows::action::{Action, Done, Progress, Rest, Step};
use crate::windows::asked::Question;
use crate::windows::judge;
use crate::windows::wire::Op;

/// What a save brought.
///
/// P21's word covers the window's primary datawindow alone: a row that got lost beside it leaves the answer as it is
/// (verified on 25.2 and 26.1). What isn't [unproven](Self::unproven) was named by P21.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Saved {
    /// What the save came to.
    pub done: Done,
    key: Option<String>,
    unproven: Vec<String>,
}

impl Saved {
    /// The key that P21 gave the record; `None` if it gave none, as for a record that had one.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The same as a value of the field that holds it.
    ///
    /// # Errors
    /// It doesn't spell a value of that type.
    pub fn key_of<E, T: FieldValue>(&self, field: Field<E, T>) -> Result<Option<T>, Error> {
        let value = self.key.as_deref().map(T::from_wire).transpose();
        value.map_err(|error| Error::decode(field.name(), error.to_string()))
    }

    /// The datawindows that were typed into and that P21 doesn't name: whether their rows are stored shows only when the
    /// record is loaded again, see [`Window::prove_row`].
    pub fn unproven(&self) -> &[String] {
        &self.unproven
    }
}

/// How a window became empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Cleared {
    /// P21 emptied it, as a look at it shows.
    Emptied,
    /// Something was left in it, so that it was closed and opened again.
    Reopened,
}

impl<S> Window<S> {
    /// Saves the record: 120 s at most by default. It is an error unless P21 answers success and the event that says so.
    ///
    /// # Errors
    /// P21 refuses; what was typed is still in the window. With [`Error::is_ambiguous`] the record may be stored: P21
    /// answered nothing, or nothing that can be understood.
    pub fn save(&mut self) -> Action<'_, Saved> {
        Action::new(&mut self.core, [Step::Save], |core, done| Ok(core.saved(done)))
    }

    /// Empties the window, for another record. Whatever was typed and not saved is gone. P21 is known to leave things
    /// behind, so that the window is looked at, and opened again if it isn't empty.
    ///
    /// # Errors
    /// P21 refuses, and opening it again fails too.
    pub async fn clear(&mut self) -> Result<Cleared, Error> {
        self.core.clear().await
    }

    /// Closes the window, whatever is in it or asked by it, and opens it again: what helps after an error that can't be
    /// mended in place.
    ///
    /// # Errors
    /// It can't be opened again.
    pub async fn reopen(&mut self) -> Result<(), Error> {
        self.core.reopen().await
    }

    /// After a save, in a window that has loaded the record again: whether a row of the list has a value. This is the proof
    /// that [`Saved::unproven`] speaks of.
    ///
    /// # Errors
    /// No row has it ([`SavedWithoutRow`](crate::windows::WindowProblem::SavedWithoutRow)), or P21 refuses.
    pub fn prove_row<E: ElementOf<S>, T: FieldValue>(
        &mut self,
        field: Field<E, T>,
        value: impl p21_model::value::IntoValue<T>,
    ) -> Sending<'_, ()>
    where
        S: p21_model::row::Service,
    {
        let (tab, datawindow) = self.core.place(E::schema());
        let (field, value) = (field.name(), value.into_value().into_wire());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            self.core.prove_row(&datawindow, field, &value).await
        })
    }

    /// After a save, in a window that has loaded the record again: whether a field holds a value. A confirmation that stored
    /// its status and did nothing is found by a field that its effect would have changed.
    ///
    /// # Errors
    /// It holds something else ([`ShellConfirm`](crate::windows::WindowProblem::ShellConfirm)), or P21 refuses.
    pub fn prove<E: ElementOf<S>, T: FieldValue>(
        &mut self,
        field: Field<E, T>,
        value: impl p21_model::value::IntoValue<T>,
    ) -> Sending<'_, ()>
    where
        S: p21_model::row::Service,
    {
        let (tab, datawindow) = self.core.place(E::schema());
        let (field, value) = (field.name(), value.into_value().into_wire());
        Box::pin(async move {
            self.bring(&tab, &datawindow).await?;
            self.core.prove_field(&datawindow, field, &value).await
        })
    }
}

impl Core {
    pub(crate) fn saved(&mut self, done: Done) -> Saved {
        let saves = done.events.iter().filter(|event| event.name.eq_ignore_ascii_case("savesucceeded"));
        let named: Vec<String> = saves
            .flat_map(|event| event.data.0.iter().filter_map(|(_, value)| value.as_str().map(str::to_owned)))
            .collect();
        let mut unproven: Vec<String> = Vec::new();
        for change in self.typed.drain(..) {
            let datawindow = change.datawindow_name.unwrap_or_default();
            let is_named = named.iter().any(|name| name.eq_ignore_ascii_case(&datawindow));
            if !is_named && !unproven.contains(&datawindow) {
                unproven.push(datawindow);
            }
        }
        let key = ActionResult::of_events(done.events.clone()).generated_key();
        Saved { done, key, unproven }
    }

    pub(crate) fn clear(&mut self) -> Sending<'_, Cleared> {
        Box::pin(async move {
            let id = self.id.clone();
            let typed = std::mem::take(&mut self.typed);
            let cleared = self.act(Op::Clear, &id).await;
            let is_done = cleared.is_ok_and(|result| matches!(result.status, Status::Success | Status::None));
            if is_done && self.is_empty(&typed).await {
                self.forget();
                return Ok(Cleared::Emptied);
            }
            self.reopen().await?;
            Ok(Cleared::Reopened)
        })
    }

    /// Gives the window up with all that is in it, and says whether it is known to be gone then.
    pub(crate) async fn discard(&mut self) -> bool {
        let id = self.id.clone();
        if let Err(error) = self.call(Op::Clear, &id).await {
            tracing::debug!(target: TARGET, %error, "a window was given up");
        }
        let is_gone = match self.call(Op::Close, &id).await {
            // What it answers isn't documented; where it is a result, that counts.
            Ok(answer) => judge::result(&answer, &self.link.client.inner().redactor)
                .map_or(true, |result| matches!(result.status, Status::Success)),
            Err(error) => {
                tracing::debug!(target: TARGET, %error, "a window was given up");
                judge::is_gone(&error)
            }
        };
        self.closed();
        is_gone
    }

    fn reopen(&mut self) -> Sending<'_, ()> {
        Box::pin(async move {
            let id = std::mem::take(&mut self.id);
            // It is about to be forgotten: whether P21 likes that makes no difference.
            if let Err(error) = self.call(Op::Close, &id).await {
                tracing::debug!(target: TARGET, %error, "a window was given up");
                self.link.leave(&id);
            }
            let opened: WindowOpened = open(&self.link, &self.request).await?;
            self.reopened(opened.window_id);
            Ok(())
        })
    }

    /// What P21 asks before it closes a window, unless a rule of the session answers it.
    pub(super) async fn closing_question(&mut self, result: ActionResult) -> Result<Option<Question>, Error> {
        let id = result.windows_opened().pop().unwrap_or_default();
        let question = self.question(&id).await?;
        self.pending = Some(Rest { question: question.clone(), steps: Default::default(), done: Done::default() });
        let policy = self.link.policy.clone();
        let Some(rule) = policy.rule_for(&question) else { return Ok(Some(question)) };
        let rest = Box::new(Rest { question, steps: Default::default(), done: Done::default() });
        match self.resume(rest, rule.tool(), None).await? {
            Progress::Done(_) => Ok(None),
            Progress::Asked(rest) => Ok(Some(rest.question)),
        }
    }
}

/// Opens a window, after closing those whose owner is gone.
pub(in crate::windows) async fn open(
    link: &std::sync::Arc<crate::windows::link::Link>,
    request: &OpenRequest,
) -> Result<WindowOpened, Error> {
    for left in link.take_leftover() {
        if let Err(error) = link.call(Op::Close, &left).await {
            tracing::debug!(target: TARGET, %error, "a window that was left open can't be closed");
        }
    }
    let answer = link.call(Op::Open(request.clone()), "").await?;
    let opened: WindowOpened = answer.json()?;
    if opened.window_id.is_empty() {
        return Err(Error::decode("WindowId", "the answer has no window id"));
    }
    Ok(opened)
}
