//! Claims typed into windows: a session for so many records, one window in it that stays open.

use std::collections::VecDeque;
use std::time::Duration;

use p21_client::Error;
use p21_client::windows::{Session, SessionBuilder, SessionType, WindowProblem};
use p21_model::schema::ServiceSchema;

use super::came::Came;
use super::engine::Work;
use super::transactions::Taken;
use super::{BatchDoor, BatchError, Core};
use crate::journal::Attempt;
use crate::record::Payload;

impl Work<'_> {
    /// Types claims until there are none, in sessions of one slot.
    pub(super) async fn type_claims(&self, slot: u32) -> Result<(), BatchError> {
        while self.goes_on(slot) {
            let claims = self.claim(self.batch.session_records).await?;
            if claims.is_empty() {
                break;
            }
            let mut taken: VecDeque<Taken> = self.checked(&claims).await?.into();
            let mut has_turn = false;
            while !taken.is_empty() && self.goes_on(slot) {
                // Before the session, which P21 ends when it waits for too long.
                if !std::mem::replace(&mut has_turn, true) {
                    self.turn(1).await?;
                    continue;
                }
                let session = match self.session(slot).start().await {
                    Ok(session) => session,
                    Err(error) if slot > 0 && is_not_granted(&error) => {
                        self.part.retire(slot);
                        return self.leave(taken, Duration::ZERO).await;
                    }
                    Err(error) => {
                        let came = taken
                            .drain(..)
                            .map(|one| (one.attempt, self.about(one.attempt, &one.payload, false).no_session(&error)));
                        self.note(came.collect()).await?;
                        break;
                    }
                };
                let served = self.serve(slot, &session, &mut taken, &mut has_turn).await;
                if let Err(error) = session.end().await {
                    tracing::warn!(%error, "a session can't be ended; the server ends it");
                }
                served?;
            }
            self.leave(taken, Duration::ZERO).await?;
        }
        Ok(())
    }

    fn session(&self, slot: u32) -> SessionBuilder {
        let (batch, slot) = (self.batch, slot as usize);
        let users = 1 + batch.clients.len();
        let client =
            (slot % users).checked_sub(1).and_then(|further| batch.clients.get(further)).unwrap_or(&batch.client);
        let session = client.session().session_type(SessionType::Auto).app("batch");
        // A token has one session at most. One that isn't granted beside those that are isn't waited for.
        if slot < users { session } else { session.own_login().patience(Duration::ZERO) }
    }

    async fn leave(&self, taken: VecDeque<Taken>, after: Duration) -> Result<(), BatchError> {
        let claims: Vec<Attempt> = taken.iter().map(|one| one.attempt).collect();
        if claims.is_empty() {
            return Ok(());
        }
        Ok(self.batch.journal.release(&self.worker, &claims, after).await?)
    }

    /// Types records in a session, until there are none or the session is not to be used any more. Whether the next one has
    /// had its turn is said before and after.
    async fn serve(
        &self,
        slot: u32,
        session: &Session,
        taken: &mut VecDeque<Taken>,
        has_turn: &mut bool,
    ) -> Result<(), BatchError> {
        let (mut typist, mut is_new) = (session.typist(), true);
        while let Some(next) = taken.pop_front() {
            if !*has_turn && let Err(error) = self.turn(1).await {
                typist.done().await;
                return Err(error);
            }
            // A session that was just started is used, however short the limit is: the next one would be as old.
            if !self.goes_on(slot) || (session.idle() > self.batch.session_idle && !is_new) {
                *has_turn = true;
                taken.push_front(next);
                break;
            }
            *has_turn = false;
            is_new = false;
            let schema = match typable(&next.payload, self.schema(&next.payload)) {
                Ok(schema) => schema,
                Err(reason) => {
                    self.refuse(next.attempt, "not-typed", reason).await?;
                    continue;
                }
            };
            let marker = self.marker(std::iter::once(next.attempt));
            let mark = {
                let marker = marker.clone();
                move || marker.mark(&[0])
            };
            let entered = typist.enter_raw(schema, next.payload.transaction(), mark).await;
            let is_sent = match marker.sent().await {
                Ok(sent) => !sent.is_empty(),
                Err(error) => {
                    typist.done().await;
                    return Err(error.into());
                }
            };
            let is_wrong = entered.is_err();
            let about = self.about(next.attempt, &next.payload, is_sent);
            let came = about.entered(entered);
            let is_doubtful = is_wrong && !matches!(came, Came::Settled(_));
            self.note(vec![(next.attempt, came)]).await?;
            if is_doubtful || !session.is_sound() {
                break;
            }
        }
        typist.done().await;
        Ok(())
    }
}

impl Core {
    /// Why the run's door doesn't take a record, whatever stands in it.
    pub(super) fn door_refuses(&self, payload: &Payload, schema: Option<&'static ServiceSchema>) -> Option<String> {
        match self.door {
            BatchDoor::Transactions => None,
            BatchDoor::Windows => typable(payload, schema).err(),
        }
    }
}

/// What is known of the window of a record; an error says why it can't be typed.
fn typable(payload: &Payload, schema: Option<&'static ServiceSchema>) -> Result<&'static ServiceSchema, String> {
    let schema = schema.ok_or_else(|| {
        format!(
            "nothing is known of the window of `{}`: give the batch its bindings (`.service::<..>()`), or the client its \
             definition",
            payload.set.name
        )
    })?;
    match payload.set.use_code_values || payload.set.ignore_disabled {
        true => Err("a window is typed labels, into what is enabled: give the set neither `UseCodeValues` nor \
                     `IgnoreDisabled`"
            .to_owned()),
        false => Ok(schema),
    }
}

fn is_not_granted(error: &Error) -> bool {
    matches!(error.window_problem(), Some(WindowProblem::SessionExists | WindowProblem::PoolFull))
}
