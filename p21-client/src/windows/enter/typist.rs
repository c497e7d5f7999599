//! Many records, one after the other, in one window that stays open.

use p21_model::payload;
use p21_model::row::{Service, Transaction};
use p21_model::schema::ServiceSchema;

use super::call::{Said, enter_in, keyed_by};
use super::raw::Rows;
use super::{Entered, NotEntered};
use crate::api::Awaited;
use crate::resilience::{BeforeSending, Marking};
use crate::windows::Session;
use crate::windows::TARGET;
use crate::windows::window::Core;

/// Somebody who types records one after the other. The window of a service is opened once; it is cleared before the next
/// record, so not after the last one, and looked at then. After anything that went wrong it is closed, and opened anew for
/// the next.
///
/// ```no_run
/// # async fn example<S: p21_model::row::Service>(
/// #     session: p21_client::windows::Session,
/// #     pages: Vec<p21_model::row::Transaction<S>>,
/// # ) {
/// let mut typist = session.typist();
/// for page in &pages {
///     match typist.enter(page).await {
///         Ok(entered) => println!("stored as {:?}", entered.key),
///         Err(not_entered) => println!("{not_entered}"),
///     }
/// }
/// typist.done().await;
/// # }
/// ```
pub struct Typist<'s> {
    session: &'s Session,
    window: Option<Core>,
}

impl Session {
    /// Types records one after the other in one window.
    pub fn typist(&self) -> Typist<'_> {
        Typist { session: self, window: None }
    }
}

impl Typist<'_> {
    /// Types a record, as [`Session::enter`] does.
    ///
    /// # Errors
    /// As [`Session::enter`]: nothing of it is stored, a part is, or nobody knows.
    pub fn enter<'t, S: Service>(&'t mut self, record: &'t Transaction<S>) -> Awaited<'t, Result<Entered, NotEntered>> {
        let said = Said::new(record.rows(), keyed_by(record));
        Box::pin(enter_in(self.session, S::schema(), said, Some(&mut self.window)))
    }

    /// Types a record as P21 spells it. `before_saving` is done before each save: until then nothing can be stored.
    ///
    /// # Errors
    /// As [`enter`](Self::enter); elements and fields that the schema doesn't have, rows of a child without its parent, and
    /// dates by offset are refused before anything is typed.
    pub fn enter_raw<'t>(
        &'t mut self,
        schema: &'static ServiceSchema,
        record: &'t payload::Transaction,
        before_saving: impl Fn() -> Marking + Send + Sync + 'static,
    ) -> Awaited<'t, Result<Entered, NotEntered>> {
        let before_saving = BeforeSending::new(move |_| before_saving());
        Box::pin(async move {
            let Rows { rows, keyed_by } = Rows::of(schema, record).map_err(NotEntered::Refused)?;
            let mut said = Said::new(&rows, keyed_by);
            said.before_saving = Some(before_saving);
            enter_in(self.session, schema, said, Some(&mut self.window)).await
        })
    }

    /// Closes the window. One that won't close is closed with its session.
    pub async fn done(mut self) {
        if let Some(mut window) = self.window.take()
            && let Err(error) = window.close().await
        {
            tracing::warn!(target: TARGET, %error, "the window of records that are typed can't be closed");
        }
    }
}

impl std::fmt::Debug for Typist<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typist").field("session", &self.session.id()).field("open", &self.window.is_some()).finish()
    }
}
